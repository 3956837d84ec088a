"""Commands that fetch: a source's maps, and reference data. Nothing is asked of anyone whose terms are not accepted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.archive import say_loaded
from tracker.cli.house import house
from tracker.cli.options import DAY, archive_option
from tracker.cli.terminal import choose, say
from tracker.errors import FetchError, SourceError

if TYPE_CHECKING:
    from tracker.fetch.maps import Fetched
    from tracker.fetch.wire import Wire


REFERENCE_KINDS = ("gazetteer", "footprints", "oblasts")

terms_option = click.option("--accept-terms", is_flag=True, help="Accept the terms of the source, and remember it.")
url_option = click.option("--url", metavar="URL", help="Where to fetch from [tracker.toml, else the source's own].")


def clock() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


@click.command("fetch")
@click.argument("source")
@click.option("--since", type=DAY, help="First day of the map, inclusive [all].")
@click.option("--until", type=DAY, help="Last day of the map, inclusive [today].")
@archive_option
@terms_option
@url_option
def fetch_command(
    source: str,
    since: datetime | None,
    until: datetime | None,
    archive: str | None,
    accept_terms: bool,
    url: str | None,
) -> None:
    """Download what is missing of a source, and load it into the archive.

    The first time, the source's terms are shown: nothing is fetched before they are accepted. What is there already is
    not asked for again, and a fetch that was interrupted goes on from there. Changes of the day --since are measured
    from the state of the day before: fetch from that day to have them.
    """
    from tracker.cli.progress import bar
    from tracker.fetch.maps import asked_days, fetch_source, published_name, remote_of
    from tracker.fetch.terms import Terms, require_terms
    from tracker.sources import source_named

    chosen = source_named(source)
    name = published_name(chosen)
    asked = asked_days(since, until, clock())
    where = address(name, url, remote_of(chosen).url)
    folder = choose(archive, None, None).archive
    terms = Terms(name, chosen.credit, chosen.licence, chosen.terms_url)
    require_terms(folder, terms, accept=accept_terms, house=accepted_by_house(), now=clock())
    wire = opened(pause_s=remote_of(chosen).pause_s)
    fetched = fetch_source(folder, chosen, asked, url=where, wire=wire, say=say, progress=bar)
    say_fetched(source, fetched, folder)


@click.command("fetch")
@click.argument("kind", type=click.Choice(REFERENCE_KINDS))
@archive_option
@terms_option
@url_option
def reference_fetch_command(kind: str, archive: str | None, accept_terms: bool, url: str | None) -> None:
    """Download reference data, and use it with the archive from then on.

    gazetteer: every settlement of Ukraine (GeoNames). footprints: the limits of towns and villages in its east and
    south (OpenStreetMap). oblasts: their borders (geoBoundaries).
    """
    from rich.console import Console

    from tracker.fetch.reference import REFERENCE_REMOTES, fetch_reference
    from tracker.fetch.terms import require_terms

    remote = REFERENCE_REMOTES[kind]
    where = address(kind, url, remote.url)
    folder = choose(archive, None, None).archive
    require_terms(folder, remote.terms, accept=accept_terms, house=accepted_by_house(), now=clock())
    with Console(stderr=True).status(f"Fetching {kind}"):
        rows, outcome = fetch_reference(folder, kind, url=where, wire=opened(), say=say)
    say(f"{kind}: {outcome}, {rows} rows in use, in {folder / 'reference'}")
    say(f"Source: {remote.terms.credit}. {remote.terms.licence}. {remote.terms.terms_url}")


def address(name: str, flag: str | None, default: str) -> str:
    """Choose where to fetch from: the flag wins over `tracker.toml`, and that over the default."""
    from tracker.fetch.wire import web_address

    return web_address(flag or checked(house().get("urls", {}), "urls").get(name) or default)


def accepted_by_house() -> list[str]:
    """List the names whose terms `tracker.toml` accepts."""
    return checked(house().get("accept_terms", []), "accept_terms")


def checked(kept: Any, setting: str) -> Any:
    """Refuse names in a setting that nothing goes by."""
    from tracker.sources import list_sources

    known = [name for name, source in list_sources().items() if source.remote] + list(REFERENCE_KINDS)
    unknown = [repr(name) for name in kept if name not in known]
    if unknown:
        raise click.UsageError(f"tracker.toml: {setting}: {', '.join(unknown)} is not one of {', '.join(known)}")
    return kept


def opened(**limits: Any) -> Wire:
    """Open a session on the network."""
    from tracker.fetch.maps import USER_AGENT
    from tracker.fetch.wire import open_wire

    return open_wire(USER_AGENT, sleep=sleep, now=clock, **limits)


def say_fetched(source: str, fetched: Fetched, archive: Path) -> None:
    """Sum a fetch up; what failed decides the exit status."""
    counts = fetched.counts
    words = {"new": "new", "unchanged": "unchanged", "kept": "there already", "gap": "gaps", "failed": "failed"}
    told = ", ".join(f"{counts[kind]} {word}" for kind, word in words.items() if counts[kind])
    say(f"{source}: fetched: {told or 'it offers no map of these days'}")
    if fetched.loaded:
        say_loaded(source, fetched.loaded, archive)
    if counts["failed"]:
        raise FetchError(f"{counts['failed']} of {counts.total()} files could not be fetched, see above; fetch again")
    if fetched.refused:
        raise SourceError(f"{fetched.refused} files were refused, see above")
