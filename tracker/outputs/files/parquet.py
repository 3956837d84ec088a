"""Tables without shapes as Parquet, with their own dtypes; what is to be said of them is in the file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.outputs.base import Renderer
from tracker.outputs.files.rows import flat
from tracker.outputs.words.text import note_text


def arrow_table(
    table: pd.DataFrame,
    *,
    note: str = "",
    title: str = "",
    caption: str = "",
    credit: str = "",
    credits: Sequence[str] = (),
    lang: str = "en",
) -> Any:
    """
    Turn a table into one of Arrow, which carries what is said about it in its metadata.

    Parameters
    ----------
    table
        Its categories become dictionaries.
    note, title, caption, credit, credits
        Kept as `note` (which is also a column), `title`, `caption`, `credit`, and `credits` with a line each; none that
        is empty.
    lang
        Of the note.
    """
    import pyarrow

    marked = table.assign(note=pd.Categorical([note]).repeat(len(table))) if note else table
    whole = pyarrow.Table.from_pandas(marked, preserve_index=False)
    said = {"title": title, "note": note_text(note, lang), "caption": caption, "credit": credit}
    said["credits"] = "\n".join(credits)
    return whole.replace_schema_metadata({**(whole.schema.metadata or {}), **{k: v for k, v in said.items() if v}})


def _render(*, table: pd.DataFrame, **about: Any) -> bytes:
    """Write one file, compressed by zstd."""
    import pyarrow.parquet

    out = io.BytesIO()
    rows = flat(table) if isinstance(table, gpd.GeoDataFrame) else table
    pyarrow.parquet.write_table(arrow_table(rows, **about), out, compression="zstd")
    return out.getvalue()


RENDERER = Renderer("parquet", ".parquet", _render)
