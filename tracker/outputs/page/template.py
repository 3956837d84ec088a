"""Templates of reports and dossiers: one for Markdown, one for HTML, filled with plain values."""

from __future__ import annotations

import functools
from typing import Any

from tracker.outputs.look import COLOURS, GAIN_COLOURS
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.escape import markdown_text


def template(name: str, format: str, lang: str) -> Any:
    """Open the template of a report; HTML escapes by itself, Markdown by its filter `text`."""
    return _environment(format, lang).get_template(f"{name}.html.j2" if format == "html" else f"{name}.md.j2")


@functools.cache
def _environment(format: str, lang: str) -> Any:
    """Set Jinja2 up, once a format and language: it keeps the templates that it has read, and has the words."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tracker.outputs.page"),
        autoescape=format == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(words(lang), newstyle=False)  # type: ignore[attr-defined]
    environment.globals |= {"colours": COLOURS, "gains": GAIN_COLOURS}
    environment.filters["text"] = (lambda value: value) if format == "html" else markdown_text
    return environment
