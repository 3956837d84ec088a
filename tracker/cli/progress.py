"""How far a long piece of work is, on stderr, where that is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from rich import progress
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Speed(ProgressColumn):
    """How many files a second are done."""

    def render(self, task: Task) -> Text:
        """Say it, in whole files where they are many."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.0f} files/s" if speed >= 10 else f"{speed:.1f} files/s")


def bar(files: Sequence[Any], words: str) -> Iterable[Any]:
    """Go through files, and show how far it is, how many a second are done, and how long it will take."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        yield from shown.track(files, description=words)


def track(steps: Iterable[Any], words: str, *, total: int | None = None) -> Iterable[Any]:
    """Go through steps, and show how far it is."""
    console = Console(stderr=True)
    return progress.track(steps, words, total=total, console=console, disable=not console.is_terminal)


def waiting(words: str) -> AbstractContextManager[Any]:
    """Show that something is going on whose end is not known."""
    return Console(stderr=True).status(words)
