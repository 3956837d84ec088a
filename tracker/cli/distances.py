"""The command that measures how far places are from the front, or where the front lies around them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import geopandas as gpd
import pandas as pd

from tracker.archive.archive import Archive
from tracker.archive.reference import gazetteer
from tracker.archive.span import Span
from tracker.cli.answer import answering
from tracker.cli.every_place import tell_every_place
from tracker.cli.formats import TABLE_FORMATS
from tracker.cli.options import Choices, Output, When, gathered, with_choices, with_days, with_output
from tracker.cli.remarks import say_age
from tracker.cli.terminal import say
from tracker.errors import NoDataError, SourceError
from tracker.measures.approach import days_needed, measured
from tracker.measures.distances import To, grounds_drawn, with_settlements
from tracker.measures.octants import WITHIN_KM, octants
from tracker.places.layers import layer_places
from tracker.sources.gdal import read_layers


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


@dataclass(frozen=True)
class Around:
    """Whether to look in eight directions, and how far; None for how far the octants look by themselves."""

    octants: bool
    within_km: float | None


@dataclass(frozen=True)
class Layer:
    """A file of the user's own whose features are measured from, the column that names them, and a box to keep to."""

    file: str | None
    name_column: str | None
    bbox: tuple[float, float, float, float] | None


with_around = gathered(
    "around",
    Around,
    octants=click.option("--octants", is_flag=True, help="The nearest ground in each of eight directions."),
    within_km=click.option(
        "--within", "within_km", type=float, metavar="KM", help="With --octants: how far to look [30]."
    ),
)
with_layer = gathered(
    "layer",
    Layer,
    file=click.option(
        "--from-layer", "file", metavar="FILE", help="Measure from the polygons, lines or points of this file."
    ),
    name_column=click.option(
        "--name-column", metavar="NAME", help="With --from-layer: the column that names them; a row a name."
    ),
    bbox=click.option(
        "--bbox", type=Box(), metavar="W,S,E,N", help="With --from-layer: only what lies in this box (degrees)."
    ),
)


@click.command("distances")
@with_choices
@click.option("--town", "towns", multiple=True, metavar="NAME", help="Name or GeoNames id; again for more [all towns].")
@click.option("--all-places", is_flag=True, help="Every place of the gazetteer: distances alone, nothing beside them.")
@with_days
@click.option(
    "--to", type=click.Choice(["occupied", "contested"]), help="The ground [occupied; with --octants all drawn]."
)
@with_around
@with_layer
@with_output(*TABLE_FORMATS, "parquet")
def distances_command(
    choices: Choices,
    towns: tuple[str, ...],
    all_places: bool,
    when: When,
    to: To | None,
    around: Around,
    layer: Layer,
    output: Output,
) -> None:
    """Measure how far towns are from occupied or contested ground, from their edge and from their centre.

    With the settlement at the nearest point, the share of the town that is free, contested and occupied, the change
    over 1, 7, 30 and 90 days (below zero: nearer), and how fast the ground came nearer in the last 30 days.

    With --all-places and -o FILE.parquet any number of days is measured and written month by month.
    """
    refuse_clashes(towns, all_places, around, layer)
    with answering(choices) as answer:
        archive = answer.archive
        places = None if all_places else places_of_layer(layer) if layer.file else archive.towns(towns or None)
        span = answer.days(when)
        if places is None:
            as_of = tell_every_place(answer, span, to or "occupied", output)
        else:
            measure = octants_table if around.octants else distances_table
            table, as_of = measure(archive, places, span, to=to, around=around)
            answer.describe(subject_of(table, to, around), span, as_of, places=places)
            answer.emit(table, output)
        say_age(archive, span.until, as_of)
        say(
            "km on the ellipsoid; edge: from the settlement's limits (polygon) or a disc of its area; "
            "centre: its point."
        )


def refuse_clashes(towns: tuple[str, ...], all_places: bool, around: Around, layer: Layer) -> None:
    """Refuse options that do not go together."""
    other = "--town" if towns else "--octants" if around.octants else "--from-layer"
    if all_places and (towns or around.octants or layer.file):
        raise click.UsageError(f"--all-places does not go with {other}")
    if layer.file and (towns or around.octants):
        raise click.UsageError(f"--from-layer does not go with {'--town' if towns else '--octants'}")
    if not layer.file and (layer.name_column or layer.bbox):
        raise click.UsageError("--name-column and --bbox go with --from-layer")
    if around.within_km is not None and not around.octants:
        raise click.UsageError("--within goes with --octants")


def places_of_layer(layer: Layer) -> gpd.GeoDataFrame:
    """Read a vector file as places to measure from."""
    features = read_layers(Path(str(layer.file)))
    if layer.name_column is None:
        columns = ", ".join(str(name) for name in features.columns if name != features.geometry.name)
        raise click.UsageError(f"--from-layer needs --name-column; {layer.file} has {columns}")
    try:
        return layer_places(features, layer.name_column, bbox=layer.bbox)
    except (NoDataError, SourceError) as error:
        raise type(error)(f"{layer.file}: {error}") from None


def distances_table(
    archive: Archive, places: gpd.GeoDataFrame, span: Span, *, to: To | None, around: Around
) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Measure the days asked for, and those before that their changes are measured from."""
    asked = pd.date_range(*span)
    control = archive.days(max(days_needed(asked)[0], archive.first_day), span.until)
    settlements = gazetteer(archive=archive.reference)
    table = measured(control, places, settlements, days=asked, to=to or "occupied")
    return table, control["as_of"].max()


def octants_table(
    archive: Archive, places: gpd.GeoDataFrame, span: Span, *, to: To | None, around: Around
) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Look around the places for the ground asked for, or for all that the source draws."""
    control = archive.days(*span)
    within_km = WITHIN_KM if around.within_km is None else around.within_km
    tables = [
        octants(control, places, to=ground, days=pd.date_range(*span), within_km=within_km)
        for ground in ([to] if to else grounds_drawn(control))
    ]
    table = with_settlements(pd.concat(tables, ignore_index=True), gazetteer(archive=archive.reference))
    return table, control["as_of"].max()


def subject_of(table: pd.DataFrame, to: To | None, around: Around) -> str:
    """Say what a caption is about."""
    if not around.octants:
        return f"distances to {to or 'occupied'}"
    grounds = [to] if to else table["to"].unique().tolist()
    return "octants" if len(grounds) != 1 else f"octants to {grounds[0]}"
