"""One look for maps, figures and reports: colours that colour-blind readers tell apart, or those of a house."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

PALETTE = {
    "land": "#f7f5f0",
    "occupied": "#e8c4bb",
    "occupied_line": "#8c2d1c",
    "contested": "#7a7a7a",
    "loss": "#2166ac",
    "sector": "#5b5b6b",
    "text": "#1f2328",
    "muted": "#656d76",
    "gain_1": "#7f0000",
    "gain_7": "#d7301f",
    "gain_30": "#fc8d59",
    "gain_90": "#fee08b",
}
"""The colours by what they are of; each may be another one for a while (see `painted`)."""

# A hundred drawings look colours up, deep inside: the house's choice comes to them by the context that they run in.
_CHOSEN: ContextVar[Mapping[str, str]] = ContextVar("chosen", default=MappingProxyType({}))
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


class _Colours(Mapping[Any, str]):
    """Colours by keys of their own; which they are is decided when they are looked up, never before."""

    def __init__(self, names: Mapping[Any, str]) -> None:
        self._names = names

    def __getitem__(self, key: Any) -> str:
        name = self._names[key]
        return _CHOSEN.get().get(name, PALETTE[name])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


COLOURS = _Colours({name: name for name in PALETTE if not name.startswith("gain_")})
GAIN_COLOURS = _Colours({1: "gain_1", 7: "gain_7", 30: "gain_30", 90: "gain_90"})
"""Gains by the smallest window of `MAP_AGES` that holds them: the newest is the darkest, also in grey."""


def is_colour(name: str, colour: object) -> bool:
    """Say whether a name of `PALETTE` is given a colour, such as `#e8c4bb`."""
    return name in PALETTE and isinstance(colour, str) and bool(_COLOUR.fullmatch(colour))


def chosen_colours() -> Mapping[str, str]:
    """Give the colours that are other than those of `PALETTE` now."""
    return _CHOSEN.get()


@contextmanager
def painted(chosen: Mapping[str, str]) -> Iterator[None]:
    """
    Draw with other colours.

    Parameters
    ----------
    chosen
        Names of `PALETTE` → colours as `#rrggbb`; the others stay.

    Raises
    ------
    ValueError
        For an unknown name, or what is no such colour.

    Examples
    --------
    >>> with painted({"occupied": "#ffcccc"}):
    ...     COLOURS["occupied"], COLOURS["land"]
    ('#ffcccc', '#f7f5f0')
    >>> COLOURS["occupied"]
    '#e8c4bb'
    """
    wrong = [f"{name}={colour!r}" for name, colour in chosen.items() if not is_colour(name, colour)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: a palette has colours as #rrggbb of {', '.join(PALETTE)}")
    token = _CHOSEN.set(MappingProxyType(dict(chosen)))
    try:
        yield
    finally:
        _CHOSEN.reset(token)
