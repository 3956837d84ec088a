"""One look for maps, figures and reports: colours that colour-blind readers tell apart, and words in two languages."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd

from tracker.schema import KYIV

__all__ = [
    "AGES",
    "COLOURS",
    "GAIN_COLOURS",
    "MAP_AGES",
    "SAMPLE_NOTE",
    "day_text",
    "days_text",
    "instant_text",
    "km",
    "km2",
    "markdown_text",
    "note_text",
    "printable",
    "span_text",
    "tool_words",
    "words",
]

SAMPLE_NOTE = "illustrative sample"
"""The mark on everything made from the bundled sample."""

AGES = (1, 7, 30)
"""The windows, in days up to the day shown, by which changes are coloured and layered."""

MAP_AGES = (1, 7, 30, 90)
"""The windows that the interactive map offers."""

COLOURS = {
    "land": "#f7f5f0",
    "occupied": "#e8c4bb",
    "occupied_line": "#8c2d1c",
    "contested": "#7a7a7a",
    "loss": "#2166ac",
    "sector": "#5b5b6b",
    "text": "#1f2328",
    "muted": "#656d76",
}

GAIN_COLOURS = {1: "#7f0000", 7: "#d7301f", 30: "#fc8d59", 90: "#fee08b"}
"""Gains by the smallest window of `MAP_AGES` that holds them: the newest is the darkest, also in grey."""

_WORDS = {
    "en": {
        "occupied": "Occupied",
        "contested": "Contested",
        "gain": "Gain",
        "loss": "Loss",
        "cleared": "Cleared",
        "gains_of": "Gained in the last {days} days",
        "gains_of_day": "Gained in the last day",
        "sectors": "Sectors",
        "towns": "Towns and distances",
        "elsewhere": "Elsewhere",
        "sample": "Illustrative sample",
        "source": "Source",
        "free": "Free",
        "front_line": "Front line, {day}",
        "state_of": "State of the map: {instant}",
        "old_map": "This state is {days} old: there is no newer one.",
        "changes_of": "Gains and losses, {days}",
        "layers": "Layers",
        "lines": "Lines to occupied ground",
        "settlements": "Settlements",
        "oblasts": "Oblasts",
        "basemap": "Base map",
        "gained": "Gained",
        "lost": "Lost",
        "net": "Net",
        "gross": "Gross, by daily steps.",
        "measured_from": "The sum of {window} is measured from the map of {day}.",
        "data_since": "Changes are known only since {day}.",
        "too_small": "Pieces below 0.01 km² are counted, not drawn.",
        "definition": "A change means that the drawing changed, which is not always the day the ground did.",
        "break": "From the map of {day} on the source covers other ground than before: that step is in no figure.",
        "left_out": "Left out of gained and lost: {causes}.",
        "advance": "advances",
        "catch_up": "catch-ups",
        "redraw": "redraws",
        "noise": "noise",
        "no_change": "no change",
        "from_edge": "from the edge",
        "from_centre": "from the centre",
        "to_occupied": "to occupied",
        "to_contested": "to contested",
        "by_disc": "≈ measured from a disc of the settlement's area",
        "captures": "Settlements that changed status",
        "disagreement": "Where {source} differs",
        "time": "Day of the map",
        "play": "Play",
        "pause": "Pause",
        "compare": "changed since",
        "swipe": "swipe",
        "swipe_line": "Border between the two days",
        "since": "Earlier day",
        "since_day": "since {day}",
        "between": "Gains and losses between {since} and {day}.",
        "bulletin": "What changed on the map",
        "bulletin_of": "What changed on the map of {day}",
        "no_map": "No map of this day: the state of {day} holds.",
        "no_changes": "No change on the map.",
        "drawn": "Drawn as occupied: {area} km².",
        "drawn_contested": "Drawn as occupied: {area} km²; as contested: {contested} km².",
        "sector": "Sector",
        "in_days": "{days} up to {day}",
        "names_of_day": "sectors by ground, under the names of the last day",
        "from_map": "map of {day}",
        "days_one": "{n} day",
        "days_few": "{n} days",
        "days_many": "{n} days",
        "month_names": "January February March April May June July August September October November December",
        "kyiv": "Kyiv",
        "close": "Close",
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "tool_label": "Tools",
        "tool_search": "Find a town or village",
        "tool_place": "Town or village",
        "tool_found": "Found: {n}",
        "tool_none": "Nothing found",
        "tool_chosen": "The map shows {name}.",
        "tool_ruler": "Measure a distance",
        "tool_ruler_hint": "Click on the map, or press Enter at its centre. Backspace takes back, Escape ends.",
        "tool_total": "{n} km in total",
        "tool_step": "{step} km, {n} km in total",
        "tool_full": "Full screen",
        "tool_link": "Copy the link to this view",
        "tool_copied": "Link copied",
        "tool_not_copied": "Copy this link:",
        "needs_script": "This map needs JavaScript.",
        "m": "m",
        "directions": "N NE E SE S SW W NW",
        "km": "km",
        "km2": "km²",
    },
    "uk": {
        "occupied": "Окуповано",
        "contested": "Сіра зона",
        "gain": "Просування",
        "loss": "Втрата",
        "cleared": "Уточнено",
        "gains_of": "Окуповано за {days} днів",
        "gains_of_day": "Окуповано за добу",
        "sectors": "Напрямки",
        "towns": "Міста й відстані",
        "elsewhere": "Інші ділянки",
        "sample": "Ілюстративний зразок",
        "source": "Джерело",
        "free": "Вільно",
        "front_line": "Лінія фронту, {day}",
        "state_of": "Стан мапи: {instant}",
        "old_map": "Цьому стану {days}: новішого немає.",
        "changes_of": "Зміни за {days}",
        "layers": "Шари",
        "lines": "Лінії до окупованого",
        "settlements": "Населені пункти",
        "oblasts": "Області",
        "basemap": "Основа мапи",
        "gained": "Окуповано",
        "lost": "Звільнено",
        "net": "Підсумок",
        "gross": "Сума щоденних змін.",
        "measured_from": "Суму за {window} пораховано від мапи за {day}.",
        "data_since": "Зміни відомі лише з {day}.",
        "too_small": "Ділянки, менші за 0,01 км², пораховано, але не намальовано.",
        "definition": "Зміна означає, що змінився малюнок мапи; на місцевості це могло статися іншого дня.",
        "break": "Від мапи за {day} джерело охоплює іншу територію, ніж раніше: цей крок не враховано в жодній цифрі.",
        "left_out": "Не враховано в окупованому та звільненому: {causes}.",
        "advance": "просування",
        "catch_up": "надолуження",
        "redraw": "перемальовування",
        "noise": "шум",
        "no_change": "без змін",
        "from_edge": "від межі",
        "from_centre": "від центру",
        "to_occupied": "до окупованого",
        "to_contested": "до сірої зони",
        "by_disc": "≈ від кола з площею населеного пункту",
        "captures": "Населені пункти, що змінили статус",
        "disagreement": "Де {source} відрізняється",
        "time": "День мапи",
        "play": "Відтворити",
        "pause": "Зупинити",
        "compare": "зміни від",
        "swipe": "шторка",
        "swipe_line": "Межа між двома днями",
        "since": "Раніший день",
        "since_day": "від {day}",
        "between": "Зміни між {since} та {day}.",
        "bulletin": "Що змінилося на мапі",
        "bulletin_of": "Що змінилося на мапі за {day}",
        "no_map": "Мапи за цей день немає: діє стан за {day}.",
        "no_changes": "Змін на мапі немає.",
        "drawn": "Намальовано як окуповане: {area} км².",
        "drawn_contested": "Намальовано як окуповане: {area} км²; як сіру зону: {contested} км².",
        "sector": "Напрямок",
        "in_days": "{days} до {day}",
        "names_of_day": "за територією, під назвами останнього дня",
        "from_map": "мапа за {day}",
        "days_one": "{n} день",
        "days_few": "{n} дні",
        "days_many": "{n} днів",
        "month_names": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        "kyiv": "Київ",
        "close": "Закрити",
        "zoom_in": "Наблизити",
        "zoom_out": "Віддалити",
        "tool_label": "Інструменти",
        "tool_search": "Знайти населений пункт",
        "tool_place": "Місто чи село",
        "tool_found": "Знайдено: {n}",
        "tool_none": "Нічого не знайдено",
        "tool_chosen": "На мапі – {name}.",
        "tool_ruler": "Виміряти відстань",
        "tool_ruler_hint": "Клацніть мапу або натисніть Enter у її центрі. Backspace прибирає точку, Escape завершує.",
        "tool_total": "усього {n} км",
        "tool_step": "{step} км, усього {n} км",
        "tool_full": "На весь екран",
        "tool_link": "Скопіювати посилання на цей вигляд",
        "tool_copied": "Посилання скопійовано",
        "tool_not_copied": "Скопіюйте це посилання:",
        "needs_script": "Для цієї мапи потрібен JavaScript.",
        "m": "м",
        "directions": "Пн ПнСх Сх ПдСх Пд ПдЗх Зх ПнЗх",
        "km": "км",
        "km2": "км²",
    },
}

_MONTHS_UK = "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split()


def words(lang: str) -> dict[str, str]:
    """
    Give the words of a language.

    Raises
    ------
    ValueError
        For a language that is not one of en, uk.
    """
    if lang not in _WORDS:
        raise ValueError(f"lang={lang!r} is not one of {', '.join(_WORDS)}")
    return _WORDS[lang]


def tool_words(lang: str) -> dict[str, str]:
    """Give the words that the tools of an interactive map speak (`templates/tools.js`), with the unit of distances."""
    return {key: word for key, word in words(lang).items() if key.startswith("tool_") or key == "km"}


def note_text(note: str, lang: str) -> str:
    """Write a mark as it is, but that of the bundled sample in the language of the reader."""
    return words(lang)["sample"] if note == SAMPLE_NOTE else note


def days_text(days: int, lang: str = "en") -> str:
    """
    Write a number of days out.

    Examples
    --------
    >>> days_text(1), days_text(30), days_text(1, "uk"), days_text(3, "uk"), days_text(12, "uk"), days_text(31, "uk")
    ('1 day', '30 days', '1 день', '3 дні', '12 днів', '31 день')
    """
    if lang != "uk":
        return "1 day" if days == 1 else f"{days} days"
    last, teen = days % 10, 11 <= days % 100 <= 14
    return f"{days} {'день' if last == 1 and not teen else 'дні' if 2 <= last <= 4 and not teen else 'днів'}"


def day_text(day: Any, lang: str = "en") -> str:
    """
    Write a day out.

    Examples
    --------
    >>> day_text("2025-01-06"), day_text("2025-01-06", "uk")
    ('6 January 2025', '6 січня 2025')
    """
    day = pd.Timestamp(day)
    month = _MONTHS_UK[day.month - 1] if lang == "uk" else f"{day:%B}"
    return f"{day.day} {month} {day.year}"


def span_text(since: Any, until: Any, lang: str = "en") -> str:
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
    return f"{day_text(local, lang)}, {local:%H:%M} {'Київ' if lang == 'uk' else 'Kyiv'}"


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
    return sign + _localised(text, lang)


def km(distance_km: float, *, signed: bool = False, lang: str = "en") -> str:
    """
    Write a distance as the drawing can bear it: one decimal.

    Examples
    --------
    >>> km(2.51), km(2.51, lang="uk"), km(float("nan")), km(-0.26, signed=True)
    ('2.5', '2,5', '–', '−0.3')
    """
    return km2(distance_km, signed=signed, lang=lang)


_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(value: Any) -> Any:
    """
    Replace what would disturb a page or a terminal, in text or anywhere inside lists and dicts of it.

    Control characters, line breaks and marks that turn the direction of writing become a middle dot.

    Examples
    --------
    >>> printable({"town": ["a\\nb", 1]})
    {'town': ['a·b', 1]}
    """
    if isinstance(value, str):
        return _UNPRINTABLE.sub("·", value)
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    return [printable(item) for item in value] if isinstance(value, list) else value


def markdown_text(value: Any) -> str:
    """
    Escape text for Markdown, so that it shows as it is: no markup, no HTML, no second table cell.

    Examples
    --------
    >>> markdown_text("a|b *c* <b>")
    'a\\\\|b \\\\*c\\\\* &lt;b&gt;'
    """
    escaped = html.escape(" ".join(str(value).split()), quote=False)
    return re.sub(r"([\\`*_{}\[\]#|!~$])", r"\\\1", escaped)


def _localised(number: str, lang: str) -> str:
    """Write a number's separators as a language does."""
    return number.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",") if lang == "uk" else number
