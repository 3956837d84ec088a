"""Tables as CSV: comma, UTF-8, a header of the column names, numbers unrounded, missing values empty."""

from __future__ import annotations

import csv
import io
from typing import Any

from tracker.outputs.base import Renderer
from tracker.outputs.files.rows import json_value, plain
from tracker.outputs.story import TABLE, Story

# A spreadsheet runs a cell that begins like this as a formula; names come from data.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _render(story: Story, *, lang: str = "en") -> str:
    """Write the rows; text that a spreadsheet would run as a formula stands behind an apostrophe."""
    rows = plain(story.table, story.note)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([_inert(cell) for cell in row] for row in rows.itertuples(index=False, name=None))
    return out.getvalue()


def _inert(cell: Any) -> Any:
    """Make one cell inert; a missing one is empty."""
    if isinstance(cell, str):
        cell = f"'{cell}" if cell.startswith(_FORMULA) else cell
        return cell.replace("\r", "\n")  # a lone \r would begin a row where readers take it for a line break
    return json_value(cell)


RENDERER = Renderer("csv", ".csv", _render, needs=TABLE)
