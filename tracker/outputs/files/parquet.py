"""Tables without shapes as Parquet, with their own dtypes; what is to be said of them is in the file."""

from __future__ import annotations

import io
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.outputs.base import Renderer
from tracker.outputs.files.rows import flat
from tracker.outputs.story import TABLE, Story
from tracker.outputs.words.text import note_text


def arrow_table(story: Story, lang: str = "en") -> Any:
    """
    Turn a table into one of Arrow, which carries what is said about it in its metadata.

    Parameters
    ----------
    story
        `table`: its categories become dictionaries. `note` (also a column), `title`, `caption`, `credit`, and `credits`
        with a line each, are kept under these names; none that is empty.
    lang
        Of the note.
    """
    import pyarrow

    table, note = story.table, story.note
    rows = flat(table) if isinstance(table, gpd.GeoDataFrame) else table
    marked = rows.assign(note=pd.Categorical([note]).repeat(len(rows))) if note else rows
    whole = pyarrow.Table.from_pandas(marked, preserve_index=False)
    said = {"title": story.title, "note": note_text(note, lang), "caption": story.caption, "credit": story.credit}
    said["credits"] = "\n".join(story.credits)
    return whole.replace_schema_metadata({**(whole.schema.metadata or {}), **{k: v for k, v in said.items() if v}})


def _render(story: Story, *, lang: str = "en") -> bytes:
    """Write one file, compressed by zstd."""
    import pyarrow.parquet

    out = io.BytesIO()
    pyarrow.parquet.write_table(arrow_table(story, lang), out, compression="zstd")
    return out.getvalue()


RENDERER = Renderer("parquet", ".parquet", _render, needs=TABLE)
