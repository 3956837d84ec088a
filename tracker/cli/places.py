"""Commands on places: how far they are from the front, where it lies around them, which of them changed status."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.options import (
    LEDGER_FORMATS,
    TABLE_FORMATS,
    causes_option,
    days_asked,
    on_option,
    since_option,
    until_option,
)
from tracker.cli.remarks import about_table, say_about, say_age, say_ages, say_breaks, say_credit
from tracker.cli.terminal import Choices, emit_table, say, with_choices, with_output
from tracker.places import bundled

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from tracker.archive.archive import Archive


towns_option = click.option(
    "--town", "towns", multiple=True, metavar="NAME", help="Name or GeoNames id; again for more [all towns]."
)


class Box(click.ParamType):
    """A box in degrees in one word, with commas: west, south, east, north."""

    name = "box"

    def convert(self, value: Any, parameter: Any, context: Any) -> Any:
        """Split the box into its four numbers."""
        try:
            west, south, east, north = map(float, str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is no box; write west,south,east,north in degrees", parameter, context)
        return west, south, east, north


@click.command("distances")
@with_choices
@towns_option
@click.option("--all-places", is_flag=True, help="Every place of the gazetteer: distances alone, nothing beside them.")
@on_option
@since_option
@until_option
@click.option(
    "--to", type=click.Choice(["occupied", "contested"]), help="The ground [occupied; with --octants all drawn]."
)
@click.option("--octants", "around", is_flag=True, help="The nearest ground in each of eight directions.")
@click.option("--within", "within_km", type=float, metavar="KM", help="With --octants: how far to look [30].")
@click.option("--from-layer", "layer", metavar="FILE", help="Measure from the polygons, lines or points of this file.")
@click.option("--name-column", metavar="NAME", help="With --from-layer: the column that names them; a row a name.")
@click.option("--bbox", type=Box(), metavar="W,S,E,N", help="With --from-layer: only what lies in this box (degrees).")
@with_output(*TABLE_FORMATS, "parquet")
def distances_command(
    choices: Choices,
    towns: tuple[str, ...],
    all_places: bool,
    on: datetime | None,
    since: datetime | None,
    until: datetime | None,
    form: str,
    out: str | None,
    **asked: Any,
) -> None:
    """Measure how far towns are from occupied or contested ground, from their edge and from their centre.

    With the settlement at the nearest point, the share of the town that is free, contested and occupied, the change
    over 1, 7, 30 and 90 days (below zero: nearer), and how fast the ground came nearer in the last 30 days.

    With --all-places and -o FILE.parquet any number of days is measured and written month by month.
    """
    from tracker.cli.every_place import tell_every_place

    refuse_clashes(towns, all_places, **asked)
    archive = choices.open()
    places = None if all_places else layer_of(**asked) if asked["layer"] else archive.towns(towns or None)
    days = days_asked(archive, on, since, until)
    form = "parquet" if out and out.lower().endswith(".parquet") else form
    if places is None:
        about = tell_every_place(archive, days, form, out, lang=choices.lang, to=asked["to"])
    else:
        about = tell_distances(archive, places, days, form, out, lang=choices.lang, **asked)
    say_age(archive, days[1], about["as_of"])
    say("km on the ellipsoid; edge: from the settlement's limits (polygon) or a disc of its area; centre: its point.")
    say_credit(archive)
    say_about(about)


def tell_distances(
    archive: Archive,
    places: gpd.GeoDataFrame,
    days: tuple[pd.Timestamp, pd.Timestamp],
    form: str,
    out: str | None,
    **asked: Any,
) -> dict[str, Any]:
    """Measure places on days, and print the table; give what is said about it."""
    from tracker.sources.credits import places_credits

    measure = octants_table if asked["around"] else distances_table
    table, as_of = measure(archive, places, days, **asked)
    grounds = [asked["to"]] if asked["to"] else table["to"].unique().tolist()
    around = "octants" if len(grounds) != 1 else f"octants to {grounds[0]}"
    subject = around if asked["around"] else f"distances to {asked['to'] or 'occupied'}"
    about = about_table(archive, subject, days, as_of, lang=asked["lang"])
    about["credits"] += places_credits(places)
    emit_table(table, form, out, archive.note, **about)
    return about | {"as_of": as_of}


def refuse_clashes(
    towns: tuple[str, ...],
    all_places: bool,
    *,
    around: bool,
    within_km: float | None,
    layer: str | None,
    **asked: Any,
) -> None:
    """Refuse options that do not go together."""
    other = "--town" if towns else "--octants" if around else "--from-layer"
    if all_places and (towns or around or layer):
        raise click.UsageError(f"--all-places does not go with {other}")
    if layer and (towns or around):
        raise click.UsageError(f"--from-layer does not go with {'--town' if towns else '--octants'}")
    if not layer and (asked["name_column"] or asked["bbox"]):
        raise click.UsageError("--name-column and --bbox go with --from-layer")
    if within_km is not None and not around:
        raise click.UsageError("--within goes with --octants")


def layer_of(*, layer: str, name_column: str | None, bbox: Any, **_: Any) -> gpd.GeoDataFrame:
    """Read a vector file as places to measure from."""
    from tracker.errors import NoDataError, SourceError
    from tracker.places.layers import layer_places
    from tracker.sources.gdal import read_layers

    features = read_layers(Path(layer))
    if name_column is None:
        columns = ", ".join(str(name) for name in features.columns if name != features.geometry.name)
        raise click.UsageError(f"--from-layer needs --name-column; {layer} has {columns}")
    try:
        return layer_places(features, name_column, bbox=bbox)
    except (NoDataError, SourceError) as error:
        raise type(error)(f"{layer}: {error}") from None


def distances_table(
    archive: Archive, places: gpd.GeoDataFrame, days: tuple[pd.Timestamp, pd.Timestamp], *, to: Any, **_: Any
) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Measure the days asked for, and those before that their changes are measured from."""
    import pandas as pd

    from tracker.archive.reference import gazetteer
    from tracker.measures.approach import days_needed, measured

    asked = pd.date_range(*days)
    control = archive.days(max(days_needed(asked)[0], archive.first_day), days[1])
    settlements = gazetteer(archive=archive.folder)
    table = measured(control, places, settlements, days=asked, to=to or "occupied")
    return table, control["as_of"].max()


