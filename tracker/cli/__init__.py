"""The door: options and printing. Results on stdout, talk and progress on stderr (see `terminal`).

In: the words of a command line. Out: text, files and an exit status. What does not belong here: anything that a
notebook would miss.

Heavy libraries are imported inside the commands, so that `tracker --help` answers at once.
"""

from __future__ import annotations

import logging

import click

from tracker._version import __version__
from tracker.cli.archive import check_command, load_command, sources_command
from tracker.cli.comparing import agreement_command
from tracker.cli.fetching import fetch_command, reference_fetch_command
from tracker.cli.frontline import frontline_command
from tracker.cli.places import captures_command, distances_command
from tracker.cli.products import daily_command, figure_command, map_command, report_command
from tracker.cli.reference import reference_group
from tracker.cli.settlements import bulletin_command
from tracker.cli.site import site_command
from tracker.cli.stock import totals_command
from tracker.cli.tables import advances_command, ledger_command
from tracker.cli.terminal import Commands
from tracker.cli.timelapse import timelapse_command
from tracker.cli.town import town_command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
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


cli.add_command(sources_command)
cli.add_command(load_command)
cli.add_command(fetch_command)
cli.add_command(check_command)
cli.add_command(advances_command)
cli.add_command(ledger_command)
cli.add_command(frontline_command)
cli.add_command(distances_command)
cli.add_command(captures_command)
cli.add_command(bulletin_command)
cli.add_command(totals_command)
cli.add_command(daily_command)
cli.add_command(map_command)
cli.add_command(figure_command)
cli.add_command(timelapse_command)
cli.add_command(report_command)
cli.add_command(agreement_command)
cli.add_command(site_command)
cli.add_command(town_command)
cli.add_command(reference_group)
reference_group.add_command(reference_fetch_command)


def main() -> None:
    """Run the command line."""
    cli(prog_name="tracker")
