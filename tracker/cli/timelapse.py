"""The command that draws a timelapse."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tracker.cli.options import causes_option, since_option, until_option
from tracker.cli.products import opened_period
from tracker.cli.terminal import Choices, emit, with_choices, with_picture


@click.command("timelapse")
@with_choices
@since_option
@until_option
@causes_option
@click.option("--sector", metavar="NAME", help="Show and sum this sector or ground [where most changed].")
@click.option("--every", type=click.Choice(["day", "week", "month"]), default="day", show_default=True)
@click.option("--size", type=click.Choice(["web", "square", "story"]), default="web", show_default=True)
@click.option("--fps", type=click.FloatRange(1, 50), help="Frames a second [10 by day, 5 by week, 2 by month].")
@with_picture("gif", "webp", "mp4")
def timelapse_command(
    choices: Choices,
    since: datetime | None,
    until: datetime | None,
    causes: list[str] | None,
    sector: str | None,
    every: Any,
    size: str,
    fps: float | None,
    form: str,
    out: str | None,
) -> None:
    """Draw a timelapse of a period: the ground, the gains and losses and their running sums, day by day.

    The sums are those of tracker advances from --since to the day of the frame. WebP is lossless and the smallest that
    needs nothing installed; MP4 needs ffmpeg on the path, or pip install 'frontline-tracker[video]'.
    """
    from rich.console import Console
    from rich.progress import track

    from tracker.outputs import render
    from tracker.outputs.figure.film import ffmpeg_path

    require_place(out)
    if form == "mp4":
        ffmpeg_path()
    tables = opened_period(choices.open(), since, until, causes)
    del tables["distances"]
    console = Console(stderr=True)
    film = render(
        "timelapse",
        lang=choices.lang,
        sector=sector,
        every=every,
        size=size,
        fps=fps,
        format=form,
        numbers=lambda all: track(all, "Drawing frames", console=console, disable=not console.is_terminal),
        **tables,
    )
    emit(film, out)


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
