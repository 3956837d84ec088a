"""The definitions of the tables: which columns they have, and what identifies a row.

Data only: `check.check` says whether a frame keeps its definition, `check.conform` brings it there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.tables.columns import COLUMNS, Column


@dataclass(frozen=True)
class Table:
    """
    The definition of a table.

    Parameters
    ----------
    name
        The noun that stands for it everywhere: in arguments, flags, file stems and messages.
    columns
        Name → what the column holds.
    geometry
        The geometry type of the active geometry column, in `WORK_CRS`; "" for a table without one.
    unique
        Columns that together identify a row.
    """

    name: str
    columns: dict[str, Column]
    geometry: str = ""
    unique: tuple[str, ...] = ()


def _table(name: str, columns: str, *, geometry: str = "", unique: str = "", **kinds: str) -> Table:
    """Define a table by the names of its columns; `kinds` are those that it holds in another kind than others do."""
    held = {
        column: replace(COLUMNS[column], kind=kinds.get(column, COLUMNS[column].kind)) for column in columns.split()
    }
    return Table(name, held, geometry, tuple(unique.split()))


CONTROL = _table(
    "control",
    "source as_of status",
    geometry="MultiPolygon",
    unique="source as_of status",
)
LEDGER = _table(
    "ledger",
    "source start end before after kind area_km2",
    geometry="Polygon",
)
SECTORS = _table(
    "sectors",
    "sector ground name_en name_uk valid_from valid_to",
    geometry="Polygon",
)
PLACES = _table(
    "places",
    "geonameid name name_uk place population area_km2 edge_method",
    geometry="Point",
    unique="geonameid",
    area_km2="number?",
)
DISTANCES = _table(
    "distances",
    "source day as_of geonameid town to status edge_km edge_method edge_bearing_deg edge_direction centre_km "
    "bearing_deg direction nearest_lon nearest_lat",
    unique="source day geonameid to",
    source="word",
    town="word",
    to="word",
    edge_km="single?",
    edge_method="word",
    centre_km="single?",
    bearing_deg="single?",
    nearest_lon="number?",
    nearest_lat="number?",
)
SUMMARY = _table(
    "summary",
    "source since until start_as_of end_as_of gain_km2 loss_km2 net_km2 newly_contested_km2 cleared_km2 fragments",
)
MANIFEST = _table(
    "manifest",
    "source path url sha256 bytes retrieved_at as_of occupied_km2 occupied_since_2022_km2 contested_km2 fault",
    unique="source sha256 as_of",
)
FACTS = _table(
    "facts",
    "as_of outside_km2 repaired_rings repaired_km2 held lacking own_occupied_since_2022_km2 own_contested_km2",
    unique="as_of",
)
"""What the drawing of a snapshot shows of its quality: further columns of the manifest."""

FINDINGS = _table(
    "findings",
    "source as_of problem detail area_km2",
    area_km2="number?",
)
AGREEMENT = _table(
    "agreement",
    "source other day as_of other_as_of status both_km2 only_source_km2 only_other_km2 iou contested_on_other_km2 "
    "contested_on_source_km2",
    status="text",
)
DISAGREEMENTS = _table(
    "disagreements",
    "source other day as_of other_as_of status held_by source_status other_status area_km2",
    geometry="Polygon",
)
SOURCES = _table(
    "sources",
    "source credit licence terms_url snapshots days first last missing_days since",
    unique="source",
    since="text",
)
OCTANTS = _table(
    "octants",
    "source day as_of geonameid town to octant edge_km centre_km bearing_deg nearest_lon nearest_lat",
    unique="source day geonameid to octant",
)
EVENTS = _table(
    "events",
    "source geonameid town day as_of event measured_from",
    unique="source geonameid event",
)
"""The first day of what happened to a town in a period; a boolean column `known_before` says where it came earlier."""

CAPTURES = _table(
    "captures",
    "source day as_of geonameid settlement name_uk before after share days_contested",
    geometry="Point",
    unique="source as_of geonameid",
)
BULLETIN = _table(
    "bulletin",
    "source as_of day settlement name_uk geonameid lat lon action sector area_km2 change_lat change_lon relation",
    unique="source day geonameid action",
)
FRONTLINE = _table(
    "frontline",
    "source day as_of method length_km",
    geometry="MultiLineString",
)
"""The line of contact, with `sector` and `ground`, or `oblast`, where asked for; `method`: borders or settlements."""

STOCK = _table(
    "stock",
    "source day as_of occupied_km2 occupied_since_2022_km2 contested_km2 contested_inside_km2 "
    "contested_outside_km2 occupied_share",
)
"""What a source draws on a day: `occupied_share` is that of Ukraine, or of the oblast of the row."""

TABLES = {
    table.name: table
    for table in (
        CONTROL, LEDGER, SECTORS, PLACES, DISTANCES, SUMMARY, MANIFEST, FACTS, FINDINGS, AGREEMENT, DISAGREEMENTS,
        SOURCES, OCTANTS, EVENTS, CAPTURES, BULLETIN, FRONTLINE, STOCK,
    )
}  # fmt: skip
