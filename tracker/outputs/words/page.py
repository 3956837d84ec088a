"""The words that the scripts of a page speak, under the short keys that they know them by."""

from __future__ import annotations

from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import month_names
from tracker.tables.messages import N_

_WORDS = {
    "occupied": N_("Occupied"),
    "contested": N_("Contested"),
    "elsewhere": N_("Elsewhere"),
    "free": N_("Free"),
    "front_line": N_("Front line, {day}"),
    "state_of": N_("State of the map: {instant}"),
    "old_map": N_("This state is {days} old: there is no newer one."),
    "layers": N_("Layers"),
    "gained": N_("Gained"),
    "lost": N_("Lost"),
    "net": N_("Net"),
    "measured_from": N_("The sum of {window} is measured from the map of {day}."),
    "data_since": N_("Changes are known only since {day}."),
    "no_change": N_("no change"),
    "from_edge": N_("from the edge"),
    "from_centre": N_("from the centre"),
    "to_occupied": N_("to occupied"),
    "to_contested": N_("to contested"),
    "by_disc": N_("≈ measured from a disc of the settlement's area"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "since_day": N_("since {day}"),
    "between": N_("Gains and losses between {since} and {day}."),
    "bulletin_of": N_("What changed on the map of {day}"),
    "no_map": N_("No map of this day: the state of {day} holds."),
    "no_changes": N_("No change on the map."),
    "drawn": N_("Drawn as occupied: {area} km²."),
    "drawn_contested": N_("Drawn as occupied: {area} km²; as contested: {contested} km²."),
    "in_days": N_("{days} up to {day}"),
    "names_of_day": N_("sectors by ground, under the names of the last day"),
    "from_map": N_("map of {day}"),
    "kyiv": N_("Kyiv"),
    "close": N_("Close"),
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "tool_label": N_("Tools"),
    "tool_search": N_("Find a town or village"),
    "tool_place": N_("Town or village"),
    "tool_found": N_("Found: {n}"),
    "tool_none": N_("Nothing found"),
    "tool_chosen": N_("The map shows {name}."),
    "tool_ruler": N_("Measure a distance"),
    "tool_ruler_hint": N_("Click on the map, or press Enter at its centre. Backspace takes back, Escape ends."),
    "tool_total": N_("{n} km in total"),
    "tool_step": N_("{step} km, {n} km in total"),
    "tool_full": N_("Full screen"),
    "tool_link": N_("Copy the link to this view"),
    "tool_copied": N_("Link copied"),
    "tool_not_copied": N_("Copy this link:"),
    "m": N_("m"),
    "directions": N_("N NE E SE S SW W NW"),
    "km": N_("km"),
    "km2": N_("km²"),
}


def page_words(lang: str) -> dict[str, str]:
    """Give the words of a page's scripts; `{names}` in them are filled in there. Of plurals there are three forms."""
    told = words(lang)
    # A number of each form: the scripts choose by the rules that a browser has for the language.
    days = {form: told.ngettext("{n} day", "{n} days", n) for form, n in (("one", 1), ("few", 2), ("many", 5))}
    return {
        **{f"days_{form}": text for form, text in days.items()},
        **{key: told.gettext(text) for key, text in _WORDS.items()},
        "month_names": " ".join(month_names(lang)),
        "between_thousands": told.pgettext("between thousands", ","),
        "before_decimals": told.pgettext("before decimals", "."),
    }
