"""Tables as JSON: a list of objects with the column names of the table."""

from __future__ import annotations

import json

from tracker.outputs.base import Renderer
from tracker.outputs.files.rows import json_value, plain
from tracker.outputs.story import TABLE, Story


def _render(story: Story, *, lang: str = "en") -> str:
    """Write dates as YYYY-MM-DD, instants as ISO 8601 UTC, numbers unrounded, missing values as null."""
    rows = plain(story.table, story.note)
    objects = [{name: json_value(value) for name, value in row.items()} for row in rows.to_dict("records")]
    return json.dumps(objects, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


RENDERER = Renderer("json", ".json", _render, needs=TABLE)
