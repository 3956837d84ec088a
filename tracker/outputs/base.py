"""What a renderer is: a function from tables to text or bytes. It writes nothing and asks nobody."""

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
        Tables in, by keyword; `str` or `bytes` out. The same tables give the same bytes.
    """

    name: str
    suffix: str
    render: Callable[..., str | bytes]
