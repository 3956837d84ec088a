"""The words and the tables: statuses, kinds of change, the working CRS, and what every table must hold.

Tables are plain (Geo)DataFrames. `check` says whether one keeps its definition and reports *all* problems at
once; `conform` brings a frame into the defined dtypes and column order first. Extra columns are allowed.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tracker.errors import SchemaError
from tracker.tables.columns import Column
from tracker.tables.constants import KINDS, STATUSES, WORK_CRS
from tracker.tables.definitions import Table
from tracker.tables.validity import are_valid

_STATUS_TYPE = pd.CategoricalDtype(STATUSES, ordered=True)
_KIND_TYPE = pd.CategoricalDtype(KINDS, ordered=True)
_DTYPES: dict[str, Any] = {
    "text": "str",
    "word": "category",
    "instant": "datetime64[us, UTC]",
    "day": "datetime64[us]",
    "status": _STATUS_TYPE,
    "kind": _KIND_TYPE,
    "number": "float64",
    "single": "float32",
    "integer": "int64",
}


def empty(table: Table) -> Any:
    """Make a table of no rows: a GeoDataFrame in `WORK_CRS` where the table has a geometry, else a DataFrame."""
    columns = {name: pd.Series(dtype=_DTYPES[column.holds]) for name, column in table.columns.items()}
    if not table.geometry:
        return pd.DataFrame(columns)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=WORK_CRS), crs=WORK_CRS)


def conform(frame: Any, table: Table) -> Any:
    """
    Bring a frame into a table's dtypes and column order (its own columns first), and check it.

    Values are never invented: a missing column or an unknown status is an error, not a blank.

    Raises
    ------
    SchemaError
        With every problem that `check` finds.
    """
    known = [name for name in table.columns if name in frame.columns]
    geometry = [frame.geometry.name] if table.geometry and isinstance(frame, gpd.GeoDataFrame) else []
    extra = [name for name in frame.columns if name not in table.columns and name not in geometry]
    frame = frame[known + extra + geometry].reset_index(drop=True)
    for name in known:
        if frame[name].dtype != (dtype := _DTYPES[table.columns[name].holds]):
            frame[name] = _cast(frame[name], dtype)
    return check(frame, table)


def _cast(values: pd.Series, dtype: Any) -> pd.Series:
    """Cast a column to its dtype; leave it as it is where that fails, for `check` to report."""
    try:
        if isinstance(dtype, pd.CategoricalDtype) and not values.dropna().isin(dtype.categories).all():
            return values
        return values.astype(dtype)
    except (TypeError, ValueError):
        return values


def check(frame: Any, table: Table) -> Any:
    """
    Return `frame` unchanged if it keeps the table's definition.

    Raises
    ------
    SchemaError
        Listing *all* problems: missing columns, wrong dtypes, missing values, duplicate keys, a wrong CRS,
        wrong geometry types, invalid or 3-D geometries.

    Examples
    --------
    >>> from tracker.tables.definitions import SOURCES
    >>> check(pd.DataFrame({"source": ["x"]}), SOURCES)
    Traceback (most recent call last):
        ...
    tracker.errors.SchemaError: sources: column credit is missing; column licence is missing; ...
    """
    problems = [problem for name, column in table.columns.items() for problem in _problems(frame, name, column)]
    if not problems and table.unique and frame.duplicated(list(table.unique)).any():
        problems.append(f"rows are not unique by {', '.join(table.unique)}")
    if table.geometry:
        problems += _geometry_problems(frame, table)
    if problems:
        raise SchemaError(f"{table.name}: {'; '.join(problems)}")
    return frame


def _problems(frame: Any, name: str, column: Column) -> list[str]:
    """Say what is wrong with one column."""
    if name not in frame.columns:
        return [f"column {name} is missing"]
    values, problems = frame[name], []
    if not _holds(values.dtype, column.holds):
        problems.append(f"column {name} holds {values.dtype}, not {column.holds}")
    if not column.optional and values.isna().any():
        problems.append(f"column {name} has {int(values.isna().sum())} missing values")
    return problems


def _holds(dtype: Any, kind: str) -> bool:
    """Accept the same kind of value in another width (a float32, a millisecond instant), and text as a category."""
    tests = {
        "text": _is_text,
        "word": _is_text,
        "number": pd.api.types.is_float_dtype,
        "single": pd.api.types.is_float_dtype,
        "integer": pd.api.types.is_integer_dtype,
        "day": lambda d: isinstance(d, np.dtype) and d.kind == "M",
        "instant": lambda d: isinstance(d, pd.DatetimeTZDtype) and str(d.tz) == "UTC",
    }
    return bool(tests[kind](dtype)) if kind in tests else bool(dtype == _DTYPES[kind])


def _is_text(dtype: Any) -> bool:
    """Tell text, also where it is kept as a category."""
    return pd.api.types.is_string_dtype(dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype)


def _geometry_problems(frame: Any, table: Table) -> list[str]:
    """Say what is wrong with the active geometry column."""
    if not isinstance(frame, gpd.GeoDataFrame) or frame._geometry_column_name not in frame.columns:
        return ["it has no geometry"]
    shapes, problems = frame.geometry.to_numpy(), []
    if frame.crs is None or frame.crs != WORK_CRS:
        problems.append(f"its CRS is {frame.crs.name if frame.crs else 'not set'}, not WORK_CRS")
    missing = shapely.is_missing(shapes)
    if missing.any():
        problems.append(f"{int(missing.sum())} geometries are missing")
    shapes = shapes[~missing]
    wrong = shapely.get_type_id(shapes) != shapely.GeometryType[table.geometry.upper()].value
    if wrong.any():
        names = sorted({shape.geom_type for shape in shapes[wrong]})
        problems.append(f"geometry must be {table.geometry}, {int(wrong.sum())} are {', '.join(names)}")
    if shapely.has_z(shapes).any():
        problems.append(f"{int(shapely.has_z(shapes).sum())} geometries are 3-D")
    invalid = ~are_valid(shapes)
    if invalid.any():
        problems.append(f"{int(invalid.sum())} geometries are invalid: {shapely.is_valid_reason(shapes[invalid][0])}")
    return problems
