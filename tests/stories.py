"""Stories of tables in hand, without the bundled reference data: what a renderer needs is made, nothing is added."""

from __future__ import annotations

from tracker.outputs import needs_of, render, renderer
from tracker.outputs.story import FIELDS
from tracker.products.filled import KINDS, draft_in_hand

NOTHING_BESIDE = dict.fromkeys("sectors places distances bulletin captures totals".split())
NOTHING_BESIDE |= {"credits": (), "note": "", "title": ""}


def told(kind, /, **tables):
    """Tell what a kind of output needs of tables."""
    beside = {name: value for name, value in NOTHING_BESIDE.items() if name in needs_of(kind)}
    given = {"on" if name == "until" else name: table for name, table in tables.items() if table is not None}
    return draft_in_hand(kind, **beside | given).story({*needs_of(kind), *given})


def rendered(kind, /, **given):
    """Render tables, with the options of the kind."""
    if kind not in KINDS or kind == "bulletin":
        return render(kind, **given)
    asked = {*FIELDS, "until"} | ({"kind"} if kind == "chart" else set())
    options = {name: value for name, value in given.items() if name not in asked or name == "kind"}
    story = told(kind, **{name: value for name, value in given.items() if name in asked})
    return renderer(kind).render(story, **options)
