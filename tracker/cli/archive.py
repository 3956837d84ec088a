"""Commands on the archive itself: what it holds, what goes into it, what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pandas as pd

from tracker.archive.archive import lines_of
from tracker.archive.findings import findings, sources_table
from tracker.archive.ingest import Loaded, load_into
from tracker.archive.reference import use
from tracker.archive.reference_files import REFERENCE_KINDS
from tracker.archive.store import read_manifest
from tracker.cli.answer import emit_table
from tracker.cli.formats import TABLE_FORMATS
from tracker.cli.options import Choices, Output, with_archive, with_choices, with_output
from tracker.cli.progress import bar
from tracker.cli.terminal import say
from tracker.errors import SourceError
from tracker.sources import configured, list_sources, source_named
from tracker.tables.constants import SAMPLE_NOTE
from tracker.tables.messages import Message


@click.command("sources")
@with_choices
@with_output(*TABLE_FORMATS)
def sources_command(choices: Choices, output: Output) -> None:
    """List every known source: credit, licence, terms, and what the archive holds of it."""
    sample = read_manifest(choices.archive).empty and not choices.explicit
    table = sources_table(choices.archive, sample_allowed=sample)
    note = SAMPLE_NOTE if sample else ""
    if sample:
        say("No archive in {folder}: what is counted is the bundled {note}.", folder=choices.archive, note=note)
    if choices.source:
        table = table[table["source"] == source_named(choices.source).name].reset_index(drop=True)
    emit_table(table, output, note)


@click.command("load")
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@with_archive
@click.option("--layers", metavar="LIST", help="isw: layers that count, with commas [control,advances,infiltration].")
@click.option("--tessellation", type=click.Path(exists=True), help="viina: the cells [the file *tess* beside a table].")
@click.option("--status-column", metavar="NAME", help="vector: the column that says the status [status].")
@click.option("--labels", type=click.Path(exists=True, dir_okay=False), help="vector: what its words mean.")
@click.option("--as-of", metavar="WHEN", help="vector: instant or day of the map [the date in the file's name].")
def load_command(source: str, paths: tuple[str, ...], choices: Choices, **options: Any) -> None:
    """Parse files or folders of raw exports into the archive.

    What is there already is passed over. A bad file is named and left out; the exit status is then 3.
    """
    chosen = configured(source, **{name: value for name, value in options.items() if value is not None})
    if options["as_of"] and (len(paths) > 1 or Path(paths[0]).is_dir()):
        raise click.UsageError("--as-of dates one file; give one, or put the date into the files' names")
    loaded = load_into(
        choices.archive,
        chosen,
        paths,
        now=pd.Timestamp(datetime.now(UTC)),
        on_error=lambda error: say("tracker: {error}", error=error),
        progress=lambda files: bar(files, "Loading"),
    )
    say_loaded(chosen.name, loaded, choices.archive)
    if loaded.bad:
        raise SourceError(f"{loaded.bad} of {loaded.added + loaded.known + loaded.bad} files were refused, see above")


def say_loaded(source: str, loaded: Loaded, archive: Path) -> None:
    """Say what came of a load, and what was odd."""
    counts = {"added": loaded.added, "known": loaded.known, "bad": loaded.bad}
    if loaded.replaced:
        say(
            "{source}: {added} added, {replaced} of them in place of another, {known} known already, {bad} refused, "
            "in {folder}",
            source=source,
            replaced=loaded.replaced,
            folder=archive,
            **counts,
        )
    else:
        say(
            "{source}: {added} added, {known} known already, {bad} refused, in {folder}",
            source=source,
            folder=archive,
            **counts,
        )
    for remark in loaded.remarks:
        say("tracker: {remark}", remark=remark)
    for fault in loaded.faults:
        say("tracker: {fault}; it is kept, listed in the manifest, and left out of all results", fault=fault)


@click.command("check")
@with_choices
@with_output(*TABLE_FORMATS)
def check_command(choices: Choices, output: Output) -> None:
    """List what is wrong with the snapshots of the archive, or odd about them; findings are no failure.

    Snapshots found empty, coverage or outside are left out of days, ledger and distances.
    """
    lines, note = lines_of(choices.archive, choices.source, sample_allowed=not choices.explicit)
    inside = [source.name for source in list_sources().values() if source.dated_inside]
    table = findings(lines, dated_inside=inside)
    emit_table(table, output, note)
    counts = table["problem"].value_counts()
    told = ", ".join(f"{number} {problem}" for problem, number in counts.items()) or Message("no findings")
    sources = lines["source"].nunique()
    say("{snapshots} snapshots of {sources} sources: {told}.", snapshots=len(lines), sources=sources, told=told)


@click.command("use")
@click.argument("kind", type=click.Choice(REFERENCE_KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@with_archive
def reference_use_command(kind: str, file: str, choices: Choices) -> None:
    """Keep a gazetteer, footprints, oblasts or a basemap in the archive, for all commands from then on.

    Any vector file, or a GeoNames dump (UA.txt or its zip) for the gazetteer. Footprints are settlement limits with a
    column name_uk.
    """
    kept = use(kind, file, choices.archive)
    say("{kind}: {kept} rows kept in {folder}", kind=kind, kept=kept, folder=choices.archive / "reference")
