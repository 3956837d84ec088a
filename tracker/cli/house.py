"""The choices of a house: `tracker.toml` in the working folder."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tracker.archive.reference_files import REFERENCE_KINDS
from tracker.outputs.look import PALETTE, is_colour


def _is_reference(line: tuple[str, Any]) -> bool:
    """Say whether a line names a file of reference data."""
    return line[0] in REFERENCE_KINDS and isinstance(line[1], str)


_HOUSE_KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "archive": (lambda kept: isinstance(kept, str), "text in quotes"),
    "source": (lambda kept: isinstance(kept, str), "text in quotes"),
    "lang": (lambda kept: isinstance(kept, str), "text in quotes"),
    "accept_terms": (
        lambda kept: isinstance(kept, list) and all(isinstance(name, str) for name in kept),
        'a list of names, such as ["deepstate"]',
    ),
    "urls": (
        lambda kept: isinstance(kept, dict) and all(isinstance(url, str) for url in kept.values()),
        'a table of addresses, such as deepstate = "https://mirror.example/api/history" below [urls]',
    ),
    "reference": (
        lambda kept: isinstance(kept, dict) and all(map(_is_reference, kept.items())),
        f'a table of files, such as oblasts = "oblasts.geojson" below [reference], of {", ".join(REFERENCE_KINDS)}',
    ),
    "palette": (
        lambda kept: isinstance(kept, dict) and all(is_colour(name, colour) for name, colour in kept.items()),
        f'a table of colours, such as occupied = "#e8c4bb" below [palette], of {", ".join(PALETTE)}',
    ),
}


def house() -> dict[str, Any]:
    """Read the house's choices from `tracker.toml` in the working folder."""
    path = Path("tracker.toml")
    if not path.is_file():
        return {}
    try:
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = sorted(set(kept) - set(_HOUSE_KEYS))
        if unknown:
            raise click.UsageError(f"tracker.toml: {', '.join(unknown)} is not one of {', '.join(_HOUSE_KEYS)}")
        wrong = [
            f"{name} must be {words}"
            for name, (fits, words) in _HOUSE_KEYS.items()
            if name in kept and not fits(kept[name])
        ]
        if wrong:
            raise click.UsageError(f"tracker.toml: {'; '.join(wrong)}")
        return kept
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"tracker.toml: {error}") from None
