"""The printed figure: the front in one area, its last day, week and month of changes, ready for a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.causes import counted
from tracker.render.base import Renderer
from tracker.render.sheet.framing import scene_of
from tracker.render.sheet.wording import texts_of
from tracker.render.style import note_text, words

__all__ = ["FORMATS", "RENDERER", "alt_text", "render"]

FORMATS = ("png", "svg", "pdf")


def render(
    *,
    control: gpd.GeoDataFrame,
    ledger: gpd.GeoDataFrame,
    on: Any = None,
    sectors: gpd.GeoDataFrame | None = None,
    summary: pd.DataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    distances: pd.DataFrame | None = None,
    credits: Iterable[str] = (),
    note: str = "",
    causes: Iterable[str] | None = None,
    lang: str = "en",
    basemap: gpd.GeoDataFrame | None = None,
    oblasts: gpd.GeoDataFrame | None = None,
    sector: str | None = None,
    format: str = "png",
    dpi: float = 150,
) -> bytes:
    """
    Draw the figure of a day: 4:3, 1600 × 1200 pixels at 150 dpi. The same tables give the same bytes.

    Gains are coloured by the window (1, 7, 30 days) that holds their Kyiv day, losses and contested ground hatched.
    A change means that the drawing changed, not always the ground on that day. Sums are gross, over the ledger's steps.

    Parameters
    ----------
    control
        The `control` table of one source. The state at the end of `on` is drawn, and the line of control 30 days
        before where control reaches back to it.
    ledger
        The changes; `ground` and `sector` are added where `sectors` are given and the ledger lacks them.
    on
        The Kyiv day shown; by default the last one of control.
    sectors
        The `sectors` table: borders and names. Names of `on` are used.
    summary
        A `summary` by sector or ground, for the list beside the map; by default the changes of 30 days are summed.
    places
        The `places` table: settlements to name; with `footprint` (polygons in `WORK_CRS`) town limits are drawn.
    distances
        The `distances` table; the nearest towns not occupied get a line to occupied ground. Needs `places`.
    credits, note
        Lines to print below; a mark to print across the map.
    causes
        The causes of change that are drawn and summed, by default all but noise.
    lang
        en or uk.
    basemap, oblasts
        Anything to draw under the map, and borders to draw on it, in `WORK_CRS`.
    sector
        A ground, or a name of a sector, to show. By default the area with most changes.
    format, dpi
        png, svg or pdf; dots per inch.

    Raises
    ------
    ValueError
        For an unknown language, format, sector or cause, a `dpi` that is not positive, or control of several sources.
    NoDataError
        If control holds nothing up to `on`.
    """
    _check_options(format, dpi, lang)
    # Only here, so that other renderers do not wait for matplotlib.
    from tracker.render.sheet.canvas import Stock
    from tracker.render.sheet.output import compose, saved

    ledger = ledger.assign(counted=counted(ledger, causes))
    scene = scene_of(control, ledger, on=on, sectors=sectors, sector=sector, places=places, distances=distances)
    texts = texts_of(scene, places, summary=summary, credits=credits, lang=lang)
    sheet = compose(scene, Stock(places, distances, basemap, oblasts, note_text(note, lang)), texts, lang=lang, dpi=dpi)
    return saved(sheet, format=format, title=texts.title, alt=texts.alt)


def alt_text(
    *,
    control: gpd.GeoDataFrame,
    ledger: gpd.GeoDataFrame,
    on: Any = None,
    sectors: gpd.GeoDataFrame | None = None,
    sector: str | None = None,
    places: gpd.GeoDataFrame | None = None,
    distances: pd.DataFrame | None = None,
    causes: Iterable[str] | None = None,
    lang: str = "en",
) -> str:
    """Describe the figure of the same tables in words, for those who do not see it; it is inside the file too."""
    _check_options("png", 150, lang)
    ledger = ledger.assign(counted=counted(ledger, causes))
    scene = scene_of(control, ledger, on=on, sectors=sectors, sector=sector, places=places, distances=distances)
    return texts_of(scene, places, lang=lang).alt


def _check_options(format: str, dpi: float, lang: str) -> None:
    """Refuse options that are not known."""
    words(lang)
    if format not in FORMATS:
        raise ValueError(f"format={format!r} is not one of {', '.join(FORMATS)}")
    if not dpi > 0:
        raise ValueError(f"dpi={dpi!r} is not a positive number")


RENDERER = Renderer(name="figure", suffix=".png", render=render)
