"""Tables as Markdown, to paste into an article or an issue: the telling columns, rounded, all text escaped."""

from __future__ import annotations

import pandas as pd

from tracker.outputs.base import Renderer
from tracker.outputs.files.rows import cell_text, telling
from tracker.outputs.story import TABLE, Story
from tracker.outputs.words.escape import markdown_text, printable
from tracker.outputs.words.text import note_text


def _render(story: Story, *, lang: str = "en") -> str:
    """Write title and note above the rows; caption, credit and sources below them."""
    from tabulate import tabulate

    rows = telling(story.table)
    header = [markdown_text(printable(str(name))) for name in rows.columns]
    numbers = [pd.api.types.is_numeric_dtype(rows[name]) for name in rows.columns]
    cells = [
        [markdown_text(cell_text(str(name), value)) for name, value in zip(rows.columns, row, strict=True)]
        for row in rows.itertuples(index=False, name=None)
    ]
    aligned = ["right" if number else "left" for number in numbers]
    drawn = tabulate(cells, header, tablefmt="pipe", colalign=aligned, disable_numparse=True) if header else ""
    above = [f"**{markdown_text(printable(line))}**" for line in (story.title, note_text(story.note, lang)) if line]
    said = (story.caption, story.credit, *story.credits)
    below = [markdown_text(printable(line)) for line in said if line]
    return "\n\n".join(part for part in (*above, drawn, *below) if part) + "\n"


RENDERER = Renderer("markdown", ".md", _render, needs=TABLE)
