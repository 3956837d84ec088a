"""Commands that draw: the figure of a day or a period, the charts, the timelapse."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from tracker.archive.span import Span
from tracker.cli.answer import Answer, answering
from tracker.cli.options import Choices, Output, When, causes_option, with_choices, with_days, with_output, with_period
from tracker.cli.remarks import say_ends, say_state
from tracker.cli.terminal import emit
from tracker.outputs import renderer
from tracker.outputs.figure.film import ffmpeg_path
from tracker.outputs.story import Story
from tracker.products.filled import story_of


@click.command("figure")
@with_choices
@with_days
@causes_option
@click.option("--sector", metavar="NAME", help="Show this sector or ground [where most changed].")
@click.option("--size", type=click.Choice(["web", "print", "square", "story"]), default="web", show_default=True)
@click.option("--chart", type=click.Choice(["months", "area", "distance", "sectors"]), help="Draw this, not the map.")
@click.option("--town", "towns", multiple=True, metavar="NAME", help="With --chart distance; again for more.")
@with_output("png", "svg", "pdf")
def figure_command(
    choices: Choices,
    when: When,
    causes: list[str] | None,
    sector: str | None,
    size: str,
    chart: str | None,
    towns: tuple[str, ...],
    output: Output,
) -> None:
    """Draw the figure of a day with its last 30 days, or of a period: an article's, a page's, a post's or a story's.

    web is 1600 × 1200 pixels, print an A4 page across at 300 dots per inch, square 1080 × 1080, story 1080 × 1920.

    With --chart a chart of a period, by default of all that the archive holds: km² gained and lost by month, occupied
    ground over time, how far towns were, or each sector's gains and losses.
    """
    when.refuse_both()
    refuse_chart_clashes(chart, towns, when, sector)
    kind, drawn = "chart" if chart else "figure", {"kind": chart} if chart else {"sector": sector}
    with answering(choices) as answer:
        story = told(answer, kind, when, causes, **({"kind": chart, "towns": towns} if chart else {}))
    picture = renderer(kind).render(story, lang=choices.lang, size=size, format=output.form, **drawn)
    emit(picture, output.out)


def told(answer: Answer, kind: str, when: When, causes: list[str] | None, /, **asked: Any) -> Story:
    """Tell what a picture shows of a period where one is asked for, else of a day, and how old its snapshots are."""
    story = story_of(answer.archive, kind, **vars(when), causes=causes, **asked)
    # A chart of changes has figures of its first day, too; a figure shows windows up to its last one.
    if kind == "chart" and asked["kind"] != "distance":
        say_ends(answer.archive, Span(story.since, story.on), story.control)
    else:
        say_state(answer.archive, story.on, story.control)
    return story


def refuse_chart_clashes(chart: str | None, towns: tuple[str, ...], when: When, sector: str | None) -> None:
    """Refuse options that do not go with a chart, and those that need one."""
    if chart and (when.on or sector):
        raise click.UsageError(f"--chart does not go with {'--on' if when.on else '--sector'}")
    if towns and chart != "distance":
        raise click.UsageError("--town goes with --chart distance")
    if chart == "distance" and not towns:
        raise click.UsageError("--chart distance needs --town NAME; again for more")


@click.command("timelapse")
@with_choices
@with_period
@causes_option
@click.option("--sector", metavar="NAME", help="Show and sum this sector or ground [where most changed].")
@click.option("--every", type=click.Choice(["day", "week", "month"]), default="day", show_default=True)
@click.option("--size", type=click.Choice(["web", "square", "story"]), default="web", show_default=True)
@click.option("--fps", type=click.FloatRange(1, 50), help="Frames a second [10 by day, 5 by week, 2 by month].")
@with_output("gif", "webp", "mp4")
def timelapse_command(
    choices: Choices,
    when: When,
    causes: list[str] | None,
    sector: str | None,
    every: Any,
    size: str,
    fps: float | None,
    output: Output,
) -> None:
    """Draw a timelapse of a period: the ground, the gains and losses and their running sums, day by day.

    The sums are those of tracker advances from --since to the day of the frame. WebP is lossless and the smallest that
    needs nothing installed; MP4 needs ffmpeg on the path, or pip install 'frontline-tracker[video]'.
    """
    from tracker.cli.progress import track  # here, because the figure need not wait for it

    require_place(output.out)
    if output.form == "mp4":
        ffmpeg_path()
    with answering(choices) as answer:
        story = told(answer, "timelapse", when, causes)
    film = renderer("timelapse").render(
        story,
        lang=choices.lang,
        sector=sector,
        every=every,
        size=size,
        fps=fps,
        format=output.form,
        numbers=lambda frames: track(frames, "Drawing frames"),
    )
    emit(film, output.out)


def require_place(out: str | None) -> None:
    """Refuse, before minutes of drawing, what cannot be written to in the end."""
    if out in (None, "-"):
        if sys.stdout.isatty():
            raise click.UsageError("a timelapse is not text; name a file: -o FILE")
        return
    folder = Path(str(out)).resolve().parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise click.UsageError(f"-o {out}: {folder} is no folder that can be written to")
