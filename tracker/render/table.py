"""Tables to read in a terminal: the telling columns, rounded to what the drawing can bear."""

from __future__ import annotations

import io

import pandas as pd

from tracker.render.base import Renderer
from tracker.render.rows import plain
from tracker.render.style import printable

__all__ = ["RENDERER"]

# Columns that the text leaves out where the table has them: they are in the data formats.
_LEFT_OUT = frozenset(
    "before after edge_bearing_deg bearing_deg nearest_lon nearest_lat geonameid lon lat ground_name".split()
)
_WIDTH = 240


def _render(*, table: pd.DataFrame, note: str = "", title: str = "") -> str:
    """Draw the rows with aligned columns; km² and km to one decimal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = plain(table, note)
    rows = rows[[name for name in rows.columns if name not in _LEFT_OUT]]
    drawn = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name in rows.columns:
        drawn.add_column(
            name, justify="right" if pd.api.types.is_numeric_dtype(rows[name]) else "left", overflow="fold"
        )
    for row in rows.itertuples(index=False):
        drawn.add_row(*(Text(_cell(name, value)) for name, value in zip(rows.columns, row, strict=True)))
    out = io.StringIO()
    Console(file=out, width=_WIDTH, color_system=None, highlight=False, markup=False, emoji=False).print(drawn)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _cell(name: str, value: object) -> str:
    """Write one cell: numbers by their unit, text without control characters."""
    if value is None or value is pd.NA or value != value:
        return "–"
    if isinstance(value, float):
        return f"{round(value, 1) + 0.0:,.1f}" if name.endswith(("_km2", "_km")) else f"{value:g}"
    return str(printable(str(value)))


RENDERER = Renderer("table", ".txt", _render)
