"""Commands that fetch: a source's maps, and reference data. Nothing is asked of anyone whose terms are not accepted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import click

from tracker.cli.archive import say_loaded
from tracker.cli.house import house
from tracker.cli.options import Choices, day_option, with_archive
from tracker.cli.progress import bar, waiting
from tracker.cli.remarks import say_terms
from tracker.cli.terminal import say, spoken
from tracker.errors import FetchError, SourceError
from tracker.fetch.maps import USER_AGENT, Fetched, asked_days, fetch_source, published_name, remote_of
from tracker.fetch.reference import REFERENCE_REMOTES, fetch_reference
from tracker.fetch.terms import Terms, require_terms
from tracker.fetch.wire import Wire, open_wire, web_address
from tracker.outputs.words.catalogue import words
from tracker.sources import list_sources, source_named
from tracker.tables.messages import Message

REFERENCE_KINDS = ("gazetteer", "footprints", "oblasts")

terms_option = click.option("--accept-terms", is_flag=True, help="Accept the terms of the source, and remember it.")
url_option = click.option("--url", metavar="URL", help="Where to fetch from [tracker.toml, else the source's own].")


def clock() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


@click.command("fetch")
@click.argument("source")
@day_option("--since", "First day of the map, inclusive [all].")
@day_option("--until", "Last day of the map, inclusive [today].")
@with_archive
@terms_option
@url_option
def fetch_command(
    source: str,
    since: datetime | None,
    until: datetime | None,
    choices: Choices,
    accept_terms: bool,
    url: str | None,
) -> None:
    """Download what is missing of a source, and load it into the archive.

    The first time, the source's terms are shown: nothing is fetched before they are accepted. What is there already is
    not asked for again, and a fetch that was interrupted goes on from there. Changes of the day --since are measured
    from the state of the day before: fetch from that day to have them.
    """
    chosen = source_named(source)
    name = published_name(chosen)
    asked = asked_days(since, until, clock())
    where = address(name, url, remote_of(chosen).url)
    terms = Terms(name, chosen.credit, chosen.licence, chosen.terms_url)
    require_terms(choices.archive, terms, accept=accept_terms, house=accepted_by_house(), now=clock())
    wire = opened(pause_s=remote_of(chosen).pause_s)
    fetched = fetch_source(choices.archive, chosen, asked, url=where, wire=wire, say=say, progress=bar)
    say_fetched(source, fetched, choices.archive)


@click.command("fetch")
@click.argument("kind", type=click.Choice(REFERENCE_KINDS))
@with_archive
@terms_option
@url_option
def reference_fetch_command(kind: str, choices: Choices, accept_terms: bool, url: str | None) -> None:
    """Download reference data, and use it with the archive from then on.

    gazetteer: every settlement of Ukraine (GeoNames). footprints: the limits of towns and villages in its east and
    south (OpenStreetMap). oblasts: their borders (geoBoundaries).
    """
    remote = REFERENCE_REMOTES[kind]
    where = address(kind, url, remote.url)
    folder = choices.archive
    require_terms(folder, remote.terms, accept=accept_terms, house=accepted_by_house(), now=clock())
    with waiting(f"Fetching {kind}"):
        rows, outcome = fetch_reference(folder, kind, url=where, wire=opened(), say=say)
    kept_in = folder / "reference"
    said = {"new": Message("new"), "unchanged": Message("unchanged")}[outcome]
    say("{kind}: {outcome}, {rows} rows in use, in {folder}", kind=kind, outcome=said, rows=rows, folder=kept_in)
    say_terms(remote.terms.credit, remote.terms.licence, remote.terms.terms_url)


def address(name: str, flag: str | None, default: str) -> str:
    """Choose where to fetch from: the flag wins over `tracker.toml`, and that over the default."""
    return web_address(flag or checked(house().get("urls", {}), "urls").get(name) or default)


def accepted_by_house() -> list[str]:
    """List the names whose terms `tracker.toml` accepts."""
    return checked(house().get("accept_terms", []), "accept_terms")


def checked(kept: Any, setting: str) -> Any:
    """Refuse names in a setting that nothing goes by."""
    known = [name for name, source in list_sources().items() if source.remote] + list(REFERENCE_KINDS)
    unknown = [repr(name) for name in kept if name not in known]
    if unknown:
        raise click.UsageError(f"tracker.toml: {setting}: {', '.join(unknown)} is not one of {', '.join(known)}")
    return kept


def opened(**limits: Any) -> Wire:
    """Open a session on the network."""
    return open_wire(USER_AGENT, sleep=sleep, now=clock, **limits)


def _counts(lang: str) -> dict[str, str]:
    """Name what can come of a file that is fetched."""
    _ = words(lang).gettext
    return {
        "new": _("{n} new"),
        "unchanged": _("{n} unchanged"),
        "kept": _("{n} there already"),
        "gap": _("{n} gaps"),
        "failed": _("{n} failed"),
    }


def say_fetched(source: str, fetched: Fetched, archive: Path) -> None:
    """Sum a fetch up; what failed decides the exit status."""
    counts = fetched.counts
    told = [text.format(n=counts[kind]) for kind, text in _counts(spoken()).items() if counts[kind]]
    nothing = Message("it offers no map of these days")
    say("{source}: fetched: {told}", source=source, told=", ".join(told) or nothing)
    if fetched.loaded:
        say_loaded(source, fetched.loaded, archive)
    if counts["failed"]:
        raise FetchError(f"{counts['failed']} of {counts.total()} files could not be fetched, see above; fetch again")
    if fetched.refused:
        raise SourceError(f"{fetched.refused} files were refused, see above")