def octants_table(
    archive: Archive,
    places: gpd.GeoDataFrame,
    days: tuple[pd.Timestamp, pd.Timestamp],
    *,
    to: Any,
    within_km: float | None,
    **_: Any,
) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Look around the places for the ground asked for, or for all that the source draws."""
    import pandas as pd

    from tracker.archive.reference import gazetteer
    from tracker.measures.distances import grounds_drawn, with_settlements
    from tracker.measures.octants import WITHIN_KM, octants

    control = archive.days(*days)
    options: dict[str, Any] = {"days": pd.date_range(*days), "within_km": WITHIN_KM if within_km is None else within_km}
    tables = [octants(control, places, to=ground, **options) for ground in ([to] if to else grounds_drawn(control))]
    table = with_settlements(pd.concat(tables, ignore_index=True), gazetteer(archive=archive.folder))
    return table, control["as_of"].max()


@click.command("captures")
@with_choices
@since_option
@until_option
@click.option("--by", type=click.Choice(["point", "footprint"]), default="point", show_default=True, help="See above.")
@click.option("--town", "towns", multiple=True, metavar="NAME", help="Only this; again for more [all settlements].")
@causes_option
@with_output(*LEDGER_FORMATS)
def captures_command(
    choices: Choices,
    since: datetime | None,
    until: datetime | None,
    by: Any,
    towns: tuple[str, ...],
    causes: list[str] | None,
    form: str,
    out: str | None,
) -> None:
    """List the settlements that changed status: the day, from what to what, and how long they were contested.

    By point a settlement is what its centre point is. By footprint it is occupied when at least half of its limits (or
    of a disc of its area) is, contested when at least half is contested or occupied, else free.
    """
    from tracker.archive.span import span_of
    from tracker.changes.causes import counted
    from tracker.measures.captures import captures, with_sectors
    from tracker.sources.credits import places_credits

    archive = choices.open()
    first, last = span_of(archive, since, until)
    places = archive.towns(towns) if towns else archive.settlements()
    # From the first map on: how long a place was contested does not depend on where the period begins.
    control = archive.days(archive.first_day, last)
    log = captures(control, places, by=by, ledger=archive.changes(control))
    log = with_sectors(log[log["day"] >= first], bundled.sectors())
    kept = log[counted(log, causes)].reset_index(drop=True)
    held = archive.states(first, last)
    say_ages(archive, first, last, held)
    say_breaks(archive, held)
    about = about_table(archive, "captures", (first, last), control["as_of"].max(), lang=choices.lang)
    about["credits"] += places_credits(places)
    emit_table(kept, form, out, archive.note, **about)
    left = f"; left out as noise or of causes not asked for: {len(log) - len(kept)}" if len(log) > len(kept) else ""
    say(f"Changes of the drawn status of settlements: {len(kept)}{left}.")
    say_credit(archive)
    say_about(about)
