"""The words of charts, in English and Ukrainian."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from tracker.outputs.figure.text import say
from tracker.outputs.words.text import day_text

_MONTHS_OF_YEAR = {
    "en": "January February March April May June July August September October November December".split(),
    "uk": "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень".split(),
}

# A number and its unit stay on one line.
_UNIT = re.compile(r"(?<=\}) (?=km|км)")

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "months": "Occupied ground gained and lost by month",
        "weeks": "Occupied ground gained and lost by week",
        "months_sectors": "Occupied ground gained and lost by sector and month",
        "weeks_sectors": "Occupied ground gained and lost by sector and week",
        "sums": "gained {gain} km², lost {loss} km², gross; net {net} km²",
        "sums_unknown": "gained {gain} km², lost {loss} km², gross",
        "unchanged": "no change in the period",
        "key_gained": "gained",
        "key_lost": "lost",
        "key_net": "net",
        "a_month": "km² a month",
        "a_week": "km² a week",
        "partial_month": "part of a month",
        "partial_week": "part of a week",
        "old": "maps too far apart",
        "gross": "Gained and lost are gross, by daily steps{left_out}; net is the difference of the ends, of all causes.",
        "gross_only": "Gained and lost are gross, by daily steps{left_out}.",
        "without": ", without {causes}",
        "partial_days": "In part: {days}.",
        "since_day": "from {day}",
        "old_months": "Faint, for their maps lie more than {days} days off their ends and a change may belong to a month "
        "beside: {months}.",
        "old_weeks": "Faint, for their maps lie more than {days} days off their ends and a change may belong to a week "
        "beside: {months}.",
        "net_unknown": "No net where the source covers other ground at the end than at the start.",
        "area": "Occupied ground",
        "area_change": "from {start} to {end} km², {change}",
        "area_now": "{end} km² at the end",
        "area_same": "no change, {end} km²",
        "area_contested": "contested {end} km²",
        "occupied_km2": "Occupied, km²",
        "contested_km2": "Contested, km²",
        "panel_from_to": "beside each name: km on the first day → on the last, from the edge or else the centre",
        "panel_sums": "beside each name: km² gained / lost in the period, gross",
        "area_start": "The period begins with the map of {day}.",
        "area_break": "The line is broken where the source covers other ground than before.",
        "area_axis": "The axis of occupied ground does not begin at zero.",
        "area_old": "A line is faint where no map came for more than {days} days.",
        "distance": "{town}: distance to occupied ground",
        "distances": "Distance of towns to occupied ground",
        "edge_from_to": "from the edge {start} to {end} km",
        "centre_from_to": "from the centre {start} to {end} km",
        "no_distance": "no occupied ground to measure to",
        "disc": "≈ from a disc of the settlement's area.",
        "events": "first day within 10, 5 and 3 km, at the edge, contested, half occupied",
        "earlier": "{name} (earlier {earlier})",
        "not_shown": "Not shown: {names}.",
        "not_shown_sum": "{name} {gain} / {loss}",
        "more": "and {n} more",
        "gain_loss": "{gain} gained / {loss} lost",
        "bars_alt": "Bars of gained ground upwards and lost ground downwards",
        "bar": "{when}: gained {gain}, lost {loss}, net {net}",
        "most": "Most gained in {when}: {gain} km²",
        "sector_alt": "{name}: gained {gain}, lost {loss} km²",
        "line_alt": "A line of steps, one a map",
    },
    "uk": {
        "months": "Окуповано та звільнено за місяцями",
        "weeks": "Окуповано та звільнено за тижнями",
        "months_sectors": "Окуповано та звільнено за напрямками й місяцями",
        "weeks_sectors": "Окуповано та звільнено за напрямками й тижнями",
        "sums": "окуповано {gain} км², звільнено {loss} км², сума кроків; підсумок {net} км²",
        "sums_unknown": "окуповано {gain} км², звільнено {loss} км², сума кроків",
        "unchanged": "змін немає",
        "key_gained": "окуповано",
        "key_lost": "звільнено",
        "key_net": "підсумок",
        "a_month": "км² за місяць",
        "a_week": "км² за тиждень",
        "partial_month": "частина місяця",
        "partial_week": "частина тижня",
        "old": "мапи надто далеко одна від одної",
        "gross": "Окуповане та звільнене – суми щоденних кроків{left_out}; підсумок – різниця між кінцем і початком, з усіх причин.",
        "gross_only": "Окуповане та звільнене – суми щоденних кроків{left_out}.",
        "without": " (не враховано: {causes})",
        "partial_days": "Неповні: {days}.",
        "since_day": "від {day}",
        "old_months": "Бліді, бо мапи відстоять від їхніх меж більш як на {days} дні й зміна може належати сусідньому "
        "місяцю: {months}.",
        "old_weeks": "Бліді, бо мапи відстоять від їхніх меж більш як на {days} дні й зміна може належати сусідньому "
        "тижню: {months}.",
        "net_unknown": "Підсумку немає там, де джерело наприкінці охоплює іншу територію, ніж на початку.",
        "area": "Окупована територія",
        "area_change": "з {start} до {end} км², {change}",
        "area_now": "{end} км² наприкінці",
        "area_same": "без змін, {end} км²",
        "area_contested": "сіра зона {end} км²",
        "occupied_km2": "Окуповано, км²",
        "contested_km2": "Сіра зона, км²",
        "panel_from_to": "біля назви: км першого дня → останнього, від межі, а де її немає – від центру",
        "panel_sums": "біля назви: км² окуповано / звільнено за весь час, сума кроків",
        "area_start": "Період починається з мапи за {day}.",
        "area_break": "Лінію розірвано там, де джерело охоплює іншу територію, ніж раніше.",
        "area_axis": "Вісь окупованої території починається не з нуля.",
        "area_old": "Лінія бліда там, де понад {days} дні не було мапи.",
        "distance": "{town}: відстань до окупованої території",
        "distances": "Відстань міст до окупованої території",
        "edge_from_to": "від межі: було {start}, стало {end} км",
        "centre_from_to": "від центру: було {start}, стало {end} км",
        "no_distance": "окупованої території на мапі немає",
        "disc": "≈ від кола з площею населеного пункту.",
        "events": "перший день не далі 10, 5, 3 км, на межі, у сірій зоні, окуповано половину",
        "earlier": "{name} (раніше {earlier})",
        "not_shown": "Не показано: {names}.",
        "not_shown_sum": "{name} {gain} / {loss}",
        "more": "і ще {n}",
        "gain_loss": "окуповано {gain} / звільнено {loss}",
        "bars_alt": "Стовпчики: окуповане вгору, звільнене вниз",
        "bar": "{when}: окуповано {gain}, звільнено {loss}, підсумок {net}",
        "most": "Найбільше окуповано: {when}, {gain} км²",
        "sector_alt": "{name}: окуповано {gain}, звільнено {loss} км²",
        "line_alt": "Лінія зі сходинкою на кожній мапі",
    },
}  # fmt: skip


def tell(lang: str) -> dict[str, str]:
    """Give the words of charts, with those of the sheet below them; ValueError for an unknown language."""
    return {**say(lang), **{key: _UNIT.sub("\N{NO-BREAK SPACE}", word) for key, word in _WORDS[lang].items()}}


def month_text(day: Any, lang: str) -> str:
    """
    Write a month out.

    Examples
    --------
    >>> month_text("2025-01-06", "en"), month_text("2025-01-06", "uk")
    ('January 2025', 'січень 2025')
    """
    day = pd.Timestamp(day)
    return f"{_MONTHS_OF_YEAR[lang][day.month - 1]} {day.year}"


def period_text(since: Any, every: str, lang: str) -> str:
    """Name a calendar period by its first day: a month, or the week from that day."""
    return month_text(since, lang) if every == "month" else tell(lang)["since_day"].format(day=day_text(since, lang))
