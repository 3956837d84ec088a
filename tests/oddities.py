"""JSON, geometries and collections that no publisher should write, and one day does."""

from __future__ import annotations

from exports import BOX, polygon
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
NUMBERS = st.one_of(st.floats(), st.floats(-180, 180), st.integers(-200, 200), st.just(10**400), JSON)
COORDINATES = st.recursive(
    st.lists(NUMBERS, max_size=4), lambda inner: st.lists(inner, min_size=1, max_size=5), max_leaves=12
)
TYPES = [
    "Polygon",
    "MultiPolygon",
    "Point",
    "LineString",
    "GeometryCollection",
    "LinearRing",
    "Feature",
    "",
    None,
    7,
]
GEOMETRIES = st.one_of(
    JSON,
    st.fixed_dictionaries({"type": st.sampled_from(TYPES), "coordinates": COORDINATES}),
    st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": st.lists(st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=6).map(lambda r: [*r, r[0]]),
        min_size=1, max_size=2)}),
    st.fixed_dictionaries({"type": st.just("GeometryCollection"), "geometries": JSON}),
)  # fmt: skip
PROPERTIES = st.one_of(
    JSON,
    st.fixed_dictionaries({"fill": st.sampled_from(["#a52714", "#bcaaa4", "#880E4F", None, 3]) | JSON, "name": JSON}),
    st.just({}),
)
FEATURES = st.fixed_dictionaries({"type": st.just("Feature"), "geometry": GEOMETRIES, "properties": PROPERTIES})
COLLECTIONS = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": st.lists(FEATURES | JSON, max_size=3)}
)
NESTED = polygon()
for _ in range(450):
    NESTED = {"type": "GeometryCollection", "geometries": [NESTED]}


ODD_GEOMETRIES = {
    "huge integer": polygon([[10**400, 48.0], *BOX[1:]]),
    "infinity": polygon([[float("inf"), 48.0], *BOX[1:]]),
    "not a number": polygon([BOX[0], [float("nan"), 48.0], *BOX[2:]]),
    "metres": polygon([[4_000_000.0, 6_000_000.0], [4_100_000.0, 6_000_000.0], [4_000_000.0, 6_100_000.0]]),
    "strings": polygon([["36", "48"], ["37", "48"], ["36", "49"]]),
    "two points": polygon(BOX[:2]),
    "one number each": polygon([[36.0], [37.0], [36.5]]),
    "ragged": polygon([[36.0, 48.0, 1.0], [37.0, 48.0], [36.0, 49.0], [36.0, 48.0]]),
    "no coordinates": {"type": "Polygon"},
    "no type": {"coordinates": [BOX]},
    "unknown type": {"type": "Circle", "coordinates": [36, 48]},
    "a number": 7,
    "a list": [BOX],
    "a string": "POLYGON ((0 0, 1 0, 0 1, 0 0))",
    "nested deeply": NESTED,
    "the antipode": polygon([[-144.1, -48.6], [-143.9, -48.6], [-143.9, -48.4], [-144.1, -48.4], [-144.1, -48.6]]),
    "a pole and a corner at the antipode": polygon([[-144.0, -48.5], [0.0, 90.0], [-90.0, 0.0], [-144.0, -48.5]]),
}
