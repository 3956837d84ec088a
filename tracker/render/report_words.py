"""The report's words in English and Ukrainian; the Ukrainian keeps all names in the nominative."""

from __future__ import annotations

from typing import Any

__all__ = ["WORDS"]

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Front line on",
        "lead": "Occupied ground as drawn by {source} changed, net, by {parts}.",
        "lead_part": "{net} km² in {period}",
        "most": "The largest part in {period}: the {sector} sector, {net} km².",
        "from_state": " (from the map of {held})",
        "map_of": "Map state:",
        "age": "The last snapshot is {age} old: what happened since is not in these figures.",
        "changes": "What changed, by sector",
        "changes_note": "km²; gained and lost are gross, by daily steps; net = gained − lost.",
        "no_changes": "No change of 0.05 km² or more in any sector.",
        "sector": "Sector",
        "net": "net",
        "gained": "gained",
        "lost": "lost",
        "whole": "Whole front",
        "newly_contested": "newly contested",
        "cleared": "cleared",
        "towns": "Towns near the front",
        "towns_note": "Distances to occupied ground, from the town's edge (≈ where it is a disc of its area) and from its centre; within 30 km, nearest first.",
        "no_towns": "No town of the list is within 30 km.",
        "town": "Town",
        "town_status": "Centre",
        "edge": "from the edge, km",
        "centre": "from the centre, km",
        "direction_word": "direction",
        "to_contested": "edge to contested, km",
        "meaning": "What the figures mean",
        "meanings": [
            "A change means that the drawing changed between two snapshots. Corrections and late reports look the same "
            "as movements on the ground, and the day is that of the drawing.",
            "Gained: free or contested ground that became occupied. Lost: occupied ground that no longer is. Seen from "
            "the occupier.",
            "The state of a day is the last snapshot published before 24:00 in Kyiv.",
            "Gross figures add up daily steps; the net is the difference of the ends of the period.",
            "Areas are measured in an equal-area projection, distances on the WGS 84 ellipsoid. The edge of a town is its "
            "published limits where they are known, else a disc of its area.",
            "Sectors carry the names in use on the day of the report.",
        ],
        "uncertain": "What is uncertain",
        "unknown_window": "There is no figure for {period}: no map of its beginning, or of its days, is at hand.",
        "known_since": "Changes are known from the map of {day} on: longer periods have no figure.",
        "old_start": "The figure for {period} is measured from the snapshot of {held}, {late} before it begins: "
        "what changed in between is counted in it.",
        "missing": "Of the last {of} days {n} have no snapshot: their changes count on the next day that has one.",
        "source": "Source and terms",
        "snapshots": "Snapshots behind these figures",
        "command": "Made by",
        "figure_alt": "Map of the changes, the newest darkest",
        "status": {"free": "free", "contested": "contested", "occupied": "occupied"},
        "direction": {point: point for point in ("N", "NE", "E", "SE", "S", "SW", "W", "NW")},
    },
    "uk": {
        "title": "Лінія фронту,",
        "lead": "Окупована територія на мапі {source} змінилася, у підсумку, на {parts}.",
        "lead_part": "{net} км² за {period}",
        "most": "Найбільша частина за {period}: напрямок «{sector}», {net} км².",
        "from_state": " (від мапи за {held})",
        "map_of": "Стан мапи:",
        "age": "Останньому знімку {age}: того, що сталося відтоді, у цих цифрах немає.",
        "changes": "Зміни за напрямками",
        "changes_note": "км²; окуповано та звільнено — сума щоденних кроків; підсумок = окуповано − звільнено.",
        "no_changes": "Жодної зміни від 0,05 км² на жодному напрямку.",
        "sector": "Напрямок",
        "net": "підсумок",
        "gained": "окуповано",
        "lost": "звільнено",
        "whole": "Увесь фронт",
        "newly_contested": "нова сіра зона",
        "cleared": "сіру зону знято",
        "towns": "Міста біля фронту",
        "towns_note": "Відстані до окупованої території від межі міста (≈ там, де це коло його площі) та від центру; в межах 30 км, найближчі перші.",
        "no_towns": "Жодне місто зі списку не ближче ніж 30 км.",
        "town": "Місто",
        "town_status": "Центр",
        "edge": "від межі, км",
        "centre": "від центру, км",
        "direction_word": "бік",
        "to_contested": "межа – сіра зона, км",
        "meaning": "Що означають цифри",
        "meanings": [
            "Зміна означає, що між двома знімками змінився малюнок мапи. Уточнення й запізнілі повідомлення виглядають так "
            "само, як рух на місцевості, а день — це день малюнка.",
            "Окуповано: вільна або сіра територія, що стала окупованою. Звільнено: окупована територія, що перестала нею бути.",
            "Стан дня — останній знімок, опублікований до 24:00 за Києвом.",
            "Валові цифри — сума щоденних кроків; підсумок — різниця між кінцями періоду.",
            "Площі виміряно в рівновеликій проєкції, відстані — на еліпсоїді WGS 84. Межа міста — його опубліковані межі, де "
            "вони відомі, інакше коло його площі.",
            "Напрямки названо так, як їх називали в день звіту.",
        ],
        "uncertain": "Що залишається непевним",
        "unknown_window": "Цифри за {period} немає: бракує мапи на його початок або за його дні.",
        "known_since": "Зміни відомі від мапи за {day}: довші періоди цифр не мають.",
        "old_start": "Цифру за {period} відраховано від знімка за {held}, на {late} раніше початку періоду: "
        "зміни між ними враховано.",
        "missing": "За {n} з останніх {of} днів знімків немає: їхні зміни враховано наступного дня, за який знімок є.",
        "source": "Джерело та умови",
        "snapshots": "Знімки, на яких ґрунтуються цифри",
        "command": "Створено командою",
        "figure_alt": "Мапа змін, найновіші найтемніші",
        "status": {"free": "вільний", "contested": "у сірій зоні", "occupied": "окупований"},
        "direction": dict(
            zip(("N", "NE", "E", "SE", "S", "SW", "W", "NW"), ("пн", "пн-сх", "сх", "пд-сх", "пд", "пд-зх", "зх", "пн-зх"), strict=True)
        ),
    },
}  # fmt: skip
