"""What a renderer is: a function from a story to text or bytes. It writes nothing, asks nobody and computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Renderer:
    """
    One kind of output.

    Parameters
    ----------
    name
        As in `tracker.render(name, …)` and `--format name`.
    suffix
        The ending of its files.
    render
        `render(story, *, lang="en", **options)`: `str` or `bytes` out. The same story gives the same bytes.
    needs
        The fields of the story that it reads; only these are filled in.
    """

    name: str
    suffix: str
    render: Callable[..., str | bytes]
    needs: tuple[str, ...]
