"""The words of a timelapse, in English and Ukrainian."""

from __future__ import annotations

from typing import Any

from tracker.outputs.figure.text import say

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "sums": "km² since {day}",
        "sum_gained": "gained",
        "sum_lost": "lost",
        "sum_net": "net",
        "gained_since": "Gained since {day}",
        "lost_since": "Lost since {day}",
        "line_now": "Line of control of the day",
        "held": "no new map: that of {day}",
        "gross": "Gained and lost are gross, by daily steps; net is the difference of the ends, of all causes.",
        "about": "Animated map, {frames}. {title}. In the end, {head}: {sums}. Occupied ground is shaded, newer gains are "
        "darker, losses are dotted, contested ground is hatched.",
        "every_day": "a frame a day",
        "every_week": "a frame a week",
        "every_month": "a frame a month",
    },
    "uk": {
        "sums": "км² від {day}",
        "sum_gained": "окуповано",
        "sum_lost": "звільнено",
        "sum_net": "різниця",
        "gained_since": "Окуповано від {day}",
        "lost_since": "Звільнено від {day}",
        "line_now": "Лінія контролю цього дня",
        "held": "нової мапи немає: діє мапа за {day}",
        "gross": "Окуповане та звільнене – суми щоденних кроків; різниця – між кінцями періоду, з усіх причин.",
        "about": "Анімована мапа, {frames}. {title}. Наприкінці, {head}: {sums}. Окуповану територію зафарбовано, новіші "
        "зміни темніші, звільнене позначено крапками, сіру зону заштриховано.",
        "every_day": "кадр – день",
        "every_week": "кадр – тиждень",
        "every_month": "кадр – місяць",
    },
}


def tell(lang: str) -> dict[str, Any]:
    """Give the words of a timelapse, with those of the sheet below them; ValueError for an unknown language."""
    return {**say(lang), **_WORDS[lang]}
