"""The report of a day, week or month: what changed, in words and per sector, distances, and where figures come from.

One set of plain values, two templates (`templates/report.md.j2`, `templates/report.html.j2`) and two languages. All
that comes from data is escaped: by Jinja2 in HTML, by `markdown_text` in Markdown.
"""

from __future__ import annotations

import base64
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from tracker.changes.snapshots import state_of
from tracker.measures.windows import PERIODS, Window, windows_of_summary
from tracker.outputs.base import Renderer
from tracker.outputs.page.bulletin import paragraphs
from tracker.outputs.page.report_limits import age_text, causes_of, meanings, nothing_text, uncertain
from tracker.outputs.page.report_rows import changes, leading, period_text, records_text, towns, whole_front
from tracker.outputs.page.template import template
from tracker.outputs.story import Story
from tracker.outputs.words.caption import caption, credit_line
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.escape import printable
from tracker.outputs.words.text import day_text, days_text, instant_text, note_text, span_text
from tracker.tables.days import old_days


def _render(
    story: Story,
    *,
    lang: str = "en",
    format: Literal["markdown", "html"] = "markdown",
    command: str = "",
    version: str = "",
    figure: bytes = b"",
    figure_file: str = "",
) -> str:
    """
    Write the report as Markdown or as one self-contained HTML page.

    The windows of days are those of `summary` and `totals`, all ending on `on`; the first of them is the period's own.
    The page carries the `figure`, or without it shows its file; Markdown links to it by the name of its file.
    """
    _check(lang, story.period, format)
    state, on = state_of(story.control, story.on)
    summary, sectors = story.summary, story.sectors
    totals = summary if story.totals is None else story.totals
    windows = windows_of_summary(totals, story.control["as_of"], on)
    since = on if story.since is None else pd.Timestamp(story.since)
    # A day alone is too little to rank sectors by; a week or month is what its report is about.
    shown = windows[-1 if story.period == "day" else 0] if windows else None
    context = {
        "meanings": meanings(lang),
        "lang": lang,
        "note": note_text(story.note, lang),
        "head": _title(story.period, lang).format(span=span_text(since, on, lang)),
        "periods": [period_text(window, lang) for window in windows],
        "shown": period_text(shown, lang) if shown else "",
        "changes": changes(summary, windows, shown, sectors, lang),
        "leading": leading(summary, shown, sectors, lang),
        "totals": whole_front(windows, lang),
        "draws_contested": bool((state["status"] == "contested").any()),
        "bulletin": None if story.bulletin is None else paragraphs(story.bulletin, sectors=sectors, lang=lang),
        "all_since": _all_since(windows[0], lang) if windows else "",
        "records": records_text(story.records, sectors, days_text((on - since).days + 1, lang), lang),
        "nothing": nothing_text(bool(windows) and windows[0].known, lang),
        "towns": towns(story.distances, story.places, lang),
        "partial": story.partial,
        "command": command,
        "figure": f"data:image/png;base64,{base64.b64encode(figure).decode()}" if figure else figure_file,
        "figure_file": figure_file,
        "uncertain": [*uncertain(story.control, windows, on, lang), *causes_of(story.by_cause, windows, lang)],
        **_state(state, on, lang, story.title),
        **_origin(story, version, lang),
    }
    first = on - pd.Timedelta(days=shown.days - 1) if shown else since
    named = f"{context['source']} ({context['note']})" if story.note else context["source"]
    context["caption"] = caption("advances", (first, on), state["as_of"].max(), source=named, by="sector", lang=lang)
    return template("report", format, lang).render(printable(context))


def _all_since(own: Window, lang: str) -> str:
    """Say from which map on the period's changes are told in words, where that is too early to pass over in silence."""
    told = words(lang).gettext("All changes since the map of {held}, the last one before.")
    return told.format(held=day_text(own.old_start, lang)) if own.old_start is not None else ""


def _check(lang: str, period: str, format: str) -> None:
    """Refuse unknown choices."""
    words(lang)
    for name, value, valid in (("format", format, ("markdown", "html")), ("period", period, PERIODS)):
        if value not in valid:
            raise ValueError(f"{name}={value!r} is not one of {', '.join(valid)}")


def _title(period: str, lang: str) -> str:
    """Give the title of a report."""
    _ = words(lang).gettext
    return _("Front line on {span}") if period == "day" else _("Front line, {span}")


def _state(state: gpd.GeoDataFrame, on: pd.Timestamp, lang: str, title: str) -> dict[str, Any]:
    """Say which snapshot the day shows, and how old it is."""
    as_of = state["as_of"].max()
    return {
        "source": title or str(state["source"].iloc[0]),
        "as_of": instant_text(as_of, lang),
        "old": age_text(old_days(on, as_of), lang),
    }


def _origin(story: Story, version: str, lang: str) -> dict[str, Any]:
    """List what the figures can be traced by: snapshots, the state of the archive, credits."""
    return {
        "snapshots": _snapshots(story.provenance, lang) if story.provenance is not None else [],
        "archive_sha256": story.archive_sha256,
        "credits": list(story.credits),
        "credit": credit_line(story.credits[0].split(". ")[0], version, lang) if story.credits and version else "",
        "version": version,
    }


def _snapshots(provenance: pd.DataFrame, lang: str) -> list[dict[str, str]]:
    """List the maps; those that came in one file together."""
    rows = []
    for (source, sha256), maps in provenance.groupby(["source", "sha256"], sort=False):
        ends = dict.fromkeys(instant_text(end, lang) for end in (maps["as_of"].min(), maps["as_of"].max()))
        rows.append({"source": source, "as_of": " – ".join(ends), "sha256": sha256})
    return rows


_NEEDS = """period since on control sectors places distances summary totals by_cause bulletin records provenance
archive_sha256 credits note title partial"""

RENDERER = Renderer("report", ".md", _render, needs=tuple(_NEEDS.split()))
