"""The words that the scripts of a page speak, under the short keys that they know them by."""

from __future__ import annotations

from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import month_names


def page_words(lang: str) -> dict[str, str]:
    """Give the words of a page's scripts; `{names}` in them are filled in there. Of plurals there are three forms."""
    _, told = words(lang).gettext, words(lang)
    # A number of each form: the scripts choose by the rules that a browser has for the language.
    days = {form: told.ngettext("{n} day", "{n} days", n) for form, n in (("one", 1), ("few", 2), ("many", 5))}
    return {
        "between_thousands": told.pgettext("between thousands", ","),
        "before_decimals": told.pgettext("before decimals", "."),
        **{f"days_{form}": text for form, text in days.items()},
        "occupied": _("Occupied"),
        "contested": _("Contested"),
        "elsewhere": _("Elsewhere"),
        "free": _("Free"),
        "front_line": _("Front line, {day}"),
        "state_of": _("State of the map: {instant}"),
        "old_map": _("This state is {days} old: there is no newer one."),
        "layers": _("Layers"),
        "gained": _("Gained"),
        "lost": _("Lost"),
        "net": _("Net"),
        "measured_from": _("The sum of {window} is measured from the map of {day}."),
        "data_since": _("Changes are known only since {day}."),
        "no_change": _("no change"),
        "from_edge": _("from the edge"),
        "from_centre": _("from the centre"),
        "to_occupied": _("to occupied"),
        "to_contested": _("to contested"),
        "by_disc": _("≈ measured from a disc of the settlement's area"),
        "play": _("Play"),
        "pause": _("Pause"),
        "since_day": _("since {day}"),
        "between": _("Gains and losses between {since} and {day}."),
        "bulletin_of": _("What changed on the map of {day}"),
        "no_map": _("No map of this day: the state of {day} holds."),
        "no_changes": _("No change on the map."),
        "drawn": _("Drawn as occupied: {area} km²."),
        "drawn_contested": _("Drawn as occupied: {area} km²; as contested: {contested} km²."),
        "in_days": _("{days} up to {day}"),
        "names_of_day": _("sectors by ground, under the names of the last day"),
        "from_map": _("map of {day}"),
        "month_names": " ".join(month_names(lang)),
        "kyiv": _("Kyiv"),
        "close": _("Close"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "tool_label": _("Tools"),
        "tool_search": _("Find a town or village"),
        "tool_place": _("Town or village"),
        "tool_found": _("Found: {n}"),
        "tool_none": _("Nothing found"),
        "tool_chosen": _("The map shows {name}."),
        "tool_ruler": _("Measure a distance"),
        "tool_ruler_hint": _("Click on the map, or press Enter at its centre. Backspace takes back, Escape ends."),
        "tool_total": _("{n} km in total"),
        "tool_step": _("{step} km, {n} km in total"),
        "tool_full": _("Full screen"),
        "tool_link": _("Copy the link to this view"),
        "tool_copied": _("Link copied"),
        "tool_not_copied": _("Copy this link:"),
        "m": _("m"),
        "directions": _("N NE E SE S SW W NW"),
        "km": _("km"),
        "km2": _("km²"),
    }
