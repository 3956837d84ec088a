"""The lines of credit, terms and limits that go with everything made from a source."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd

from tracker.sources.base import Source
from tracker.tables.messages import Message

PLACES_CREDIT = Message("Settlements: GeoNames (CC BY 4.0)")


def credits_of(source: Source, places: gpd.GeoDataFrame | None = None) -> list[str]:
    """List the lines of credit and terms that go with everything made from a source."""
    return [*source_credits(source), *places_credits(places)]


def source_credits(source: Source) -> list[str]:
    """List the lines of credit, terms and limits of a source."""
    lines: list[str] = [terms_of(source)]
    lines += [Message("{title} {since}.", title=source.title, since=source.since)] if source.since else []
    return [*lines, source.note] if source.note else lines


def terms_of(source: Source) -> Message:
    """Say whose a source's maps are, on which terms."""
    terms = {"credit": source.credit, "licence": source.licence, "terms_url": source.terms_url}
    return Message("{credit}. {licence}. {terms_url}", **terms)


def titles_of(sources: Iterable[Source]) -> Message:
    """Name sources, one after the other."""
    titles = {f"title_{number}": source.title for number, source in enumerate(sources)}
    listed = ", ".join(f"{{{name}}}" for name in titles)
    return Message(listed, **titles)


def places_credits(places: gpd.GeoDataFrame | None) -> list[str]:
    """List the lines of credit for what is said of settlements."""
    own = places is not None and (places["edge_method"] == "polygon").any()
    limits = Message("Settlement limits: the user's own file (OpenStreetMap's are © OpenStreetMap contributors, ODbL)")
    return [PLACES_CREDIT, limits] if own else [PLACES_CREDIT]
