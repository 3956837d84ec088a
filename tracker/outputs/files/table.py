"""Tables to read in a terminal: the telling columns, rounded to what the drawing can bear."""

from __future__ import annotations

import io

import pandas as pd

from tracker.outputs.base import Renderer
from tracker.outputs.files.rows import cell_text, telling
from tracker.outputs.story import TABLE, Story

_WIDTH = 300  # of the widest table, advances in depth


def _render(story: Story, *, lang: str = "en") -> str:
    """Draw the rows with aligned columns."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = telling(story.table, story.note)
    drawn = Table(title=story.title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name in rows.columns:
        drawn.add_column(
            name, justify="right" if pd.api.types.is_numeric_dtype(rows[name]) else "left", overflow="fold"
        )
    for row in rows.itertuples(index=False):
        drawn.add_row(*(Text(cell_text(name, value)) for name, value in zip(rows.columns, row, strict=True)))
    out = io.StringIO()
    Console(file=out, width=_WIDTH, color_system=None, highlight=False, markup=False, emoji=False).print(drawn)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


RENDERER = Renderer("table", ".txt", _render, needs=TABLE)
