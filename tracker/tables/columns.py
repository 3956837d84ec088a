"""The columns of all tables: what each holds, its unit and what it means, each said once.

The check of tables, the sheet of a workbook and the page of a report read it here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Column:
    """
    What a column holds and means.

    Parameters
    ----------
    kind
        One of text, word (text of which there is little, kept as a category), instant (UTC), day (midnight of a Kyiv
        calendar day, without time zone), status, kind, number, single (a number in single precision, as long tables
        keep it), integer. A trailing "?" allows missing values. "" for a column that comes only when it is asked for:
        no table requires it, and nothing checks it.
    unit
        As a reader writes it; "" for words.
    meaning
        A sentence for the reader of the number.
    """

    kind: str
    unit: str
    meaning: str

    @property
    def holds(self) -> str:
        """The kind, without what it says of missing values."""
        return self.kind.rstrip("?")

    @property
    def optional(self) -> bool:
        """Whether values may be missing."""
        return self.kind.endswith("?")


COLUMNS = {
    # Places, and what they lie in
    "geonameid": Column("integer", "", "The settlement's number at GeoNames."),
    "name": Column("text", "", "Name of the place."),
    "name_en": Column("text", "", "Name in English."),
    "name_uk": Column("text", "", "Name in Ukrainian."),
    "place": Column("text", "", "Kind of settlement: city, town, village …"),
    "population": Column(
        "integer", "people", "Inhabitants as GeoNames or the user's gazetteer has them; 0 where it does not know."
    ),
    "town": Column("text", "", "Name of the town."),
    "settlement": Column("text", "", "Name of the settlement; in a ledger that of the one next to the change."),
    "from_geonameid": Column("", "", "GeoNames number of the settlement that the nearest ground belongs to."),
    "from_settlement": Column("", "", "Settlement that the nearest ground belongs to."),
    "from_settlement_uk": Column("", "", "The same in Ukrainian."),
    "sector": Column(
        "text", "", "Sector of the front, by the name that it had then; elsewhere: ground that no sector holds."
    ),
    "ground": Column("text", "", "The same piece of ground under one name for good, while sectors are renamed."),
    "ground_name": Column("", "", "The present name of the ground."),
    "oblast": Column(
        "",
        "",
        "Oblast, by the borders that the user gave; elsewhere: outside all of them, also coast that they leave out.",
    ),
    "valid_from": Column("day?", "day", "First day of the name; empty where it is open."),
    "valid_to": Column("day?", "day", "Last day of the name; empty where it is open."),
    # Maps and days
    "source": Column("text", "", "Who drew the map: tracker sources tells credit, licence and terms."),
    "other": Column("text", "", "The source that is compared with."),
    "day": Column("day", "day", "Calendar day in Kyiv; its state is the last map published before its 24:00."),
    "as_of": Column("instant", "UTC", "When the map behind the row was published."),
    "other_as_of": Column("instant", "UTC", "When the other source's map was published."),
    "since": Column(
        "day", "", "First day of the period, inclusive; in the list of sources: what the source leaves out."
    ),
    "until": Column("day", "day", "Last day of the period, inclusive."),
    "start_as_of": Column(
        "instant?", "UTC", "When the map at the start was published: the last one before the first day began."
    ),
    "end_as_of": Column("instant?", "UTC", "When the map at the end was published: the as_of of a row of sums."),
    "start": Column("instant", "UTC", "When the map before the change was published."),
    "end": Column("instant", "UTC", "When the map after the change was published: the as_of of a change."),
    "note": Column("", "", "A mark that goes with every number, such as that of the bundled sample."),
    # Changes, and sums of them
    "before": Column("status", "", "Status before: free, contested or occupied."),
    "after": Column("status", "", "Status after."),
    "kind": Column(
        "kind",
        "",
        "Seen from the occupier: gain (becomes occupied), loss (no longer occupied), contested (free becomes "
        "contested), cleared (contested becomes free).",
    ),
    "area_km2": Column(
        "number", "km²", "Area, planar in an equal-area projection; it agrees with the ellipsoid to 0.0001 %."
    ),
    "cause": Column(
        "",
        "",
        "What made the drawing change: advance, catch_up (published late), redraw (the line drawn anew), noise "
        "(hairs of a shifted drawing).",
    ),
    "gain_km2": Column(
        "number", "km²", "Ground that became occupied: gross, the sum of the daily steps of the causes counted."
    ),
    "loss_km2": Column(
        "number", "km²", "Ground no longer occupied: gross, the sum of the daily steps of the causes counted."
    ),
    "net_km2": Column(
        "number?", "km²", "Occupied at the end minus at the start, of all causes; empty where the source changed range."
    ),
    "newly_contested_km2": Column(
        "number?", "km²", "Free ground that became contested, gross; empty where it is not drawn."
    ),
    "cleared_km2": Column("number?", "km²", "Contested ground that became free, gross; empty where it is not drawn."),
    "fragments": Column(
        "integer", "pieces", "Changed pieces of ground that are counted, those under 0.01 km² left out."
    ),
    "gain_share": Column("", "share of 1", "Part of all ground gained in the period that was gained here."),
    "from_contested_share": Column("", "share of 1", "Part of the ground gained that was contested just before."),
    "contested_days_median": Column(
        "", "days", "For how long half of the gained ground that had been contested had been so, at least."
    ),
    "percentile": Column(
        "", "per cent", "Share of the periods of the same length so far, this one included, with at most this gain."
    ),
    "most_since": Column(
        "", "day", "For a record: end of the last earlier period with at least this gain; else empty."
    ),
    "most_on_record": Column("", "", "Whether no earlier period since history_since had as much gain."),
    "history_since": Column("", "day", "First day of the periods that percentile and record compare with."),
    "front_km": Column("", "km", "Length of the line of contact at the start of the period, on the ellipsoid."),
    "active_front_km": Column(
        "", "km", "Length of that part of it that lies within 1 km of ground gained in the period."
    ),
    "depth_km": Column(
        "", "km", "Mean depth of the advance: ground gained from the active front on, by kilometre of it."
    ),
    # Distances
    "to": Column("text", "", "What the distance is measured to: occupied or contested ground."),
    "status": Column(
        "status", "", "Status of the ground: free, contested or occupied; of a town that of its centre point."
    ),
    "edge_km": Column(
        "number?", "km", "From the edge of the settlement to the nearest such ground, on the ellipsoid; 0 inside it."
    ),
    "edge_method": Column("text", "", "Edge: polygon (its limits), disc (a circle of its area, about right) or none."),
    "edge_bearing_deg": Column("single?", "°", "Direction of edge_km, clockwise from north."),
    "edge_direction": Column("word?", "", "The same as one of eight points."),
    "centre_km": Column(
        "number", "km", "From the centre point of the settlement to the nearest such ground, on the ellipsoid."
    ),
    "bearing_deg": Column("number?", "°", "Direction of centre_km, clockwise from north."),
    "direction": Column("word?", "", "The same as one of eight points."),
    "nearest_lon": Column("number", "°", "Longitude of the point of that ground that is nearest to the centre."),
    "nearest_lat": Column("number", "°", "Latitude of the point of that ground that is nearest to the centre."),
    "octant": Column("text", "", "One of eight directions seen from the town."),
    "share_free": Column("", "share of 1", "Part of the settlement's area that is free."),
    "share_contested": Column("", "share of 1", "Part of the settlement's area that is contested."),
    "share_occupied": Column("", "share of 1", "Part of the settlement's area that is occupied."),
    "change_from": Column("", "", "Which distance the changes are of: edge, or centre where the edge is not known."),
    "change_1_km": Column("", "km", "Change of that distance since the day before; below 0: ground came nearer."),
    "change_7_km": Column("", "km", "The same since 7 days before."),
    "change_30_km": Column("", "km", "The same since 30 days before."),
    "change_90_km": Column("", "km", "The same since 90 days before."),
    "closing_km_a_week": Column(
        "", "km a week", "Median change of the weeks of the last 30 days; above 0: ground came nearer. No forecast."
    ),
    "closing_low_km_a_week": Column(
        "", "km a week", "Tenth percentile of these weeks: how uneven the pace was, no confidence interval."
    ),
    "closing_high_km_a_week": Column("", "km a week", "Ninetieth percentile of these weeks."),
    # Stocks and the line of contact
    "occupied_km2": Column(
        "number", "km²", "Ground drawn as occupied on the day, that held before 2022 included where it is drawn."
    ),
    "occupied_since_2022_km2": Column(
        "number?",
        "km²",
        "Of it what the source says was occupied after 24 February 2022; empty where it does not tell.",
    ),
    "contested_km2": Column("number?", "km²", "Ground drawn as contested; empty where the source does not draw it."),
    "contested_inside_km2": Column("number?", "km²", "Of it inside Ukraine, by the oblasts that the user gave."),
    "contested_outside_km2": Column("number?", "km²", "Of it outside Ukraine."),
    "occupied_share": Column(
        "number?", "share of 1", "Occupied part of the area of Ukraine, or of the row's oblast, by those borders."
    ),
    "length_km": Column("number", "km", "Length of the line of contact as it is drawn, on the ellipsoid."),
    "method": Column("text", "", "How the line is told from coasts and borders: borders, or settlements in sight."),
    # Two sources side by side
    "both_km2": Column("number", "km²", "Ground that both sources draw so."),
    "only_source_km2": Column("number", "km²", "Ground that only the first source draws so."),
    "only_other_km2": Column("number", "km²", "Ground that only the other source draws so."),
    "iou": Column("number?", "share of 1", "Intersection over union: what both draw so, by what either does."),
    "contested_on_other_km2": Column(
        "number?", "km²", "What only the first draws so, and is contested on the other's map."
    ),
    "contested_on_source_km2": Column(
        "number?", "km²", "What only the other draws so, and is contested on the first's map."
    ),
    "held_by": Column("text", "", "The source that alone draws the ground so."),
    "source_status": Column("status", "", "Status on the first source's map."),
    "other_status": Column("status", "", "Status on the other source's map."),
    # What happened to settlements
    "share": Column(
        "number?",
        "share of 1",
        "Part of the settlement's outline that has the new status; empty where no outline is known.",
    ),
    "days_contested": Column(
        "number?", "days", "Days since the map on which it became contested; empty where that is not known."
    ),
    "action": Column(
        "text", "", "What happened to the settlement: occupied, advanced (near it), lost, contested or cleared."
    ),
    "lat": Column("number", "°", "Latitude of the place, or of a point inside the row's ground."),
    "lon": Column("number", "°", "Longitude of the place, or of a point inside the row's ground."),
    "change_lat": Column("number", "°", "Latitude of a point in the largest piece that changed."),
    "change_lon": Column("number", "°", "Longitude of a point in the largest piece that changed."),
    "relation": Column(
        "text", "", "Whether the change lies in the settlement's outline (a quarter of it or more) or near it."
    ),
    "event": Column("text", "", "What happened to the town on the day for the first time in the period."),
    "measured_from": Column(
        "text", "", "Whether distances of an event count from the edge of the town or from its centre."
    ),
    "known_before": Column("", "", "Whether the first map of all shows it already: the day is then not its date."),
    # The archive and what was found in it
    "credit": Column("text", "", "To be named with everything made from the source."),
    "licence": Column("text", "", "What may be done with it."),
    "terms_url": Column("text", "", "Where the terms stand."),
    "snapshots": Column("integer", "maps", "Maps of the source that the archive holds."),
    "days": Column("integer", "days", "Days with at least one map."),
    "first": Column("day?", "day", "Day of the first map."),
    "last": Column("day?", "day", "Day of the last map."),
    "missing_days": Column("integer", "days", "Days without a map between the first and the last."),
    "problem": Column("text", "", "Kind of finding; tracker check --help names those that keep a map out of results."),
    "detail": Column("text", "", "What was found, and how it is known."),
    "path": Column("text", "", "File that the map was read from."),
    "url": Column("text?", "", "Address that it was fetched from; empty where a user had the file."),
    "sha256": Column("text", "", "Hash of the file, by which it is known again."),
    "bytes": Column("integer", "bytes", "Size of the file."),
    "retrieved_at": Column("instant", "UTC", "When the file was loaded."),
    "fault": Column("text?", "", "What keeps the map out of results; empty for a good one."),
    "outside_km2": Column("number", "km²", "Drawn ground that lies outside the theatre."),
    "repaired_rings": Column("integer", "rings", "Drawn outlines that crossed themselves and were mended."),
    "repaired_km2": Column("number", "km²", "Area by which mending changed them."),
    "held": Column("text", "", "Regions held since 2014 that the map draws as occupied: which ground it covers."),
    "lacking": Column("text?", "", "Labels of drawn features that have no shape."),
    "own_occupied_since_2022_km2": Column(
        "number?", "km²", "What the source itself says was occupied after 24 February 2022."
    ),
    "own_contested_km2": Column("number?", "km²", "What the source itself says is contested."),
}


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
    unknown = Column("", "", "")
    known = [(name, COLUMNS.get(name, unknown)) for name in columns]
    rows = [(name, column.unit, column.meaning) for name, column in known]
    return pd.DataFrame(rows, columns=["column", "unit", "definition"])
