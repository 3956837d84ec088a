"""The dossier of a town: its picture, chart, tables and three sentences, as one page, as Markdown, or one by one.

Plain values, two templates (`templates/dossier.md.j2`, `templates/dossier.html.j2`), two languages. All that comes from
data is escaped: by Jinja2 in HTML, by `markdown_text` in Markdown.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from tracker.changes.snapshots import epoch_starts
from tracker.outputs.base import Renderer
from tracker.outputs.page.dossier_rows import event_rows, month_rows, octant_rows, state_rows, status_lines
from tracker.outputs.page.dossier_text import sentences
from tracker.outputs.page.report_limits import age_text
from tracker.outputs.page.template import template
from tracker.outputs.story import Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.escape import printable
from tracker.outputs.words.text import day_text, instant_text, note_text, span_text
from tracker.tables.days import day_of, old_days

FORMATS = ("html", "markdown", "chart", "map")


def _render(
    story: Story,
    *,
    lang: str = "en",
    format: Literal["html", "markdown", "chart", "map"] = "html",
    command: str = "",
    version: str = "",
    chart: bytes = b"",
    picture: bytes = b"",
) -> str | bytes:
    """
    Write the dossier of one town as html (self-contained) or markdown, or draw its chart (SVG) or map (PNG).

    `distances` are those of the period, to all the ground that the source draws, with the columns of `approach`,
    `with_settlements` and `shares`; `octants` those of its last day; `control` holds the states of the period's days
    and `ledger` the changes of the last 30. The page carries the `chart` and the `picture`; Markdown links to the files
    chart.svg and map.png beside it.
    """
    words(lang)
    if format not in FORMATS:
        raise ValueError(f"format={format!r} is not one of {', '.join(FORMATS)}")
    distances, name = _distances(story), _name(story.town, lang)
    if format == "map":
        return _map(story, lang)
    text = sentences(distances, story.octants, town=name, lang=lang)
    if format == "chart":
        return _chart(story, text, lang)
    _ = words(lang).gettext
    map_alt = _("Map of the ground around it on the last day; occupied ground is shaded, newer gains are darker.")
    context = {
        "head": _("{town}: how far the front was, {span}").format(town=name, span=span_text(*_span(distances), lang)),
        "note": note_text(story.note, lang),
        "lang": lang,
        "sentences": text,
        "chart_alt": _chart_alt(distances, text, lang),
        "map_alt": f"{name}. {map_alt}",
        "chart": _data_uri(chart, "svg+xml"),
        "picture": _data_uri(picture, "png"),
        "command": command,
        "version": version,
        **_tables(distances, story.octants, story.events, lang),
        **_origin(story, lang),
    }
    return str(template("dossier", format, lang).render(printable(context)))


def _distances(story: Story) -> pd.DataFrame:
    """Take the distances, without which there is nothing to tell of a town."""
    assert story.distances is not None
    return story.distances


def _name(town: gpd.GeoDataFrame, lang: str) -> str:
    """Name the town in the language, in English where its Ukrainian name is not known."""
    row = town.iloc[0]
    return str(printable(str((row["name_uk"] or row["name"]) if lang == "uk" else row["name"])))


def _span(distances: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Give the first and the last day of the period."""
    return distances["day"].min(), distances["day"].max()


