"""The charts of the figure command: what they are drawn from, and what is said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from tracker.cli.remarks import say_age, say_ages, say_breaks, say_credit
from tracker.cli.terminal import Choices


def refuse_chart_clashes(chart: str | None, towns: tuple[str, ...], *, on: datetime | None, sector: str | None) -> None:
    """Refuse options that do not go with a chart, and those that need one."""
    if chart and (on or sector):
        raise click.UsageError(f"--chart does not go with {'--on' if on else '--sector'}")
    if towns and chart != "distance":
        raise click.UsageError("--town goes with --chart distance")
    if chart == "distance" and not towns:
        raise click.UsageError("--chart distance needs --town NAME; again for more")


def charted(
    choices: Choices, chart: str, towns: tuple[str, ...], span: tuple[datetime | None, datetime | None], **options: Any
) -> bytes:
    """Draw a chart of a period, and say how old the snapshots at its ends are."""
    from tracker.products.chart import draw_chart, states_of_chart, towns_of_chart

    archive = choices.open()
    places = towns_of_chart(archive, chart, towns)
    first, last, control = states_of_chart(archive, chart, *span)
    content = draw_chart(archive, chart, control, places, since=first, until=last, lang=choices.lang, **options)
    if chart == "distance":
        say_age(archive, last, control["as_of"].max())
    else:
        say_ages(archive, first, last, control)
    say_breaks(archive, control)
    say_credit(archive)
    return content
