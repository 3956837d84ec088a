"""Results that show themselves in a notebook."""

from __future__ import annotations


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


class Film(bytes):
    """A moving picture that shows itself in a notebook."""

    def _repr_html_(self) -> str:
        import base64

        kind = "image/gif" if self.startswith(b"GIF8") else "image/webp" if self.startswith(b"RIFF") else "video/mp4"
        address = f"data:{kind};base64,{base64.b64encode(self).decode()}"
        if kind == "video/mp4":
            return f'<video src="{address}" style="max-width:100%" title="tracker" controls loop></video>'
        return f'<img src="{address}" style="max-width:100%" alt="tracker timelapse">'


class Picture(bytes):
    """A PNG that shows itself in a notebook."""

    def _repr_png_(self) -> bytes:
        return bytes(self)