def _data_uri(content: bytes, kind: str) -> str:
    """Put a picture into the page; "" where there is none."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}" if content else ""


def _chart_alt(distances: pd.DataFrame, text: Sequence[str], lang: str) -> str:
    """Put the chart into words: its period, and what the text says of its ends."""
    since, until = (day_text(day, lang) for day in _span(distances))
    told = words(lang).gettext("Chart of kilometres, {since} to {until}. {text}")
    return told.format(since=since, until=until, text=" ".join([text[0], *text[2:]]))


def _chart(story: Story, text: Sequence[str], lang: str) -> bytes:
    """Draw the chart, as SVG."""
    from tracker.outputs.figure.town_chart import chart

    _, distances = words(lang).gettext, _distances(story)
    as_of = instant_text(distances["as_of"].max(), lang)
    source = story.title or distances["source"].iloc[0]
    return chart(
        distances,
        story.events,
        title=_("{town}: distance to occupied ground").format(town=_name(story.town, lang)),
        footer=_("Source: {source}, map of {as_of}").format(source=source, as_of=as_of),
        note=note_text(story.note, lang),
        lang=lang,
        alt=_chart_alt(distances, text, lang),
    )


def _map(story: Story, lang: str) -> bytes:
    """Draw the small map of the last day, as PNG."""
    from tracker.outputs.figure.canvas import Stock
    from tracker.outputs.figure.scene import scene_of
    from tracker.outputs.figure.town_map import extent_of, town_map

    distances = _distances(story)
    on = distances["day"].max()
    last = distances[(distances["day"] == on) & (distances["to"] == "occupied")]
    scene = scene_of(replace(story, since=None, on=on), extent=extent_of(story.town, last))
    stock = Stock(story.places, last, story.basemap, story.oblasts, note_text(story.note, lang), one_place=True)
    credits, name = list(story.credits), _name(story.town, lang)
    return town_map(scene, story.town, stock, credits=credits, name=name, lang=lang)


def _tables(distances: pd.DataFrame, octants: pd.DataFrame, events: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Write the tables of the page, and what must be said beside them."""
    _, until = words(lang).gettext, distances["day"].max()
    last = distances[(distances["day"] == until) & (distances["to"] == "occupied")].iloc[0]
    drawn = [to for to in ("occupied", "contested") if (distances["to"] == to).any()]
    by_edge = pd.notna(last["edge_km"]) or last["edge_method"] != "none"
    remark = _("Changes and closing speed are those of the distance from the edge.")
    if not by_edge:
        remark = _(
            "The edge of this settlement is not known: changes, closing speed and events are those of the distance "
            "from the centre."
        )
    disc = _("≈: the edge is a disc of the settlement's area, not its true limits.")
    return {
        "state_head": _("On {day}").format(day=day_text(until, lang)),
        "drawn": drawn,
        "status": status_lines(last, lang),
        "state": state_rows(distances, lang),
        "remarks": [remark, *([disc] if last["edge_method"] == "disc" else [])],
        "events": event_rows(events, distances, lang),
        "octants": octant_rows(octants, drawn, lang),
        "months": month_rows(distances, lang),
        "by_edge": by_edge,
        "shares_known": bool(distances["share_occupied"].notna().any()),
    }


def _origin(story: Story, lang: str) -> dict[str, Any]:
    """Say which maps the figures come from, and what is uncertain about them."""
    distances = _distances(story)
    _, (since, until) = words(lang).gettext, _span(distances)
    as_of = distances["as_of"].max()
    drawn = day_of(distances["as_of"].drop_duplicates())
    days = (until - since).days + 1
    missing = days - int(drawn.between(since, until).sum())
    told = _("{n} of the {of} days have no map of their own: they show the one before.")
    uncertain = [told.format(n=missing, of=days)] if missing else []
    told = _("From the map of {day} on the source covers other ground than before.")
    uncertain += [told.format(day=day_text(day_of(start), lang)) for start in epoch_starts(story.control)]
    if not (distances["to"] == "contested").any():
        uncertain.append(
            _("The source does not draw contested ground: it is not known, which is not the same as none.")
        )
    meaning = _(
        "The drawing of a map changes when its makers learn of something, which is not always the day on which it "
        "happened."
    )
    lines = [] if story.provenance is None else story.provenance.itertuples()
    return {
        "source": story.title or str(distances["source"].iloc[0]),
        "as_of": instant_text(as_of, lang),
        "old": age_text(old_days(until, as_of), lang),
        "uncertain": [meaning, *uncertain],
        "credits": list(story.credits),
        "archive_sha256": story.archive_sha256,
        "snapshots": [
            {"source": row.source, "as_of": instant_text(row.as_of, lang), "sha256": row.sha256} for row in lines
        ],
    }


_NEEDS = """since on town distances octants events control ledger places provenance archive_sha256 credits note title
basemap oblasts"""

RENDERER = Renderer("dossier", ".html", _render, needs=tuple(_NEEDS.split()))
