"""The definitions of the tables: their columns, what these hold, and what identifies a row.

Data only: `schema.check` says whether a frame keeps its definition, `schema.conform` brings it there.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """
    The definition of a table.

    Parameters
    ----------
    name
        The noun that stands for it everywhere: in arguments, flags, file stems and messages.
    columns
        Column → one of text, word (text of which there is little, kept as a category), instant (UTC), day (midnight
        of a Kyiv calendar day, without time zone), status, kind, number, single (a number in single precision, as long
        tables keep it), integer. A trailing "?" allows missing values.
    geometry
        The geometry type of the active geometry column, in `WORK_CRS`; "" for a table without one.
    unique
        Columns that together identify a row.
    """

    name: str
    columns: dict[str, str]
    geometry: str = ""
    unique: tuple[str, ...] = field(default=())


CONTROL = Table(
    "control",
    {"source": "text", "as_of": "instant", "status": "status"},
    "MultiPolygon",
    ("source", "as_of", "status"),
)
LEDGER = Table(
    "ledger",
    {
        "source": "text",
        "start": "instant",
        "end": "instant",
        "before": "status",
        "after": "status",
        "kind": "kind",
        "area_km2": "number",
    },
    "Polygon",
)
SECTORS = Table(
    "sectors",
    {
        "sector": "text",
        "ground": "text",
        "name_en": "text",
        "name_uk": "text",
        "valid_from": "day?",
        "valid_to": "day?",
    },
    "Polygon",
)
PLACES = Table(
    "places",
    {
        "geonameid": "integer",
        "name": "text",
        "name_uk": "text",
        "place": "text",
        "population": "integer",
        "area_km2": "number?",
        "edge_method": "text",
    },
    "Point",
    ("geonameid",),
)
DISTANCES = Table(
    "distances",
    {
        "source": "word",
        "day": "day",
        "as_of": "instant",
        "geonameid": "integer",
        "town": "word",
        "to": "word",
        "status": "status",
        "edge_km": "single?",
        "edge_method": "word",
        "edge_bearing_deg": "single?",
        "edge_direction": "word?",
        "centre_km": "single?",
        "bearing_deg": "single?",
        "direction": "word?",
        "nearest_lon": "number?",
        "nearest_lat": "number?",
    },
    "",
    ("source", "day", "geonameid", "to"),
)
SUMMARY = Table(
    "summary",
    {
        "source": "text",
        "since": "day",
        "until": "day",
        "start_as_of": "instant?",
        "end_as_of": "instant?",
        "gain_km2": "number",
        "loss_km2": "number",
        "net_km2": "number?",
        "newly_contested_km2": "number?",
        "cleared_km2": "number?",
        "fragments": "integer",
    },
)
MANIFEST = Table(
    "manifest",
    {
        "source": "text",
        "path": "text",
        "url": "text?",
        "sha256": "text",
        "bytes": "integer",
        "retrieved_at": "instant",
        "as_of": "instant",
        "occupied_km2": "number",
        "occupied_since_2022_km2": "number?",
        "contested_km2": "number?",
        "fault": "text?",
    },
    "",
    ("source", "sha256", "as_of"),
)
FACTS = Table(
    "facts",
    {
        "as_of": "instant",
        "outside_km2": "number",
        "repaired_rings": "integer",
        "repaired_km2": "number",
        "held": "text",
        "lacking": "text?",
        "own_occupied_since_2022_km2": "number?",
        "own_contested_km2": "number?",
    },
    "",
    ("as_of",),
)
"""What the drawing of a snapshot shows of its quality: further columns of the manifest."""

FINDINGS = Table(
    "findings",
    {"source": "text", "as_of": "instant", "problem": "text", "detail": "text", "area_km2": "number?"},
)
AGREEMENT = Table(
    "agreement",
    {
        "source": "text",
        "other": "text",
        "day": "day",
        "as_of": "instant",
        "other_as_of": "instant",
        "status": "text",
        "both_km2": "number",
        "only_source_km2": "number",
        "only_other_km2": "number",
        "iou": "number?",
        "contested_on_other_km2": "number?",
        "contested_on_source_km2": "number?",
    },
)
DISAGREEMENTS = Table(
    "disagreements",
    {
        "source": "text",
        "other": "text",
        "day": "day",
        "as_of": "instant",
        "other_as_of": "instant",
        "status": "status",
        "held_by": "text",
        "source_status": "status",
        "other_status": "status",
        "area_km2": "number",
    },
    "Polygon",
)
SOURCES = Table(
    "sources",
    {
        "source": "text",
        "credit": "text",
        "licence": "text",
        "terms_url": "text",
        "snapshots": "integer",
        "days": "integer",
        "first": "day?",
        "last": "day?",
        "missing_days": "integer",
        "since": "text",
    },
    "",
    ("source",),
)
OCTANTS = Table(
    "octants",
    {
        "source": "text",
        "day": "day",
        "as_of": "instant",
        "geonameid": "integer",
        "town": "text",
        "to": "text",
        "octant": "text",
        "edge_km": "number?",
        "centre_km": "number",
        "bearing_deg": "number?",
        "nearest_lon": "number",
        "nearest_lat": "number",
    },
    "",
    ("source", "day", "geonameid", "to", "octant"),
)
EVENTS = Table(
    "events",
    {
        "source": "text",
        "geonameid": "integer",
        "town": "text",
        "day": "day",
        "as_of": "instant",
        "event": "text",
        "measured_from": "text",
    },
    "",
    ("source", "geonameid", "event"),
)
"""The first day of what happened to a town in a period; a boolean column `known_before` says where it came earlier."""

CAPTURES = Table(
    "captures",
    {
        "source": "text",
        "day": "day",
        "as_of": "instant",
        "geonameid": "integer",
        "settlement": "text",
        "name_uk": "text",
        "before": "status",
        "after": "status",
        "share": "number?",
        "days_contested": "number?",
    },
    "Point",
    ("source", "as_of", "geonameid"),
)
BULLETIN = Table(
    "bulletin",
    {
        "source": "text",
        "as_of": "instant",
        "day": "day",
        "settlement": "text",
        "name_uk": "text",
        "geonameid": "integer",
        "lat": "number",
        "lon": "number",
        "action": "text",
        "sector": "text",
        "area_km2": "number",
        "change_lat": "number",
        "change_lon": "number",
        "relation": "text",
    },
    "",
    ("source", "day", "geonameid", "action"),
)
FRONTLINE = Table(
    "frontline",
    {
        "source": "text",
        "day": "day",
        "as_of": "instant",
        "method": "text",
        "length_km": "number",
    },
    "MultiLineString",
)
"""The line of contact, with `sector` and `ground`, or `oblast`, where asked for; `method`: borders or settlements."""

STOCK = Table(
    "stock",
    {
        "source": "text",
        "day": "day",
        "as_of": "instant",
        "occupied_km2": "number",
        "occupied_since_2022_km2": "number?",
        "contested_km2": "number?",
        "contested_inside_km2": "number?",
        "contested_outside_km2": "number?",
        "occupied_share": "number?",
    },
)
"""What a source draws on a day: `occupied_share` is that of Ukraine, or of the oblast of the row."""

TABLES = {
    table.name: table
    for table in (
        CONTROL, LEDGER, SECTORS, PLACES, DISTANCES, SUMMARY, MANIFEST, FACTS, FINDINGS, AGREEMENT, DISAGREEMENTS,
        SOURCES, OCTANTS, EVENTS, CAPTURES, BULLETIN, FRONTLINE, STOCK,
    )
}  # fmt: skip
