"""What each column of the tables means, and its unit: for the sheet and the page that go with the numbers."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

_PLACES = {
    "geonameid": ("", "The settlement's number at GeoNames."),
    "name": ("", "Name of the place."),
    "name_uk": ("", "Name in Ukrainian."),
    "place": ("", "Kind of settlement: city, town, village …"),
    "population": ("people", "Inhabitants as GeoNames or the user's gazetteer has them; 0 where it does not know."),
    "town": ("", "Name of the town."),
    "settlement": ("", "Name of the settlement; in a ledger that of the one next to the change."),
    "from_geonameid": ("", "GeoNames number of the settlement that the nearest ground belongs to."),
    "from_settlement": ("", "Settlement that the nearest ground belongs to."),
    "from_settlement_uk": ("", "The same in Ukrainian."),
    "sector": ("", "Sector of the front, by the name that it had then; elsewhere: ground that no sector holds."),
    "ground": ("", "The same piece of ground under one name for good, while sectors are renamed."),
    "ground_name": ("", "The present name of the ground."),
    "oblast": (
        "",
        "Oblast, by the borders that the user gave; elsewhere: outside all of them, also coast that they leave out.",
    ),
    "name_en": ("", "Name in English."),
    "valid_from": ("day", "First day of the name; empty where it is open."),
    "valid_to": ("day", "Last day of the name; empty where it is open."),
}
_TIMES = {
    "day": ("day", "Calendar day in Kyiv; its state is the last map published before its 24:00."),
    "as_of": ("UTC", "When the map behind the row was published."),
    "other": ("", "The source that is compared with."),
    "other_as_of": ("UTC", "When the other source's map was published."),
    "source": ("", "Who drew the map: tracker sources tells credit, licence and terms."),
    "since": ("", "First day of the period, inclusive; in the list of sources: what the source leaves out."),
    "until": ("day", "Last day of the period, inclusive."),
    "start_as_of": ("UTC", "When the map at the start was published: the last one before the first day began."),
    "end_as_of": ("UTC", "When the map at the end was published: the as_of of a row of sums."),
    "start": ("UTC", "When the map before the change was published."),
    "end": ("UTC", "When the map after the change was published: the as_of of a change."),
    "note": ("", "A mark that goes with every number, such as that of the bundled sample."),
}
_CHANGES = {
    "before": ("", "Status before: free, contested or occupied."),
    "after": ("", "Status after."),
    "kind": (
        "",
        "Seen from the occupier: gain (becomes occupied), loss (no longer occupied), contested (free becomes "
        "contested), cleared (contested becomes free).",
    ),
    "area_km2": ("km²", "Area, planar in an equal-area projection; it agrees with the ellipsoid to 0.0001 %."),
    "cause": (
        "",
        "What made the drawing change: advance, catch_up (published late), redraw (the line drawn anew), noise "
        "(hairs of a shifted drawing).",
    ),
    "gain_km2": ("km²", "Ground that became occupied: gross, the sum of the daily steps of the causes counted."),
    "loss_km2": ("km²", "Ground no longer occupied: gross, the sum of the daily steps of the causes counted."),
    "net_km2": ("km²", "Occupied at the end minus at the start, of all causes; empty where the source changed range."),
    "newly_contested_km2": ("km²", "Free ground that became contested, gross; empty where it is not drawn."),
    "cleared_km2": ("km²", "Contested ground that became free, gross; empty where it is not drawn."),
    "fragments": ("pieces", "Changed pieces of ground that are counted, those under 0.01 km² left out."),
    "gain_share": ("share of 1", "Part of all ground gained in the period that was gained here."),
    "from_contested_share": ("share of 1", "Part of the ground gained that was contested just before."),
    "contested_days_median": (
        "days",
        "For how long half of the gained ground that had been contested had been so, at least.",
    ),
    "percentile": (
        "per cent",
        "Share of the periods of the same length so far, this one included, with at most this gain.",
    ),
    "most_since": ("day", "For a record: end of the last earlier period with at least this gain; else empty."),
    "most_on_record": ("", "Whether no earlier period since history_since had as much gain."),
    "history_since": ("day", "First day of the periods that percentile and record compare with."),
    "front_km": ("km", "Length of the line of contact at the start of the period, on the ellipsoid."),
    "active_front_km": ("km", "Length of that part of it that lies within 1 km of ground gained in the period."),
    "depth_km": ("km", "Mean depth of the advance: ground gained from the active front on, by kilometre of it."),
}
_DISTANCES = {
    "to": ("", "What the distance is measured to: occupied or contested ground."),
    "status": ("", "Status of the ground: free, contested or occupied; of a town that of its centre point."),
    "edge_km": ("km", "From the edge of the settlement to the nearest such ground, on the ellipsoid; 0 inside it."),
    "edge_method": ("", "Edge: polygon (its limits), disc (a circle of its area, about right) or none."),
    "edge_bearing_deg": ("°", "Direction of edge_km, clockwise from north."),
    "edge_direction": ("", "The same as one of eight points."),
    "centre_km": ("km", "From the centre point of the settlement to the nearest such ground, on the ellipsoid."),
    "bearing_deg": ("°", "Direction of centre_km, clockwise from north."),
    "direction": ("", "The same as one of eight points."),
    "nearest_lon": ("°", "Longitude of the point of that ground that is nearest to the centre."),
    "nearest_lat": ("°", "Latitude of the point of that ground that is nearest to the centre."),
    "octant": ("", "One of eight directions seen from the town."),
    "share_free": ("share of 1", "Part of the settlement's area that is free."),
    "share_contested": ("share of 1", "Part of the settlement's area that is contested."),
    "share_occupied": ("share of 1", "Part of the settlement's area that is occupied."),
    "change_from": ("", "Which distance the changes are of: edge, or centre where the edge is not known."),
    "change_1_km": ("km", "Change of that distance since the day before; below 0: ground came nearer."),
    "change_7_km": ("km", "The same since 7 days before."),
    "change_30_km": ("km", "The same since 30 days before."),
    "change_90_km": ("km", "The same since 90 days before."),
    "closing_km_a_week": (
        "km a week",
        "Median change of the weeks of the last 30 days; above 0: ground came nearer. No forecast.",
    ),
    "closing_low_km_a_week": (
        "km a week",
        "Tenth percentile of these weeks: how uneven the pace was, no confidence interval.",
    ),
    "closing_high_km_a_week": ("km a week", "Ninetieth percentile of these weeks."),
}
_STOCK = {
    "occupied_km2": ("km²", "Ground drawn as occupied on the day, that held before 2022 included where it is drawn."),
    "occupied_since_2022_km2": (
        "km²",
        "Of it what the source says was occupied after 24 February 2022; empty where it does not tell.",
    ),
    "contested_km2": ("km²", "Ground drawn as contested; empty where the source does not draw it."),
    "contested_inside_km2": ("km²", "Of it inside Ukraine, by the oblasts that the user gave."),
    "contested_outside_km2": ("km²", "Of it outside Ukraine."),
    "occupied_share": ("share of 1", "Occupied part of the area of Ukraine, or of the row's oblast, by those borders."),
}
_AGREEMENT = {
    "both_km2": ("km²", "Ground that both sources draw so."),
    "only_source_km2": ("km²", "Ground that only the first source draws so."),
    "only_other_km2": ("km²", "Ground that only the other source draws so."),
    "iou": ("share of 1", "Intersection over union: what both draw so, by what either does."),
    "contested_on_other_km2": ("km²", "What only the first draws so, and is contested on the other's map."),
    "contested_on_source_km2": ("km²", "What only the other draws so, and is contested on the first's map."),
    "held_by": ("", "The source that alone draws the ground so."),
    "source_status": ("", "Status on the first source's map."),
    "other_status": ("", "Status on the other source's map."),
}
_ARCHIVE = {
    "credit": ("", "To be named with everything made from the source."),
    "licence": ("", "What may be done with it."),
    "terms_url": ("", "Where the terms stand."),
    "snapshots": ("maps", "Maps of the source that the archive holds."),
    "days": ("days", "Days with at least one map."),
    "first": ("day", "Day of the first map."),
    "last": ("day", "Day of the last map."),
    "missing_days": ("days", "Days without a map between the first and the last."),
    "problem": ("", "Kind of finding; tracker check --help names those that keep a map out of results."),
    "detail": ("", "What was found, and how it is known."),
}
_EVENTS = {
    "share": (
        "share of 1",
        "Part of the settlement's outline that has the new status; empty where no outline is known.",
    ),
    "days_contested": ("days", "Days since the map on which it became contested; empty where that is not known."),
    "action": ("", "What happened to the settlement: occupied, advanced (near it), lost, contested or cleared."),
    "lat": ("°", "Latitude of the place, or of a point inside the row's ground."),
    "lon": ("°", "Longitude of the place, or of a point inside the row's ground."),
    "change_lat": ("°", "Latitude of a point in the largest piece that changed."),
    "change_lon": ("°", "Longitude of a point in the largest piece that changed."),
    "relation": ("", "Whether the change lies in the settlement's outline (a quarter of it or more) or near it."),
    "event": ("", "What happened to the town on the day for the first time in the period."),
    "measured_from": ("", "Whether distances of an event count from the edge of the town or from its centre."),
    "known_before": ("", "Whether the first map of all shows it already: the day is then not its date."),
    "length_km": ("km", "Length of the line of contact as it is drawn, on the ellipsoid."),
    "method": ("", "How the line is told from coasts and borders: borders, or settlements in sight."),
}

DEFINITIONS = _PLACES | _TIMES | _CHANGES | _DISTANCES | _STOCK | _AGREEMENT | _ARCHIVE | _EVENTS
"""Column → its unit ("" for words) and what it means."""


def defined(columns: Iterable[str]) -> pd.DataFrame:
    """
    Look up what columns mean, in their order; one that is not known has no unit and no definition.

    Returns
    -------
    DataFrame
        column, unit, definition.

    Examples
    --------
    >>> defined(["edge_km"])["unit"].tolist()
    ['km']
    """
    rows = [(name, *DEFINITIONS.get(name, ("", ""))) for name in columns]
    return pd.DataFrame(rows, columns=["column", "unit", "definition"])
