"""The printed figure: the front in one area, its last day, week and month of changes, ready for a page."""

from __future__ import annotations

from tracker.outputs.base import Renderer
from tracker.outputs.figure.layout import layout_of
from tracker.outputs.figure.scene import scene_of
from tracker.outputs.figure.text import texts_of
from tracker.outputs.story import MAP, Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import note_text

FORMATS = ("png", "svg", "pdf")


def render(
    story: Story,
    *,
    lang: str = "en",
    sector: str | None = None,
    size: str = "web",
    format: str = "png",
    dpi: float | None = None,
) -> bytes:
    """
    Draw the figure of a day, or of a period. The same tables give the same bytes.

    Gains are coloured by the window (1, 7, 30 days) that holds their Kyiv day, losses dotted, contested ground hatched.
    A change means that the drawing changed, not always the ground on that day. Sums are gross, over the ledger's steps.
    A line from a town's edge to the nearest occupied ground is as long as the geodesic kilometres beside it.

    Parameters
    ----------
    story
        `control` and `ledger`: the state at the end of `on` is drawn, and the line of control 30 days before where
        control reaches back to it. `since`: the longest window is then the period, instead of 30 days. `sectors`:
        borders and names. `summary`, by sector or ground, for the list beside the map; by default the changes of 30
        days are summed. `places`: settlements to name; with `footprint` (polygons in `WORK_CRS`) town limits are drawn.
        `distances`: the nearest towns not occupied get a line to occupied ground. `note`: a mark across the map.
    lang
        en or uk.
    sector
        A ground, or a name of a sector, to show. By default the area with most changes.
    size
        web (1600 × 1200 pixels), print (A4 across, 300 dots per inch), square (1080 × 1080) or story (1080 × 1920).
    format, dpi
        png, svg or pdf; dots per inch, by default those of the size.

    Raises
    ------
    ValueError
        For an unknown language, size, format, sector or cause, a `dpi` that is not positive, `since` after `on`, or
        control of several sources.
    NoDataError
        If control holds nothing up to `on`.
    """
    _check_options(format, dpi, lang)
    layout = layout_of(size)
    # Only here, so that other renderers do not wait for matplotlib.
    from tracker.outputs.figure.canvas import Stock
    from tracker.outputs.figure.output import compose, saved

    scene = scene_of(story, sector=sector, layout=layout)
    texts = texts_of(scene, story.places, summary=story.summary, credits=story.credits, lang=lang)
    stock = Stock(story.places, story.distances, story.basemap, story.oblasts, note_text(story.note, lang))
    sheet = compose(scene, stock, texts, layout=layout, lang=lang, dpi=dpi)
    return saved(sheet, format=format, title=texts.title, alt=texts.alt)


def _check_options(format: str, dpi: float | None, lang: str) -> None:
    """Refuse options that are not known."""
    words(lang)
    if format not in FORMATS:
        raise ValueError(f"format={format!r} is not one of {', '.join(FORMATS)}")
    if dpi is not None and not dpi > 0:
        raise ValueError(f"dpi={dpi!r} is not a positive number")


RENDERER = Renderer("figure", ".png", render, needs=(*MAP, "since"))
