"""The timelapse: the front in one area, day after day, as a GIF, a WebP or a video."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import geopandas as gpd
import pandas as pd

from tracker.measures.sums import summarise
from tracker.outputs.base import Renderer
from tracker.outputs.figure.film import FORMATS, Numbers, encoded, ffmpeg_path
from tracker.outputs.figure.layout import FILM_LAYOUTS
from tracker.outputs.figure.scene import Scene, clipped_km2, scene_of
from tracker.outputs.figure.text import plain, texts_of
from tracker.outputs.story import MAP, Story
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import name_column, note_text
from tracker.tables.days import Day, day_of

if TYPE_CHECKING:
    from tracker.outputs.figure.frames_ground import Reel


Every = Literal["day", "week", "month"]

SIZES = tuple(FILM_LAYOUTS)

FPS = {"day": 10, "week": 5, "month": 2}
"""Frames a second where none are asked for: the farther apart the days, the longer a look takes."""

MOST_FRAMES = 2000
"""More than this is hours of drawing and minutes of looking; a longer step tells the same."""

_STEPS = {"day": "D", "week": "W-SUN", "month": "ME"}


def frame_days(since: Day, until: Day, every: Every = "day") -> pd.DatetimeIndex:
    """
    List the days of frames: the first day, the ends of calendar weeks (Sundays) or months, and the last day.

    Parameters
    ----------
    since, until
        The first and the last Kyiv day.
    every
        day, week or month.

    Raises
    ------
    ValueError
        For an unknown `every`, `since` after `until`, or more than `MOST_FRAMES` days.

    Examples
    --------
    >>> [f"{day:%m-%d}" for day in frame_days("2025-01-01", "2025-01-14", "week")]
    ['01-01', '01-05', '01-12', '01-14']
    """
    since, until = pd.Timestamp(since).normalize(), pd.Timestamp(until).normalize()
    if every not in _STEPS:
        raise ValueError(f"every={every!r} is not one of {', '.join(get_args(Every))}")
    if since > until:
        raise ValueError(f"since={since:%Y-%m-%d} is after until={until:%Y-%m-%d}")
    days = pd.date_range(since, until, freq=_STEPS[every]).union(pd.DatetimeIndex([since, until])).unique()
    if len(days) > MOST_FRAMES:
        longer = {"day": "week", "week": "month"}.get(every)
        way = f"take a frame a {longer}: every='{longer}'" if longer else "take a shorter period"
        raise ValueError(f"every={every!r} makes {len(days):,} frames, more than {MOST_FRAMES:,}; {way}")
    return days


def render(
    story: Story,
    *,
    lang: str = "en",
    sector: str | None = None,
    every: Every = "day",
    size: str = "web",
    fps: float | None = None,
    format: str = "gif",
    numbers: Numbers = iter,
) -> bytes:
    """
    Draw a timelapse. The same tables give the same bytes.

    A frame shows the state that holds at the end of its Kyiv day, and what was gained (coloured by the last 1, 7 and 30
    days and the period) and lost (dotted) since the period began; what changed twice is shown as it changed last.
    The sums run from the first day: gains and losses are gross, by the steps of the ledger, the net is of all causes.

    Parameters
    ----------
    story
        `control`, with the state that holds before `since`, and `ledger`, from `since` to `on`; by default all days
        whose changes control can know. `sectors`: borders and names, those of `on`. `places`: settlements to name; with
        `footprint` (polygons in `WORK_CRS`) town limits are drawn. `note`: a mark across the map.
    lang
        en or uk.
    sector
        A ground, or a name of a sector, to show and to sum. By default the area with most changes in the period.
    every
        A frame a day, a week or a month.
    size
        web (1600 × 1200 pixels), square (1080 × 1080) or reel (1080 × 1920).
    fps
        Frames a second, 1 to 50; by default 10 by day, 5 by week, 2 by month. The last is held two seconds longer.
    format
        gif, webp (lossless, smaller) or mp4 (needs ffmpeg).
    numbers
        Goes through the numbers of frames as they are drawn: a place to show progress.

    Raises
    ------
    ValueError
        For an unknown language, size, format, step, sector or cause, too many frames, `since` after `on`, control of
        several sources, or if ffmpeg is needed and missing.
    NoDataError
        If control holds no state before `since`.
    """
    fps = _check_options(size, format, fps, every, lang)
    # Only here, so that other renderers do not wait for matplotlib.
    from tracker.outputs.figure.canvas import Stock
    from tracker.outputs.figure.frames import painter
    from tracker.outputs.figure.frames_ground import Reel
    from tracker.outputs.figure.output import own_settings

    control, layout = story.control, FILM_LAYOUTS[size]
    days = frame_days(*_ends(control, story.since, story.on), every)
    ledger = story.ledger[story.ledger["source"].isin(control["source"])]
    shown = replace(story, on=days[-1], since=days[0], ledger=ledger, distances=None)
    scene = scene_of(shown, sector=sector, layout=layout)
    texts = texts_of(scene, story.places, credits=story.credits, lang=lang)
    sums = running_sums(shown, scene, days, lang=lang)
    moved = day_of(ledger["end"]).between(days[0], days[-1]) & ledger["kind"].isin(["gain", "loss"])
    gross = words(lang).gettext(
        "Gained and lost are gross, by daily steps; net is the difference of the ends, of all causes."
    )
    footer = [texts.footer[0], " ".join([gross, *texts.footer[1:]])]
    reel = Reel(days, days[0], control, ledger[moved], sums, texts.where, footer)
    about = {"title": texts.title, "alt": alt_text(reel, texts.title, every, lang)}
    stock = Stock(story.places, None, story.basemap, story.oblasts, note_text(story.note, lang))
    # Both while it is prepared and while its frames are drawn.
    with own_settings():
        paint = painter(scene, stock, reel, layout, lang)
        return encoded(paint, len(days), format=format, fps=fps, about=about, numbers=numbers)


def _check_options(size: str, format: str, fps: float | None, every: str, lang: str) -> float:
    """Refuse options that are not known, and what cannot be written in the end; give the frames a second."""
    words(lang)
    for name, value, valid in (("size", size, SIZES), ("format", format, FORMATS), ("every", every, get_args(Every))):
        if value not in valid:
            raise ValueError(f"{name}={value!r} is not one of {', '.join(valid)}")
    fps = FPS[every] if fps is None else fps
    if not 1 <= fps <= 50:
        raise ValueError(f"fps={fps!r} is not from 1 to 50")
    if format == "mp4":
        ffmpeg_path()
    return fps


def _ends(control: gpd.GeoDataFrame, since: Day | None, on: Day | None) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Fill in the ends of the period: from the first day whose changes can be known to the last one."""
    days = day_of(control["as_of"])
    last = days.max() if on is None else pd.Timestamp(on).normalize()
    return min(days.min() + pd.Timedelta(days=1), last) if since is None else pd.Timestamp(since).normalize(), last


