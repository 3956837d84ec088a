"""The terminal side of the command line: choices, options, printing, and errors as one line with their exit status."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.house import house

if TYPE_CHECKING:
    from tracker.archive.archive import Archive

# The formats that take a table's title, caption, credit and credits beside its rows.
_WITH_ROOM = ("markdown", "xlsx", "parquet")
# What a server sends may end up in a message: nothing in it shall move the cursor, change colours or turn text around.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Choices:
    """What flags, `tracker.toml` and defaults come to."""

    archive: Path
    source: str | None
    lang: str
    explicit: bool

    def open(self) -> Archive:
        """Open the archive, or the bundled sample where none was asked for and there is none."""
        from tracker.archive.archive import open_archive

        archive = open_archive(self.archive, self.source, sample_allowed=not self.explicit)
        if archive.note:
            say(f"No archive in {self.archive}: these are figures of the bundled {archive.note}.")
        return archive


def say(text: str) -> None:
    """Talk to the person at the terminal, on stderr."""
    click.echo(_CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text), err=True)


def choose(archive: str | None, source: str | None, lang: str | None) -> Choices:
    """Let flags win over `tracker.toml`, and that over defaults."""
    kept = house()
    named = archive or kept.get("archive")
    folder = Path(named or os.environ.get("TRACKER_ARCHIVE") or Path("data") / "archive")
    source = source or kept.get("source")
    lang = lang or kept.get("lang") or "en"
    if lang not in ("en", "uk"):
        raise click.UsageError(f"tracker.toml: lang {lang!r} is not one of en, uk")
    return Choices(folder, source, lang, explicit=bool(named or source))


def with_choices(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the common options --archive, --source and --lang, as one argument `choices`."""

    @click.option("--archive", metavar="DIR", help="The archive [$TRACKER_ARCHIVE, else data/archive].")
    @click.option("--source", metavar="NAME", help="The source of the numbers [the one that reaches latest].")
    @click.option("--lang", type=click.Choice(["en", "uk"]), help="Language of maps, figures and reports [en].")
    @functools.wraps(command)
    def wrapped(archive: str | None, source: str | None, lang: str | None, **options: Any) -> None:
        command(choices=choose(archive, source, lang), **options)

    return wrapped


def with_output(*formats: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command --format and -o."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        format_option = click.option(
            "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="Of the output."
        )
        file_option = click.option("-o", "out", metavar="FILE", help="Write to a file [stdout].")
        return format_option(file_option(command))

    return decorate


def with_picture(*formats: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command of a picture -o, and --format, which the end of the file's name stands in for."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option(
            "--format", "form", type=click.Choice(formats), help=f"Of the output [as FILE ends, else {formats[0]}]."
        )
        @click.option("-o", "out", metavar="FILE", help="Write to a file [stdout].")
        @functools.wraps(command)
        def wrapped(form: str | None, out: str | None, **options: Any) -> None:
            require_file(out)
            command(form=form or format_of(out, formats), out=out, **options)

        return wrapped

    return decorate


def format_of(out: str | None, formats: tuple[str, ...]) -> str:
    """Choose a format by the end of a file's name; the first one for stdout, a pipe or a device."""
    if not out or out == "-" or (Path(out).exists() and not Path(out).is_file()):
        return formats[0]
    suffix = Path(out).suffix.lower().removeprefix(".")
    if suffix not in formats:
        known = ", ".join(f".{name}" for name in formats[:-1])
        raise click.UsageError(f"-o {out}: name a file that ends in {known} or .{formats[-1]}, or add --format")
    return suffix


def require_file(out: str | None) -> None:
    """Refuse a directory where -o needs a file."""
    if out and out != "-" and Path(out).is_dir():
        raise click.UsageError(f"-o {out} is a directory; name a file")


def emit(content: str | bytes, out: str | None) -> None:
    """Write a result to stdout or, whole or not at all, to a file."""
    require_file(out)
    out = None if out == "-" else out
    if out:
        from tracker.files import write_whole

        write_whole(Path(out), content)
        say(f"wrote {out}")
    elif isinstance(content, str):
        click.echo(content, nl=False)
    elif sys.stdout.isatty():
        raise click.UsageError("this format is not text; name a file: -o FILE")
    else:
        sys.stdout.buffer.write(content)


def emit_table(table: Any, form: str, out: str | None, note: str = "", **about: Any) -> None:
    """Render a table in the format asked for; those that have room for it take what is said `about` it, too."""
    from tracker.outputs import render

    emit(render(form, table=table, note=note, **(about if form in _WITH_ROOM else {})), out)
