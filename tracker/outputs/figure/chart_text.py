"""What charts say: texts in which a number and its unit stay on one line, and the names of periods."""

from __future__ import annotations

import re
from collections.abc import Callable

from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import day_text, month_text
from tracker.tables.days import Day

_UNIT = re.compile(r"(?<=\}) (?=km|км)")


def wording(lang: str) -> Callable[[str], str]:
    """Give the words of charts: the catalogue's `gettext`, with a number and its unit on one line."""
    return lambda text: _UNIT.sub("\N{NO-BREAK SPACE}", words(lang).gettext(text))


def period_text(since: Day, every: str, lang: str) -> str:
    """Name a calendar period by its first day: a month, or the week from that day."""
    if every == "month":
        return month_text(since, lang)
    return words(lang).gettext("from {day}").format(day=day_text(since, lang))
