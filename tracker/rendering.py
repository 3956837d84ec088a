"""Pictures and files from tables in hand: what a picture needs beside control and ledger is filled in."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tracker import reference
from tracker.briefing import credits_of, distances_to_drawn, longest, places_credits, sums_of
from tracker.bulletin import bulletin
from tracker.causes import label_causes
from tracker.places import named_on, split
from tracker.render import render as rendered
from tracker.snapshots import day_of
from tracker.sources import known_source

__all__ = ["Page", "Picture", "Text", "render"]


class Page(str):
    """An HTML page that shows itself in a notebook."""

    def _repr_html_(self) -> str:
        import html

        return (
            f'<iframe srcdoc="{html.escape(self)}" width="100%" height="560" style="border:0" title="tracker"></iframe>'
        )


class Text(str):
    """Markdown that shows itself in a notebook."""

    def _repr_markdown_(self) -> str:
        return str(self)


class Picture(bytes):
    """A PNG that shows itself in a notebook."""

    def _repr_png_(self) -> bytes:
        return bytes(self)


def render(kind: str, **tables: Any) -> str | bytes:
    """
    Render tables as a map, figure, report or data file.

    For the pictures `control` and `ledger` are enough, for the page of an agreement `control` and `other`: what else
    they show (sectors, settlements, distances, credits) is then filled in from the reference data that comes with the
    package.

    Parameters
    ----------
    kind
        map, figure, report, agreement, or a format of tables (csv, json, table, markdown, xlsx, geojson, geoparquet,
        gpkg, kml), which take `table`.
    **tables
        Tables by their names, and the options of the kind, such as `on` and `lang`.

    Returns
    -------
    str or bytes
        The file's content. HTML, PNG and Markdown show themselves in Jupyter.

    Raises
    ------
    ValueError
        For an unknown kind, listing those that are known.

    Examples
    --------
    >>> import tracker as tr
    >>> print(tr.render("csv", table=tr.towns(["Pokrovsk"])[["name", "place"]]).splitlines()[0])
    name,place
    """
    if kind in ("map", "figure", "report"):
        tables = _filled(kind, tables)
    if kind == "agreement":
        tables = _filled_pair(tables)
    content = rendered(kind, **tables)
    if isinstance(content, str) and content.lstrip()[:9].lower() == "<!doctype":
        return Page(content)
    if kind in ("report", "markdown"):
        return Text(content)
    if isinstance(content, bytes) and content.startswith(b"\x89PNG"):
        return Picture(content)
    return content


def _filled(kind: str, tables: dict[str, Any]) -> dict[str, Any]:
    """Fill in what a picture shows beside control and ledger, where the caller left it out."""
    control, ledger = tables["control"], tables["ledger"]
    on = pd.Timestamp(tables.get("on") or day_of(control["as_of"].max()))
    sectors = tables["sectors"] if "sectors" in tables else reference.sectors(on)
    sectors = named_on(sectors, on)
    if "cause" not in ledger and "ground" not in ledger:
        ledger = label_causes(ledger, control)
    if "ground" not in ledger:
        ledger = split(ledger, sectors)
    summary, totals = sums_of(ledger, control, on, causes=tables.get("causes"))
    known = [source for name in control["source"].unique() if (source := known_source(name))]
    places = tables["places"] if "places" in tables else reference.gazetteer()
    filled = {
        "on": on,
        "ledger": ledger,
        "sectors": sectors,
        "places": places,
        "summary": summary if kind == "report" else longest(summary),
        "credits": [line for source in known for line in credits_of(source)],
        "note": str(control["note"].iloc[-1]) if "note" in control else "",
    }
    if "distances" not in tables:
        filled["distances"] = distances_to_drawn(control, reference.towns(), places, on)
    if kind == "report":
        on_day = ledger[day_of(ledger["end"]) == on] if len(ledger) else ledger
        filled["bulletin"] = bulletin(on_day, control, places, causes=tables.get("causes"))
        filled |= {"totals": totals, "title": ", ".join(source.title for source in known)}
    return {**filled, **tables, "ledger": ledger, "sectors": sectors, "on": on}


def _filled_pair(tables: dict[str, Any]) -> dict[str, Any]:
    """Fill in what the page of an agreement shows beside the two control tables, where the caller left it out."""
    pair = [tables["control"], tables["other"]]
    on = tables.get("on") or day_of(max(control["as_of"].max() for control in pair))
    places = tables["places"] if "places" in tables else reference.gazetteer()
    names = [str(name) for control in pair for name in control["source"].unique()]
    known = {name: known_source(name) for name in names}
    credits = [
        line
        for source in known.values()
        if source is not None
        for line in (f"{source.credit}. {source.licence}. {source.terms_url}", f"{source.title}: {source.note}")
        if not line.endswith(": ")
    ]
    filled = {
        "sectors": reference.sectors(on),
        "places": places,
        "titles": [source.title if (source := known[name]) else name for name in names],
        "since": [source.since if (source := known[name]) else "" for name in names],
        "credits": [*credits, *places_credits(places)],
    }
    return filled | tables
