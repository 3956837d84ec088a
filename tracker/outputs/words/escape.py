"""What comes from data, made safe to print."""

from __future__ import annotations

import html
import re
from typing import Any

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(value: Any) -> Any:
    """
    Replace what would disturb a page or a terminal, in text or anywhere inside lists and dicts of it.

    Control characters, line breaks and marks that turn the direction of writing become a middle dot.

    Examples
    --------
    >>> printable({"town": ["a\\nb", 1]})
    {'town': ['a·b', 1]}
    """
    if isinstance(value, str):
        return _UNPRINTABLE.sub("·", value)
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    return [printable(item) for item in value] if isinstance(value, list) else value


def markdown_text(value: Any) -> str:
    """
    Escape text for Markdown, so that it shows as it is: no markup, no HTML, no second table cell.

    Examples
    --------
    >>> markdown_text("a|b *c* <b>")
    'a\\\\|b \\\\*c\\\\* &lt;b&gt;'
    """
    escaped = html.escape(" ".join(str(value).split()), quote=False)
    return re.sub(r"([\\`*_{}\[\]#|!~$])", r"\\\1", escaped)
