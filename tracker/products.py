"""The products: one day's tables put together, and rendered as map, figure, report and data files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import geopandas as gpd
import pandas as pd

from tracker import reference
from tracker.causes import label_causes
from tracker.distances import To, distances
from tracker.errors import NoDataError
from tracker.places import named_on, split
from tracker.render import render as rendered
from tracker.render.style import AGES
from tracker.snapshots import at, day_of, end_of_day
from tracker.sources import Source, known_source
from tracker.totals import summarise
from tracker.workspace import Workspace

__all__ = [
    "Day",
    "Page",
    "Picture",
    "Text",
    "credits_of",
    "daily_files",
    "day_of_workspace",
    "figure_of",
    "render",
    "report_of",
]

PLACES_CREDIT = "Settlements: GeoNames (CC BY 4.0)"


@dataclass(frozen=True)
class Day:
    """
    All tables of one day of one source, as every product needs them.

    Parameters
    ----------
    on
        The Kyiv day.
    control
        States of the days behind the longest window of `AGES`, the last one being the day's.
    ledger
        Their daily steps, split by the sectors of the day.
    summary
        The `summary` table by sector of each window that the archive reaches back to.
    totals
        The same for the whole front.
    sectors, places, distances
        Names of the day; every settlement; the reported towns to occupied and contested ground.
    provenance
        The manifest lines of the snapshots used.
    credits
        Lines to print with every product.
    note, title
        A mark to print on every product, or ""; the source as a report calls it.
    causes
        The causes that gains and losses count; None for all but noise.
    """

    on: pd.Timestamp
    control: gpd.GeoDataFrame
    ledger: gpd.GeoDataFrame
    summary: pd.DataFrame
    totals: pd.DataFrame
    sectors: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    distances: pd.DataFrame
    provenance: pd.DataFrame
    credits: list[str]
    note: str
    title: str
    causes: list[str] | None = None
    basemap: gpd.GeoDataFrame | None = None
    oblasts: gpd.GeoDataFrame | None = None

    @property
    def tables(self) -> dict[str, Any]:
        """What the pictures are drawn from, by the names of the renderers' arguments."""
        names = "on control ledger sectors summary places distances credits note causes basemap oblasts".split()
        return {name: getattr(self, name) for name in names} | {"summary": _longest(self.summary)}


def day_of_workspace(workspace: Workspace, on: Any, *, causes: list[str] | None = None) -> Day:
    """
    Put the tables of one day together.

    Raises
    ------
    NoDataError
        If the archive has no state before the day, or nothing was published in the longest window.
    """
    on = pd.Timestamp(on)
    first = workspace.first_change_day()
    if on < first:
        raise NoDataError(f"{workspace.source.name}: changes are known from {first:%Y-%m-%d} on, not of {on:%Y-%m-%d}")
    longest = _starts(on, first)[-1]
    workspace.require_published(longest, on)
    control = workspace.states(longest, on)
    sectors = reference.sectors(on)
    ledger = workspace.changes(control, sectors)
    summary, totals = _sums(ledger, control, on, causes)
    places = reference.gazetteer(archive=workspace.archive)
    return Day(
        on=on,
        control=control,
        ledger=ledger,
        summary=summary,
        totals=totals,
        sectors=sectors,
        places=places,
        distances=_distances(at(control, end_of_day(on)), workspace.towns(), on),
        provenance=workspace.provenance(longest, on),
        credits=credits_of(workspace.source, places),
        note=workspace.note,
        title=workspace.source.title,
        causes=causes,
        basemap=reference.own("basemap", workspace.archive),
        oblasts=reference.own("oblasts", workspace.archive),
    )


def _starts(on: pd.Timestamp, first: pd.Timestamp) -> list[pd.Timestamp]:
    """List the first days of the windows of `AGES`, the shortest window first; none begins before `first`."""
    return sorted({min(max(on - pd.Timedelta(days=age - 1), first), on) for age in AGES}, reverse=True)


