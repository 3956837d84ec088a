"""Commands on the user's own reference data."""

from __future__ import annotations

import click

from tracker.cli.options import archive_option
from tracker.cli.terminal import choose, say

REFERENCE_KINDS = ("gazetteer", "footprints", "oblasts", "basemap")


@click.group("reference")
def reference_group() -> None:
    """Use your own reference data with an archive."""


@reference_group.command("use")
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
