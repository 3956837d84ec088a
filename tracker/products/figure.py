"""The tables behind a figure of any period, put together from an archive."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tracker.archive import reference
from tracker.archive.archive import Archive
from tracker.places import bundled
from tracker.products.briefing import distances_to_drawn
from tracker.sources.credits import credits_of
from tracker.tables.days import Day


def period_tables(
    archive: Archive, since: Day | None, until: Day | None, *, causes: list[str] | None = None
) -> dict[str, Any]:
    """
    Put the tables of a period together, by the names of the arguments of `tracker.render("figure", …)`.

    Parameters
    ----------
    archive
        One source of one archive.
    since, until
        The first and the last Kyiv day.
    causes
        The causes that gains and losses count. By default all but noise.

    Raises
    ------
    NoDataError
        If the archive has no state before the period, or nothing was published in it.
    ValueError
        If `since` is after `until`.
    """
    since, until = pd.Timestamp(since), pd.Timestamp(until)
    sectors, places = bundled.sectors(until), reference.gazetteer(archive=archive.reference)
    control = archive.states(since, until)
    return {
        "on": until,
        "since": since,
        "control": control,
        "ledger": archive.changes(control, sectors),
        "sectors": sectors,
        "places": places,
        "distances": distances_to_drawn(control, archive.towns(), places, [until]),
        "credits": credits_of(archive.source, places),
        "note": archive.note,
        "causes": causes,
        "basemap": reference.own("basemap", archive.reference),
        "oblasts": reference.own("oblasts", archive.reference),
    }
