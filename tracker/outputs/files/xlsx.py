"""Tables as an Excel workbook: typed cells on one sheet, sources and definitions on another.

Numbers are unrounded and only shown rounded. Text stays text: nothing that comes from data runs as a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import pandas as pd

from tracker.outputs.base import Renderer
from tracker.outputs.files.rows import flat, is_share, json_value
from tracker.outputs.story import TABLE, Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.escape import printable
from tracker.outputs.words.text import note_text
from tracker.tables.columns import defined

MOST_ROWS = 1_048_575
"""What a sheet holds below its header."""

_FORMATS = {"_km2": "#,##0.0", "_km": "#,##0.0", "_km_a_week": "#,##0.0", "_deg": "0", "lon": "0.0000", "lat": "0.0000"}
_DAY, _INSTANT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
_WIDEST, _MEASURED_ROWS = 48, 200
# A file that says when it was written would not be the same twice.
_WRITTEN = (2022, 2, 24, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def _render(story: Story, *, lang: str = "en") -> bytes:
    """Write the rows on the first sheet; what they mean, caption, credit and terms on the second."""
    from openpyxl import Workbook

    if len(story.table) > MOST_ROWS:
        raise ValueError(f"xlsx holds {MOST_ROWS:,} rows, the table has {len(story.table):,}: use csv, or fewer days")
    rows = flat(story.table, story.note)
    book = Workbook(write_only=True)
    _ = words(lang).gettext
    _write_rows(book.create_sheet("Table"), rows)
    lines = [(_("Title"), story.title), (_("Note"), note_text(story.note, lang)), (_("Caption"), story.caption)]
    lines += [(_("Credit"), story.credit), *((_("Source"), line) for line in story.credits)]
    if {"kind", "gain_km2"} & set(rows.columns):
        meaning = _("A change means that the drawing changed, which is not always the day the ground did.")
        lines.append((_("Meaning"), meaning))
    sheet = book.create_sheet("Sources and definitions")
    _write_definitions(sheet, [line for line in lines if line[1]], rows.columns, lang)
    out = io.BytesIO()
    book.save(out)
    return _undated(out.getvalue())


def _write_rows(sheet: Any, rows: pd.DataFrame) -> None:
    """Write a header that stays in sight and can be filtered by, and the typed rows."""
    from openpyxl.utils import get_column_letter

    columns = [_values(rows[name]) for name in rows.columns]
    formats = [_number_format(str(name), rows[name]) for name in rows.columns]
    header = [_header(str(name), rows[name]) for name in rows.columns]
    sheet.freeze_panes = "A2"
    if header:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
    for number, (name, values, form) in enumerate(zip(header, columns, formats, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(name, values, form)
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in zip(*columns, strict=True):
        sheet.append([_cell(sheet, value, form) for value, form in zip(row, formats, strict=True)])


def _write_definitions(sheet: Any, lines: Sequence[tuple[str, str]], columns: Any, lang: str) -> None:
    """Write what the reader must know, then unit and definition of every column."""
    _ = words(lang).gettext
    for letter, width in (("A", 26), ("B", 14), ("C", 110)):
        sheet.column_dimensions[letter].width = width
    for label, text in lines:
        sheet.append([_cell(sheet, label, bold=True), None, _cell(sheet, text, wrap=True)])
    if lines:
        sheet.append([])
    sheet.append([_cell(sheet, name, bold=True) for name in (_("Column"), _("Unit"), _("Definition"))])
    for column, unit, text in defined(columns).itertuples(index=False):
        # gettext keeps the head of the catalogue under the empty text.
        said = [_(written) if written else "" for written in (unit, text)]
        sheet.append([_cell(sheet, column), _cell(sheet, said[0]), _cell(sheet, said[1], wrap=True)])


def _header(name: str, values: pd.Series) -> str:
    """Name a column; Excel knows no time zones, so that of instants stands here."""
    return f"{name} (UTC)" if isinstance(values.dtype, pd.DatetimeTZDtype) else name


def _values(values: pd.Series) -> list[Any]:
    """Turn a column into what a cell can hold: numbers, datetimes without zone, inert text, None."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert(UTC).dt.tz_localize(None)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        # Excel counts in parts of a day: what lies below a second would only show as a rounding.
        return [None if pd.isna(value) else value.to_pydatetime() for value in values.dt.floor("s")]
    if pd.api.types.is_numeric_dtype(values.dtype):
        return [json_value(value) for value in values.array]
    return [
        None if missing else printable(str(value)) for value, missing in zip(values.array, values.isna(), strict=True)
    ]


def _number_format(name: str, values: pd.Series) -> str:
    """Choose how a column's numbers are shown; "" for text."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return _INSTANT
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _DAY
    if not pd.api.types.is_float_dtype(values.dtype):
        return "0" if pd.api.types.is_integer_dtype(values.dtype) else ""
    if is_share(name) or name == "iou":
        return "0.0%"
    return next((form for ending, form in _FORMATS.items() if name.endswith(ending)), "General")


def _width(name: str, values: list[Any], form: str) -> float:
    """Fit a column's width to its name and to the first of its values."""
    if form in (_DAY, _INSTANT):
        return max(len(name), len(form)) + 3
    longest = max(
        (
            len(f"{value:.1f}" if isinstance(value, float) else str(value))
            for value in values[:_MEASURED_ROWS]
            if value is not None
        ),
        default=0,
    )
    return min(max(longest, len(name)) + 3, _WIDEST)


def _cell(sheet: Any, value: Any, form: str = "", *, bold: bool = False, wrap: bool = False) -> Any:
    """Make one cell; a missing value is empty, text is never a formula or an error code."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@", "'"))
    elif form:
        cell.number_format = form
    if bold:
        cell.font = Font(bold=True)
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _undated(book: bytes) -> bytes:
    """Write a workbook's zip anew with the same date on everything, so that the same table gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2022-02-24T00:00:00Z", content)
            member = zipfile.ZipInfo(name, date_time=_WRITTEN)
            member.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(member, content)
    return out.getvalue()


RENDERER = Renderer("xlsx", ".xlsx", _render, needs=TABLE)
