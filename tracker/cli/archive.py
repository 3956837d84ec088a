"""Commands on the archive itself: what it holds, what goes into it, what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tracker.cli.options import TABLE_FORMATS, archive_option
from tracker.cli.terminal import Choices, choose, emit_table, say, with_choices, with_output
from tracker.errors import SourceError

REFERENCE_KINDS = ("gazetteer", "footprints", "oblasts", "basemap")


@click.command("sources")
@with_choices
@with_output(*TABLE_FORMATS)
def sources_command(choices: Choices, form: str, out: str | None) -> None:
    """List every known source: credit, licence, terms, and what the archive holds of it."""
    from tracker.archive.findings import sources_table
    from tracker.archive.store import read_manifest
    from tracker.tables.constants import SAMPLE_NOTE

    sample = read_manifest(choices.archive).empty and not choices.explicit
    table = sources_table(choices.archive, sample_allowed=sample)
    if sample:
        say(f"No archive in {choices.archive}: what is counted is the bundled {SAMPLE_NOTE}.")
    if choices.source:
        from tracker.sources import source_named

        table = table[table["source"] == source_named(choices.source).name].reset_index(drop=True)
    emit_table(table, form, out, SAMPLE_NOTE if sample else "")


@click.command("load")
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@archive_option
@click.option("--layers", metavar="LIST", help="isw: layers that count, with commas [control,advances,infiltration].")
@click.option("--tessellation", type=click.Path(exists=True), help="viina: the cells [the file *tess* beside a table].")
@click.option("--status-column", metavar="NAME", help="vector: the column that says the status [status].")
@click.option("--labels", type=click.Path(exists=True, dir_okay=False), help="vector: what its words mean.")
@click.option("--as-of", metavar="WHEN", help="vector: instant or day of the map [the date in the file's name].")
def load_command(source: str, paths: tuple[str, ...], archive: str | None, **options: Any) -> None:
    """Parse files or folders of raw exports into the archive.

    What is there already is passed over. A bad file is named and left out; the exit status is then 3.
    """
    import pandas as pd

    from tracker.archive.ingest import load_into
    from tracker.cli.progress import bar
    from tracker.sources import configured

    choices = choose(archive, None, None)
    chosen = configured(source, **{name: value for name, value in options.items() if value is not None})
    if options["as_of"] and (len(paths) > 1 or Path(paths[0]).is_dir()):
        raise click.UsageError("--as-of dates one file; give one, or put the date into the files' names")
    loaded = load_into(
        choices.archive,
        chosen,
        paths,
        now=pd.Timestamp(datetime.now(UTC)),
        on_error=lambda error: say(f"tracker: {error}"),
        progress=lambda files: bar(files, "Loading"),
    )
    say_loaded(chosen.name, loaded, choices.archive)
    if loaded.bad:
        raise SourceError(f"{loaded.bad} of {loaded.added + loaded.known + loaded.bad} files were refused, see above")


def say_loaded(source: str, loaded: Any, archive: Path) -> None:
    """Say what came of a load, and what was odd."""
    replaced = f", {loaded.replaced} of them in place of another" if loaded.replaced else ""
    counts = f"{loaded.added} added{replaced}, {loaded.known} known already, {loaded.bad} refused"
    say(f"{source}: {counts}, in {archive}")
    for remark in loaded.remarks:
        say(f"tracker: {remark}")
    for fault in loaded.faults:
        say(f"tracker: {fault}; it is kept, listed in the manifest, and left out of all results")


@click.command("check")
@with_choices
@with_output(*TABLE_FORMATS)
def check_command(choices: Choices, form: str, out: str | None) -> None:
    """List what is wrong with the snapshots of the archive, or odd about them; findings are no failure.

    Snapshots found empty, coverage or outside are left out of days, ledger and distances.
    """
    from tracker.archive.archive import lines_of
    from tracker.archive.findings import findings
    from tracker.sources import list_sources

    lines, note = lines_of(choices.archive, choices.source, sample_allowed=not choices.explicit)
    inside = [source.name for source in list_sources().values() if source.dated_inside]
    table = findings(lines, dated_inside=inside)
    emit_table(table, form, out, note)
    counts = table["problem"].value_counts()
    told = ", ".join(f"{number} {problem}" for problem, number in counts.items()) or "no findings"
    say(f"{len(lines)} snapshots of {lines['source'].nunique()} sources: {told}.")


@click.command("use")
@click.argument("kind", type=click.Choice(REFERENCE_KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@archive_option
def reference_use_command(kind: str, file: str, archive: str | None) -> None:
    """Keep a gazetteer, footprints, oblasts or a basemap in the archive, for all commands from then on.

    Any vector file, or a GeoNames dump (UA.txt or its zip) for the gazetteer. Footprints are settlement limits with a
    column name_uk.
    """
    from tracker.archive.reference import use

    choices = choose(archive, None, None)
    kept = use(kind, file, choices.archive)
    say(f"{kind}: {kept} rows kept in {choices.archive / 'reference'}")
