"""Numbers, days, spans and instants as words: the one place that knows how a language writes them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tracker.outputs.words.catalogue import words
from tracker.tables.constants import KYIV, SAMPLE_NOTE
from tracker.tables.days import Day
from tracker.tables.messages import N_

_CAUSES = {
    "advance": N_("advances"),
    "catch_up": N_("catch-ups"),
    "redraw": N_("redraws"),
    "noise": N_("noise"),
}


def note_text(note: str, lang: str) -> str:
    """Write a mark as it is, but that of the bundled sample in the language of the reader."""
    return words(lang).gettext("Illustrative sample") if note == SAMPLE_NOTE else note


def name_column(lang: str) -> str:
    """Say which column names sectors for readers of a language: the data have Ukrainian and Latin letters."""
    return "name_uk" if lang == "uk" else "name_en"


def cause_text(cause: str, lang: str) -> str:
    """Name the changes of a cause."""
    return words(lang).gettext(_CAUSES[cause])


def direction_text(direction: Any, lang: str) -> str:
    """Write one of the eight directions (N, NE …), or a dash where there is none."""
    return "–" if pd.isna(direction) else words(lang).gettext(direction)


def days_text(days: int, lang: str = "en") -> str:
    """
    Write a number of days out.

    Examples
    --------
    >>> days_text(1), days_text(30), days_text(1, "uk"), days_text(3, "uk"), days_text(12, "uk"), days_text(31, "uk")
    ('1 day', '30 days', '1 день', '3 дні', '12 днів', '31 день')
    """
    return words(lang).ngettext("{n} day", "{n} days", days).format(n=days)


def month_names(lang: str) -> list[str]:
    """List the months as they stand in a date."""
    months = words(lang).pgettext(
        "in a date", "January February March April May June July August September October November December"
    )
    return months.split()


def month_text(day: Day, lang: str) -> str:
    """
    Write a month out.

    Examples
    --------
    >>> month_text("2025-01-06", "en"), month_text("2025-01-06", "uk")
    ('January 2025', 'січень 2025')
    """
    months = words(lang).pgettext(
        "alone", "January February March April May June July August September October November December"
    )
    day = pd.Timestamp(day)
    return f"{months.split()[day.month - 1]} {day.year}"


def day_text(day: Day, lang: str = "en") -> str:
    """
    Write a day out.

    Examples
    --------
    >>> day_text("2025-01-06"), day_text("2025-01-06", "uk")
    ('6 January 2025', '6 січня 2025')
    """
    day = pd.Timestamp(day)
    return f"{day.day} {month_names(lang)[day.month - 1]} {day.year}"


def break_text(instant: Any, lang: str) -> str:
    """Say that from a map on the source covers other ground."""
    told = words(lang).gettext(
        "From the map of {day} on the source covers other ground than before: that step is in no figure."
    )
    return told.format(day=day_text(instant, lang))


def span_text(since: Day, until: Day, lang: str = "en") -> str:
    """
    Write a period of days out, both inclusive, saying month and year no oftener than needed.

    Examples
    --------
    >>> span_text("2025-01-06", "2025-01-06"), span_text("2025-01-01", "2025-01-31", "uk")
    ('6 January 2025', '1–31 січня 2025')
    >>> span_text("2025-01-30", "2025-02-05"), span_text("2024-12-30", "2025-01-05")
    ('30 January – 5 February 2025', '30 December 2024 – 5 January 2025')
    """
    since, until = pd.Timestamp(since), pd.Timestamp(until)
    end = day_text(until, lang)
    if since == until:
        return end
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}–{end}"
    start = day_text(since, lang)
    return f"{start.removesuffix(f' {since.year}') if since.year == until.year else start} – {end}"


def instant_text(instant: Any, lang: str = "en") -> str:
    """
    Write an instant out, in Kyiv time.

    Examples
    --------
    >>> instant_text("2025-01-06T21:09:08Z")
    '6 January 2025, 23:09 Kyiv'
    """
    local = pd.Timestamp(instant).tz_convert(KYIV)
    return f"{day_text(local, lang)}, {local:%H:%M} " + words(lang).gettext("Kyiv")


def km2(area_km2: float, *, signed: bool = False, lang: str = "en") -> str:
    """
    Write an area as the drawing can bear it: one decimal.

    Examples
    --------
    >>> km2(12.345), km2(-0.04, signed=True), km2(3.0, signed=True), km2(-2.06, signed=True), km2(1234.5, lang="uk")
    ('12.3', '0.0', '+3.0', '−2.1', '1\xa0234,5')
    """
    if pd.isna(area_km2):
        return "–"
    text = f"{abs(area_km2):,.1f}"
    sign = ("+" if area_km2 > 0 else "−") if signed and text != "0.0" else ""
    return sign + localised(text, lang)


def km(distance_km: float, *, signed: bool = False, lang: str = "en") -> str:
    """
    Write a distance as the drawing can bear it: one decimal.

    Examples
    --------
    >>> km(2.51), km(2.51, lang="uk"), km(float("nan")), km(-0.26, signed=True)
    ('2.5', '2,5', '–', '−0.3')
    """
    return km2(distance_km, signed=signed, lang=lang)


def localised(number: str, lang: str) -> str:
    """
    Write the separators of a number as a language does.

    Examples
    --------
    >>> localised("48.2", "en"), localised("1,048.2", "uk")
    ('48.2', '1\xa0048,2')
    """
    told = words(lang)
    signs = {",": told.pgettext("between thousands", ","), ".": told.pgettext("before decimals", ".")}
    return "".join(signs.get(sign, sign) for sign in number)
