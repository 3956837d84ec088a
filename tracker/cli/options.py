"""What a command is asked: its options, those that belong together gathered into one record."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tracker.archive.archive import Archive, open_archive
from tracker.changes.causes import CAUSES
from tracker.cli.formats import format_of
from tracker.cli.house import house
from tracker.cli.terminal import require_file, say, talk_in
from tracker.outputs.look import painted
from tracker.outputs.words.catalogue import languages

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def gathered(argument: str, record: Callable[..., Any], **options: Decorator) -> Decorator:
    """Give a command several options as one argument: what `record` makes of their values, each by its name."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def gathering(**given: Any) -> None:
            taken = record(**{name: given.pop(name) for name in options})
            command(**{argument: taken}, **given)

        # The last option that is added stands first in the help.
        wrapped: Callable[..., None] = gathering
        for option in reversed(options.values()):
            wrapped = option(wrapped)
        return wrapped

    return decorate


# ---- the archive, its source, the language


@dataclass(frozen=True)
class Choices:
    """What flags, `tracker.toml` and defaults come to."""

    archive: Path
    source: str | None
    lang: str
    explicit: bool
    reference: Mapping[str, Path] = field(default_factory=dict)

    def open(self) -> Archive:
        """Open the archive, or the bundled sample where none was asked for and there is none."""
        archive = open_archive(self.archive, self.source, sample_allowed=not self.explicit)
        if archive.note:
            say(
                "No archive in {folder}: these are figures of the bundled {note}.",
                folder=self.archive,
                note=archive.note,
            )
        return replace(archive, named=self.reference)

    def open_through(self, source: str) -> Archive:
        """Open the archive, and not the sample, through a source."""
        return replace(open_archive(self.archive, source), named=self.reference)


def choose(archive: str | None = None, source: str | None = None, lang: str | None = None) -> Choices:
    """Let flags win over `tracker.toml`, and that over defaults."""
    kept = house()
    named = archive or kept.get("archive")
    folder = Path(named or os.environ.get("TRACKER_ARCHIVE") or Path("data") / "archive")
    source = source or kept.get("source")
    lang = lang or kept.get("lang") or "en"
    if lang not in languages():
        raise click.UsageError(f"tracker.toml: lang {lang!r} is not one of {', '.join(languages())}")
    talk_in(lang)
    if context := click.get_current_context(silent=True):
        context.with_resource(painted(kept.get("palette", {})))
    reference = {kind: Path(file) for kind, file in kept.get("reference", {}).items()}
    return Choices(folder, source, lang, explicit=bool(named or source), reference=reference)


archive_option = click.option("--archive", metavar="DIR", help="The archive [$TRACKER_ARCHIVE, else data/archive].")
_source_option = click.option(
    "--source", metavar="NAME", help="The source of the numbers [the one that reaches latest]."
)


def lang_option(of: str) -> Decorator:
    """Make the option --lang, which says what it is the language of."""
    return click.option("--lang", type=click.Choice(languages()), help=f"Language of {of} [en].")


with_choices = gathered(
    "choices", choose, archive=archive_option, source=_source_option, lang=lang_option("maps, figures and reports")
)
with_archive = gathered("choices", choose, archive=archive_option)


# ---- days


@dataclass(frozen=True)
class When:
    """The day, or the first and the last day, that is asked for; None where it is left to the archive."""

    on: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None

    def refuse_both(self) -> None:
        """Refuse a day together with a period."""
        if self.on and (self.since or self.until):
            raise click.UsageError("--on does not go with --since and --until")


class Day(click.DateTime):
    """A day; the help shows how to write one."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Show how a day is written."""
        return "YYYY-MM-DD"


def day_option(flag: str, help: str) -> Decorator:
    """Make an option that takes a day."""
    return click.option(flag, type=Day(), help=help)


on_option = day_option("--on", "The day [the archive's last].")
_since_option = day_option("--since", "First day, inclusive.")
_until_option = day_option("--until", "Last day, inclusive.")
with_period = gathered("when", When, since=_since_option, until=_until_option)
with_days = gathered("when", When, on=on_option, since=_since_option, until=_until_option)


# ---- what counts


class CauseList(click.ParamType):
    """Causes in one word, with commas: `advance,catch_up`; `all` for every one."""

    name = "causes"

    def convert(self, value: Any, parameter: Any, context: Any) -> Any:
        """Split and check the list."""
        if not isinstance(value, str):
            return value
        chosen = [word.strip() for word in value.split(",")]
        if "all" in chosen:
            return list(CAUSES)
        unknown = [word for word in chosen if word not in CAUSES]
        if unknown:
            self.fail(f"{', '.join(unknown) or value!r} is not one of {', '.join(CAUSES)}, all", parameter, context)
        return chosen


causes_option = click.option(
    "--causes", type=CauseList(), metavar="LIST", help="Causes that gains and losses count [all but noise]."
)


def by_option(*places: str, default: str = "none", help: str | None = None) -> Decorator:
    """Make the option --by: what kind of place, if any, the rows are split by."""
    return click.option("--by", type=click.Choice(places), default=default, show_default=True, help=help)


# ---- the output


@dataclass(frozen=True)
class Output:
    """The format of a result, and the file that it goes to; None or - for stdout."""

    form: str
    out: str | None


file_option = click.option("-o", "out", metavar="FILE", help="Write to a file [stdout].")


def with_output(*formats: str, by_ending: bool = True) -> Decorator:
    """Give a command -o, and --format, which the ending of the file's name stands in for, if `by_ending`."""

    def output_of(form: str | None, out: str | None) -> Output:
        require_file(out)
        return Output(form or format_of(out, formats), out)

    told = f"Of the output [as FILE ends, else {formats[0]}]." if by_ending else "Of the output."
    default: dict[str, Any] = {"default": None if by_ending else formats[0], "show_default": not by_ending}
    format_option = click.option("--format", "form", type=click.Choice(formats), help=told, **default)
    return gathered("output", output_of, form=format_option, out=file_option)