def _sums(
    ledger: gpd.GeoDataFrame, control: gpd.GeoDataFrame, on: pd.Timestamp, causes: list[str] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum each window by sector, and for the whole front."""
    starts = _starts(on, day_of(control["as_of"].min()) + pd.Timedelta(days=1))
    window: dict[str, Any] = {"until": on, "control": control, "causes": causes}
    by_sector = [summarise(ledger, by="sector", since=since, **window) for since in starts]
    whole = [summarise(ledger, since=since, **window) for since in starts]
    return pd.concat(by_sector, ignore_index=True), pd.concat(whole, ignore_index=True)


def _longest(summary: pd.DataFrame) -> pd.DataFrame:
    """Keep the longest window of a summary: what maps and figures list by sector."""
    return summary[summary["since"] == summary["since"].min()]


def _distances(state: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, on: Any) -> pd.DataFrame:
    """Measure towns to all the ground that the source draws."""
    drawn: list[To] = [status for status in get_args(To) if (state["status"] == status).any()]
    return pd.concat([distances(state, towns, to=to, days=[on]) for to in drawn], ignore_index=True)


def credits_of(source: Source, places: gpd.GeoDataFrame | None = None) -> list[str]:
    """List the lines of credit and terms that go with everything made from a source."""
    lines = [f"{source.credit}. {source.licence}. {source.terms_url}"]
    lines += [f"{source.title} {source.since}."] if source.since else []
    lines += [source.note] if source.note else []
    return [*lines, *_places_credits(places)]


def _places_credits(places: gpd.GeoDataFrame | None) -> list[str]:
    """List the lines of credit for what is said of settlements."""
    own = places is not None and (places["edge_method"] == "polygon").any()
    limits = "Settlement limits: the user's own file (OpenStreetMap's are © OpenStreetMap contributors, ODbL)"
    return [PLACES_CREDIT, limits] if own else [PLACES_CREDIT]


def daily_files(day: Day, *, lang: str = "en", command: str = "") -> dict[str, str | bytes]:
    """
    Make the daily product: map, figure, tables, changes and report of one day.

    Returns
    -------
    dict
        File name → content, for one folder.
    """
    figure = figure_of(day, lang=lang)
    window = day_of(day.ledger["end"]) <= day.on
    return {
        "map.html": rendered("map", lang=lang, **day.tables),
        "figure.png": figure,
        "advances.csv": rendered("csv", table=day.summary, note=day.note),
        "distances.csv": rendered("csv", table=day.distances, note=day.note),
        "changes.geojson": rendered("geojson", table=day.ledger[window], note=day.note),
        "report.md": report_of(day, "markdown", lang=lang, command=command),
        "report.html": report_of(day, "html", lang=lang, command=command, figure=figure),
    }


def figure_of(day: Day, *, lang: str = "en") -> bytes:
    """Draw the figure of a day, as PNG."""
    figure = rendered("figure", lang=lang, **day.tables)
    assert isinstance(figure, bytes)
    return figure


def report_of(
    day: Day, format: Literal["markdown", "html"], *, lang: str = "en", command: str = "", figure: bytes = b""
) -> str | bytes:
    """Write the report of a day; the HTML page carries the figure, Markdown links to `figure.png` beside it."""
    tables = day.tables | {"summary": day.summary, "totals": day.totals, "provenance": day.provenance}
    return rendered("report", format=format, lang=lang, command=command, title=day.title, figure=figure, **tables)


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
        map, figure, report, agreement, or a data format (csv, json, table, geojson, geoparquet, gpkg, kml), which take
        `table`.
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
    if kind == "report":
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
    summary, totals = _sums(ledger, control, on, tables.get("causes"))
    known = [source for name in control["source"].unique() if (source := known_source(name))]
    places = tables["places"] if "places" in tables else reference.gazetteer()
    filled = {
        "on": on,
        "ledger": ledger,
        "sectors": sectors,
        "places": places,
        "summary": summary if kind == "report" else _longest(summary),
        "credits": [line for source in known for line in credits_of(source)],
        "note": str(control["note"].iloc[-1]) if "note" in control else "",
    }
    if "distances" not in tables:
        filled["distances"] = _distances(at(control, end_of_day(on)), reference.towns(), on)
    if kind == "report":
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
        "credits": [*credits, *_places_credits(places)],
    }
    return filled | tables
