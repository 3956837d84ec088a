"""Pictures and files from tables in hand: what a picture needs beside control and ledger is filled in."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from tracker.archive import reference
from tracker.changes.causes import label_causes
from tracker.changes.snapshots import epoch_starts
from tracker.changes.split import split
from tracker.measures.bulletin import bulletin
from tracker.measures.windows import longest, sums_of
from tracker.outputs import render as rendered
from tracker.places import bundled
from tracker.places.names import NO_SETTLEMENT
from tracker.places.sectors import named_on
from tracker.products.briefing import distances_to_drawn
from tracker.products.chart import chart_table
from tracker.products.map import told_by_day
from tracker.products.notebook import BytesFile, TextFile, result_of
from tracker.sources import known_source
from tracker.sources.credits import credits_of, places_credits, source_credits
from tracker.tables.days import day_of


def render(kind: str, /, **tables: Any) -> TextFile | BytesFile:
    """
    Render tables as a map, figure, chart, report or data file.

    For the pictures `control` and `ledger` are enough, for the page of an agreement `control` and `other`: what else
    they show (sectors, settlements, distances, credits) is then filled in from the reference data that comes with the
    package.

    Parameters
    ----------
    kind
        map, figure, report, agreement, chart (of `kind` months, area, distance or sectors; from its `table`, or from
        `control` and `ledger`), or a format of tables (csv, json, table, markdown, xlsx, geojson, geoparquet,
        gpkg, kml), which take `table`.
    **tables
        Tables by their names, and the options of the kind, such as `on` and `lang`.

    Returns
    -------
    TextFile or BytesFile
        The file's content, a `str` or `bytes` that says what it is in one line, with `save(path)`. HTML, pictures and
        Markdown show themselves in Jupyter.

    Raises
    ------
    ValueError
        For an unknown kind, listing those that are known.

    Examples
    --------
    >>> import tracker as tr
    >>> text = tr.render("csv", table=tr.towns(["Pokrovsk"])[["name", "place"]])
    >>> text
    <tracker csv: 25 bytes of text>
    >>> print(text)
    name,place
    Pokrovsk,town
    """
    if kind in ("figure", "report"):
        tables = _filled(kind, tables)
    if kind == "map":
        tables = _filled_map(tables)
    if kind == "timelapse":
        tables = _filled_ground(tables)
    if kind == "agreement":
        tables = _filled_pair(tables)
    if kind == "chart":
        tables = _filled_chart(**tables)
    return result_of(kind, rendered(kind, **tables))


def _filled(kind: str, tables: dict[str, Any]) -> dict[str, Any]:
    """Fill in what a picture shows beside control and ledger, where the caller left it out."""
    control, ledger = tables["control"], tables["ledger"]
    on = pd.Timestamp(tables.get("on") or day_of(control["as_of"].max()))
    sectors = tables["sectors"] if "sectors" in tables else bundled.sectors(on)
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
        **_marks(control),
    }
    if "distances" not in tables:
        filled["distances"] = distances_to_drawn(control, reference.towns(), places, [on])
    if kind == "report":
        on_day = ledger[day_of(ledger["end"]) == on] if len(ledger) else ledger
        filled["bulletin"] = bulletin(on_day, control, places, causes=tables.get("causes"))
        filled |= {"totals": totals, "title": ", ".join(source.title for source in known)}
    return {**filled, **tables, "ledger": ledger, "sectors": sectors, "on": on}


def _filled_map(tables: dict[str, Any]) -> dict[str, Any]:
    """Fill in what the map shows beside control and ledger, where the caller left it out."""
    filled = _filled_ground(tables)
    control, ledger, places = (filled[name] for name in ("control", "ledger", "places"))
    if not {"distances", "bulletin", "captures"} & tables.keys() and places is not None:
        settlements = places[~places["place"].isin(NO_SETTLEMENT)]
        filled |= told_by_day(control, ledger, reference.towns(), places, settlements, causes=tables.get("causes"))
    return filled


def _filled_ground(tables: dict[str, Any]) -> dict[str, Any]:
    """Fill in sectors, settlements, causes and credits, where the caller left them out."""
    control, ledger = tables["control"], tables["ledger"]
    sectors = tables["sectors"] if "sectors" in tables else bundled.sectors()
    if "cause" not in ledger and "ground" not in ledger:
        ledger = label_causes(ledger, control)
    if "ground" not in ledger and sectors is not None:
        ledger = split(ledger, sectors)
    places = tables["places"] if "places" in tables else reference.gazetteer()
    return {"sectors": sectors, "places": places, **_marks(control), **tables, "ledger": ledger}


def _marks(control: gpd.GeoDataFrame) -> dict[str, Any]:
    """Say whose maps these are: the lines of credit of known sources, and the mark of the sample."""
    known = [source for name in control["source"].unique() if (source := known_source(name))]
    note = str(control["note"].iloc[-1]) if "note" in control else ""
    return {"credits": [line for source in known for line in credits_of(source)], "note": note}


def _filled_chart(kind: str, **tables: Any) -> dict[str, Any]:
    """Make the table of a chart where the caller gave control and ledger, and fill in whose maps they are."""
    if "table" not in tables:
        control, ledger = tables.pop("control"), tables.pop("ledger", None)
        options = {name: tables[name] for name in ("since", "until", "causes") if name in tables}
        if ledger is not None and "cause" not in ledger and "ground" not in ledger:
            ledger = label_causes(ledger, control)
        if kind == "sectors" and ledger is not None and "ground" not in ledger:
            ledger = split(ledger, bundled.sectors(day_of(control["as_of"].max())))
        table = chart_table(kind, control, ledger, places=tables.get("places"), **options)
        breaks = [day_of(start) for start in epoch_starts(control)]
        made = {"table": table, "as_of": control["as_of"].max(), "breaks": breaks, **_marks(control)}
        tables = made | tables
    known = [source for name in tables["table"]["source"].unique() if (source := known_source(name))]
    filled = {
        "sectors": bundled.sectors() if kind == "sectors" else None,
        "title": ", ".join(source.title for source in known),
        "credits": [line for source in known for line in source_credits(source)],
    }
    return {"kind": kind, **filled, **tables}


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
        "sectors": bundled.sectors(on),
        "places": places,
        "titles": [source.title if (source := known[name]) else name for name in names],
        "since": [source.since if (source := known[name]) else "" for name in names],
        "credits": [*credits, *places_credits(places)],
    }
    return filled | tables
