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

_HOMES = {
    "archive": "check load sources",
    "comparing": "agreement",
    "distances": "distances",
    "fetching": "fetch",
    "frontline": "frontline",
    "pictures": "figure timelapse",
    "places": "bulletin captures",
    "products": "daily map report",
    "site": "site town",
    "tables": "advances ledger totals",
}
COMMANDS = {name: f"tracker.cli.{home}:{name}_command" for home, names in _HOMES.items() for name in names.split()}
"""Where each command stands."""

_TOLD = {
    "advances": "Sum what changed, by period and place.",
    "agreement": "Compare two sources on a day: what both hold, what only one of them does, intersection over union.",
    "bulletin": (
        "Tell a day in words: which settlements were occupied, advanced near, lost, contested or cleared, by sector."
    ),
    "captures": (
        "List the settlements that changed status: the day, from what to what, and how long they were contested."
    ),
    "check": "List what is wrong with the snapshots of the archive, or odd about them; findings are no failure.",
    "daily": "Make the daily product: map, figure, tables, changes, bulletin and report of one day.",
    "distances": "Measure how far towns are from occupied or contested ground, from their edge and from their centre.",
    "fetch": "Download what is missing of a source, and load it into the archive.",
    "figure": (
        "Draw the figure of a day with its last 30 days, or of a period: an article's, a page's, a post's or a story's."
    ),
    "frontline": "Draw the line of contact of a day, and measure it.",
    "ledger": "List the changed fragments themselves: dates, kind, area, cause, where.",
    "load": "Parse files or folders of raw exports into the archive.",
    "map": "Draw the interactive map: one HTML file that opens from disk, with a slider over all days up to the day.",
    "report": (
        "Write the report of a day, a week or a month: what changed, in words and by sector, distances, the source."
    ),
    "site": (
        "Build a static site: a page a day, a sector and a town, one map with a slider over all days, a JSON index."
    ),
    "sources": "List every known source: credit, licence, terms, and what the archive holds of it.",
    "timelapse": "Draw a timelapse of a period: the ground, the gains and losses and their running sums, day by day.",
    "totals": "Measure the stock of a day: occupied, of it since 2022, contested, and the share of Ukraine.",
    "town": "Write the dossier of one town: how far the front was, day by day, from which sides, and how fast it came.",
}
"""The first sentence of each command's help."""


@click.group(
    cls=Commands,
    homes=COMMANDS,
    told=_TOLD,
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


@cli.group(
    "reference",
    cls=LazyGroup,
    homes={"fetch": "tracker.cli.fetching:reference_fetch_command", "use": "tracker.cli.archive:reference_use_command"},
    told={
        "fetch": "Download reference data, and use it with the archive from then on.",
        "use": "Keep a gazetteer, footprints, oblasts or a basemap in the archive, for all commands from then on.",
    },
)
def reference_group() -> None:
    """Use your own reference data with an archive."""


def main() -> None:
    """Run the command line."""
    cli(prog_name="tracker")
