"""What `tracker.render` gives: text or bytes that say what they are, save themselves and show themselves in a notebook.

A notebook stores of each what it shows, and one line of text: never the whole page a second time, as text.
"""

from __future__ import annotations

import base64
import html
import os
from pathlib import Path
from typing import cast

from tracker.files import write_whole


class Result:
    """The content of a file, a `str` or `bytes`: what all of them can do."""

    kind = "file"
    """What was rendered, as `render` takes it."""

    form = "data"
    """What the file is, in a word for people."""

    def __repr__(self) -> str:
        content = self._content
        size = len(content.encode() if isinstance(content, str) else content)
        return f"<tracker {self.kind}: {_size(size)} of {self.form}>"

    @property
    def _content(self) -> str | bytes:
        return cast("str | bytes", self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """
        Write the file, whole or not at all, and give its path. Folders on the way are made; text is UTF-8.

        Raises
        ------
        OSError
            If it cannot be written there.
        """
        write_whole(Path(path), self._content)
        return Path(path)


class TextFile(Result, str):
    """Text: `print` prints all of it."""

    form = "text"


class BytesFile(Result, bytes):
    """Bytes, such as those of a workbook."""

    __str__ = Result.__repr__  # that of bytes would be all of them, escaped


class Page(TextFile):
    """An HTML page that shows itself in a notebook."""

    form = "HTML"

    def _repr_html_(self) -> str:
        address = html.escape(self)
        return f'<iframe srcdoc="{address}" width="100%" height="560" style="border:0" title="tracker"></iframe>'


class Text(TextFile):
    """Markdown that shows itself in a notebook."""

    form = "Markdown"

    def _repr_markdown_(self) -> str:
        return str(self)


class Picture(BytesFile):
    """A PNG that shows itself in a notebook."""

    form = "PNG"

    def _repr_png_(self) -> bytes:
        return bytes(self)


class Film(BytesFile):
    """A moving picture that shows itself in a notebook."""

    def __init__(self, content: bytes) -> None:
        self.form = "GIF" if content.startswith(b"GIF8") else "WebP" if content.startswith(b"RIFF") else "MP4"

    def _repr_html_(self) -> str:
        media = {"GIF": "image/gif", "WebP": "image/webp", "MP4": "video/mp4"}[self.form]
        address = f"data:{media};base64,{base64.b64encode(self).decode()}"
        if self.form == "MP4":
            return f'<video src="{address}" style="max-width:100%" title="tracker" controls loop></video>'
        return f'<img src="{address}" style="max-width:100%" alt="tracker timelapse">'


def result_of(kind: str, content: str | bytes) -> TextFile | BytesFile:
    """
    Wrap what was rendered into what it can be shown as.

    Examples
    --------
    >>> result_of("csv", "town,edge_km")
    <tracker csv: 12 bytes of text>
    >>> print(result_of("csv", "town,edge_km"))
    town,edge_km
    """
    made: TextFile | BytesFile
    if isinstance(content, str):
        made = _text_of(kind, content)
    elif kind == "timelapse":
        made = Film(content)
    else:
        made = (Picture if content.startswith(b"\x89PNG") else BytesFile)(content)
    made.kind = kind
    return made


def _text_of(kind: str, content: str) -> TextFile:
    """Tell a page from Markdown and from other text."""
    if content.lstrip()[:9].lower() == "<!doctype":
        return Page(content)
    return (Text if kind in ("report", "markdown") else TextFile)(content)


def _size(length: int) -> str:
    """
    Say a number of bytes.

    Examples
    --------
    >>> _size(999), _size(1_234), _size(1_234_567)
    ('999 bytes', '1.2 kB', '1.2 MB')
    """
    if length < 1_000:
        return f"{length} bytes"
    return f"{length / 1e6:.1f} MB" if length >= 999_950 else f"{length / 1e3:.1f} kB"
