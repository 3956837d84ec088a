"""The bulletin's words in English and Ukrainian; the Ukrainian declines no name: all stand in the nominative."""

from __future__ import annotations

__all__ = ["WORDS"]

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "What changed on the map, {days}",
        "states": "{source}: from the map of {start} to that of {as_of}.",
        "state": "{source}: map of {as_of}.",
        "sums": "In all: {parts}.",
        "sum_gain": "occupied or advanced on {km2}",
        "sum_loss": "pushed back {km2}",
        "sum_contested": "newly contested {km2}",
        "sum_cleared": "no longer contested {km2}",
        "nothing": "No change on the map.",
        "sector": "{sector} sector.",
        "occupied": "Occupied: {names}.",
        "advanced": "Advanced {where}.",
        "lost": "Pushed back {where}.",
        "contested": "Newly contested {where}.",
        "cleared": "No longer contested {where}.",
        "near": "near {names}",
        "in": "in {names}",
        "and": " and ",
        "away": "{km} km {direction} of it",
        "small": "under 0.1 km²",
        "left_out": "Not named: shares under 0.05 km², {km2} in all.",
    },
    "uk": {
        "title": "Що змінилося на мапі, {days}",
        "states": "{source}: від мапи {start} до мапи {as_of}.",
        "state": "{source}: мапа {as_of}.",
        "sums": "Усього: {parts}.",
        "sum_gain": "окуповано або просування — {km2}",
        "sum_loss": "відкинуто — {km2}",
        "sum_contested": "нова сіра зона — {km2}",
        "sum_cleared": "сіру зону знято — {km2}",
        "nothing": "Змін на мапі немає.",
        "sector": "{sector} напрямок.",
        "occupied": "Окуповано: {names}.",
        "advanced": "Просування {where}.",
        "lost": "Відкинуто {where}.",
        "contested": "Нова сіра зона {where}.",
        "cleared": "Сіру зону знято {where}.",
        "near": "поблизу: {names}",
        "in": "у межах: {names}",
        "and": "; ",
        "away": "за {km} км на {direction}",
        "small": "менш як 0,1 км²",
        "left_out": "Не названо: частки, менші за 0,05 км², разом {km2}.",
    },
}