def running_sums(story: Story, scene: Scene, days: pd.DatetimeIndex, *, lang: str = "en") -> dict[str, pd.DataFrame]:
    """
    Sum changes from the first of `days` up to each of them, as `summarise` does: of the sector or picture, and of all.

    The one sum that is made while drawing: what lies in the picture is known only once its frame is chosen.

    Returns
    -------
    dict
        Name → gain_km2 and loss_km2 (gross, by the steps of the ledger) and net_km2 (of all causes), by day. The net is
        missing from a day on from which the source covers other ground.
    """
    _, ledger = words(lang).gettext, story.ledger
    period: dict[str, Any] = {"since": days[0], "until": days[-1], "control": story.control, "causes": story.causes}
    if scene.ground and scene.sectors is not None:
        named = scene.sectors[scene.sectors["ground"] == scene.ground]
        name = _("{name} sector").format(name=plain(named[name_column(lang)].iloc[0], most=30))
        areas = {name: ledger[ledger["ground"] == scene.ground], _("Whole front"): ledger}
    else:
        areas = {
            _("In this picture"): ledger.assign(area_km2=clipped_km2(ledger, scene.extent)),
            _("Whole front"): ledger,
        }
    tables = {}
    for name, rows in areas.items():
        daily = summarise(rows, every="day", **period)
        sums = daily.set_index("until")[["gain_km2", "loss_km2", "net_km2"]].cumsum(skipna=False)
        tables[name] = sums.loc[days]
    return tables


def alt_text(reel: Reel, title: str, every: str, lang: str) -> str:
    """Describe a timelapse in words, for those who do not see it; it is inside the file."""
    from tracker.outputs.figure.frames import cells_of, heads_of

    _, end = words(lang).gettext, cells_of(reel, lang)[-1]
    head, *names = heads_of(reel, lang)
    rows = [
        f"{name} " + ", ".join(f"{word} {cell}" for word, cell in zip(names, end[3 * row : 3 * row + 3], strict=True))
        for row, name in enumerate(reel.sums)
    ]
    frames = {"day": _("a frame a day"), "week": _("a frame a week"), "month": _("a frame a month")}[every]
    return _(
        "Animated map, {frames}. {title}. In the end, {head}: {sums}. Occupied ground is shaded, "
        "newer gains are darker, losses are dotted, contested ground is hatched."
    ).format(frames=frames, title=title, head=head, sums="; ".join(rows))


_NEEDS = (*(name for name in MAP if name != "distances"), "since", "causes")

RENDERER = Renderer("timelapse", ".gif", render, needs=_NEEDS)
