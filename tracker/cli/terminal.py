"""The terminal side of the command line: choices, options, printing, and errors as one line with their exit status."""

from __future__ import annotations

import functools
import os
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.errors import TrackerError

if TYPE_CHECKING:
    from tracker.workspace import Workspace

__all__ = [
    "Choices",
    "Commands",
    "about_table",
    "choose",
    "emit",
    "emit_table",
    "format_of",
    "require_file",
    "say",
    "say_about",
    "say_age",
    "say_ages",
    "say_breaks",
    "say_credit",
    "say_old_periods",
    "with_choices",
    "with_output",
    "with_picture",
]


_HOUSE_KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "archive": (lambda kept: isinstance(kept, str), "text in quotes"),
    "source": (lambda kept: isinstance(kept, str), "text in quotes"),
    "lang": (lambda kept: isinstance(kept, str), "text in quotes"),
    "accept_terms": (
        lambda kept: isinstance(kept, list) and all(isinstance(name, str) for name in kept),
        'a list of names, such as ["deepstate"]',
    ),
    "urls": (
        lambda kept: isinstance(kept, dict) and all(isinstance(url, str) for url in kept.values()),
        'a table of addresses, such as deepstate = "https://mirror.example/api/history" below [urls]',
    ),
}
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

    def open(self) -> Workspace:
        """Open the archive, or the bundled sample where none was asked for and there is none."""
        from tracker.workspace import open_workspace

        workspace = open_workspace(self.archive, self.source, sample_allowed=not self.explicit)
        if workspace.note:
            say(f"No archive in {self.archive}: these are figures of the bundled {workspace.note}.")
        return workspace


def say(text: str) -> None:
    """Talk to the person at the terminal, on stderr."""
    click.echo(_CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text), err=True)


def house() -> dict[str, Any]:
    """Read the house's choices from `tracker.toml` in the working folder."""
    path = Path("tracker.toml")
    if not path.is_file():
        return {}
    try:
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = sorted(set(kept) - set(_HOUSE_KEYS))
        if unknown:
            raise click.UsageError(f"tracker.toml: {', '.join(unknown)} is not one of {', '.join(_HOUSE_KEYS)}")
        wrong = [
            f"{name} must be {words}"
            for name, (fits, words) in _HOUSE_KEYS.items()
            if name in kept and not fits(kept[name])
        ]
        if wrong:
            raise click.UsageError(f"tracker.toml: {'; '.join(wrong)}")
        return kept
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"tracker.toml: {error}") from None


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
    from tracker.render import render

    emit(render(form, table=table, note=note, **(about if form in _WITH_ROOM else {})), out)


def about_table(
    workspace: Workspace, subject: str, period: tuple[Any, Any], as_of: Any, *, by: str = "none", lang: str = "en"
) -> dict[str, Any]:
    """Write what goes with a table (see `tracker.render.caption`): caption, line of credit, terms and notes."""
    from tracker import __version__
    from tracker.briefing import source_credits
    from tracker.render.caption import caption, credit_line
    from tracker.render.style import note_text

    source = workspace.source
    name = f"{source.title} ({note_text(workspace.note, lang)})" if workspace.note else source.title
    return {
        "caption": caption(subject, period, as_of, source=name, by=by, lang=lang),
        "credit": credit_line(source.credit, __version__, lang),
        "credits": source_credits(source),
        "lang": lang,
    }


def say_about(about: dict[str, Any]) -> None:
    """Print caption and credit, to copy under what is published."""
    say(f"Caption: {about['caption']}")
    say(f"Credit: {about['credit']}")


def say_age(workspace: Workspace, day: Any, as_of: Any) -> None:
    """Say how old the snapshot behind a day is, where it is older than three days."""
    from tracker.schema import STALE_DAYS
    from tracker.snapshots import day_of

    age = (day - day_of(as_of)).days
    if age > STALE_DAYS:
        say(f"{workspace.source.name}: the state of {day:%Y-%m-%d} is a snapshot of {as_of:%Y-%m-%d}, {age} days old.")


def say_ages(workspace: Workspace, first: Any, last: Any, control: Any) -> None:
    """Say how old the snapshots at both ends of a period are, where they are old."""
    import pandas as pd

    say_age(workspace, first - pd.Timedelta(days=1), control["as_of"].min())
    say_age(workspace, last, control["as_of"].max())


def say_breaks(workspace: Workspace, control: Any) -> None:
    """Say where the source changed what ground it covers: what lies between two such maps is not counted."""
    from tracker.snapshots import day_of, epoch_starts

    for as_of in epoch_starts(control):
        say(
            f"{workspace.source.name}: from the map of {day_of(as_of):%Y-%m-%d} on it covers other ground than before: "
            "that step is in no figure; tracker check says more."
        )


def say_old_periods(workspace: Workspace, table: Any) -> None:
    """Say how many periods of a summary are measured from or to a snapshot older than three days."""
    from tracker.schema import STALE_DAYS
    from tracker.snapshots import day_of

    ends = table[["since", "until", "start_as_of", "end_as_of"]].drop_duplicates()
    start_age = (ends["since"] - day_of(ends["start_as_of"])).dt.days - 1
    end_age = (ends["until"] - day_of(ends["end_as_of"])).dt.days
    old = int(((start_age > STALE_DAYS) | (end_age > STALE_DAYS)).sum())
    if old:
        say(
            f"{workspace.source.name}: {old} of {len(ends)} periods begin or end with a snapshot over {STALE_DAYS} "
            "days old: what changed may stand in a period before or after; see start_as_of and end_as_of."
        )


def say_credit(workspace: Workspace) -> None:
    """Print the source's credit, terms and note."""
    source = workspace.source
    say(f"Source: {source.credit}. {source.licence}. {source.terms_url}")
    if source.since:
        say(f"Note: {source.title} {source.since}.")
    if source.note:
        say(f"Note: {source.note}")


class Commands(click.Group):
    """The group of commands, which turns errors into one line and the right exit status."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; with $TRACKER_DEBUG set errors keep their traceback."""
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("TRACKER_DEBUG"):
                raise
            say(f"tracker: {told(error)}")
            context.exit(2 if _is_usage(error) else getattr(error, "exit_code", 1))


def _is_usage(error: Exception) -> bool:
    """Tell wrong arguments, which are a plain ValueError, from the many errors of libraries that derive from it."""
    return type(error) is ValueError


def told(error: Exception) -> str:
    """Put an error into words."""
    if isinstance(error, TrackerError) or _is_usage(error):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'file'}: {error.strerror or error}"
    return f"unexpected {type(error).__name__}: {error}; this is a fault of tracker, TRACKER_DEBUG=1 shows where"
