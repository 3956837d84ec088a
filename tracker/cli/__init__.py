"""The door: options and printing. Results on stdout, talk and progress on stderr (see `terminal`).

In: the words of a command line. Out: text, files and an exit status. What does not belong here: anything that a
notebook would miss.

A command is imported when it is run, with the libraries that it needs, so that `tracker --help` answers at once.
"""

from __future__ import annotations

import logging

import click

from tracker._version import __version__
from tracker.cli.group import Commands, LazyGroup

COMMANDS = {
    "advances": ("tables:advances_command", "Sum what changed, by period and place."),
    "agreement": (
        "comparing:agreement_command",
        "Compare two sources on a day: what both hold, what only one of them does, intersection over union.",
    ),
    "bulletin": (
        "places:bulletin_command",
        "Tell a day in words: which settlements were occupied, advanced near, lost, contested or cleared, by sector.",
    ),
    "captures": (
        "places:captures_command",
        "List the settlements that changed status: the day, from what to what, and how long they were contested.",
    ),
    "check": (
        "archive:check_command",
        "List what is wrong with the snapshots of the archive, or odd about them; findings are no failure.",
    ),
    "daily": (
        "products:daily_command",
        "Make the daily product: map, figure, tables, changes, bulletin and report of one day.",
    ),
    "distances": (
        "distances:distances_command",
        "Measure how far towns are from occupied or contested ground, from their edge and from their centre.",
    ),
    "fetch": ("fetching:fetch_command", "Download what is missing of a source, and load it into the archive."),
    "figure": (
        "pictures:figure_command",
        "Draw the figure of a day with its last 30 days, or of a period: an article's, a page's, a post's or a "
        "story's.",
    ),
    "frontline": ("frontline:frontline_command", "Draw the line of contact of a day, and measure it."),
    "ledger": ("tables:ledger_command", "List the changed fragments themselves: dates, kind, area, cause, where."),
    "load": ("archive:load_command", "Parse files or folders of raw exports into the archive."),
    "map": (
        "products:map_command",
        "Draw the interactive map: one HTML file that opens from disk, with a slider over all days up to the day.",
    ),
    "report": (
        "products:report_command",
        "Write the report of a day, a week or a month: what changed, in words and by sector, distances, the source.",
    ),
    "site": (
        "site:site_command",
        "Build a static site: a page a day, a sector and a town, one map with a slider over all days, a JSON index.",
    ),
    "sources": (
        "archive:sources_command",
        "List every known source: credit, licence, terms, and what the archive holds of it.",
    ),
    "timelapse": (
        "pictures:timelapse_command",
        "Draw a timelapse of a period: the ground, the gains and losses and their running sums, day by day.",
    ),
    "totals": (
        "tables:totals_command",
        "Measure the stock of a day: occupied, of it since 2022, contested, and the share of Ukraine.",
    ),
    "town": (
        "site:town_command",
        "Write the dossier of one town: how far the front was, day by day, from which sides, and how fast it came.",
    ),
}
"""A command's name → where it stands below this room, and the first sentence of its help."""

REFERENCE_COMMANDS = {
    "fetch": (
        "fetching:reference_fetch_command",
        "Download reference data, and use it with the archive from then on.",
    ),
    "use": (
        "archive:reference_use_command",
        "Keep a gazetteer, footprints, oblasts or a basemap in the archive, for all commands from then on.",
    ),
}


@click.group(
    cls=Commands,
    homes=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(version=__version__, prog_name="tracker")
@click.option("-v", "--verbose", is_flag=True, help="Say on stderr how results are computed, too.")
def cli(verbose: bool) -> None:
    """How far did the front move? Public control maps in; dated changes, distances, maps and reports out.

    Without an archive the commands run on a bundled, illustrative sample.
    """
    if verbose:
        log = logging.getLogger("tracker")
        log.handlers = [logging.StreamHandler()]
        log.setLevel(logging.INFO)


@cli.group("reference", cls=LazyGroup, homes=REFERENCE_COMMANDS)
def reference_group() -> None:
    """Use your own reference data with an archive."""


def main() -> None:
    """Run the command line."""
    cli(prog_name="tracker")
