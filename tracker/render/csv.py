"""Tables as CSV: comma, UTF-8, a header of the column names, numbers unrounded, missing values empty."""

from __future__ import annotations

import pandas as pd

from tracker.render.base import Renderer
from tracker.render.rows import plain

__all__ = ["RENDERER"]

# A spreadsheet runs a cell that begins like this as a formula; names come from data.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _render(*, table: pd.DataFrame, note: str = "") -> str:
    """Write the rows, text that a spreadsheet would run as a formula behind an apostrophe."""
    rows = plain(table, note)
    for name in rows.columns:
        if rows[name].dtype == object:
            rows[name] = [
                f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in rows[name]
            ]
    return str(rows.to_csv(index=False, lineterminator="\n"))


RENDERER = Renderer("csv", ".csv", _render)
