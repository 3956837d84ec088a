"""The terminal side of the command line: talk on stderr, results on stdout or into files."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any

import click

from tracker.files import write_whole
from tracker.outputs.words.catalogue import words
from tracker.tables.messages import Message

# What a server sends may end up in a message: nothing in it shall move the cursor, change colours or turn text around.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LANG = "tracker.lang"


def talk_in(lang: str) -> None:
    """Talk in a language for the rest of the command that runs."""
    if context := click.get_current_context(silent=True):
        context.meta[_LANG] = lang


def spoken() -> str:
    """Give the language that the running command talks in."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_LANG, "en") if context else "en"


def say(text: str, /, **values: Any) -> None:
    """
    Talk to the person at the terminal, on stderr: every remark of every command goes through here.

    Parameters
    ----------
    text
        What is said, in English, with a placeholder for each value; it is said in the command's language, for which it
        stands in the catalogue. Without values it is said as it stands.
    **values
        What stands in the placeholders; messages among them are said in the same language.
    """
    lang = spoken()
    message = (
        text if isinstance(text, Message) else Message(text, **{key: _said(one, lang) for key, one in values.items()})
    )
    told = message.told(words(lang).gettext)
    click.echo(_CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", told), err=True)


def _said(value: Any, lang: str) -> Any:
    """Have a number written as a language does."""
    return _Number(value, lang) if isinstance(value, Real) and not isinstance(value, bool) else value


@dataclass(frozen=True)
class _Number:
    """A number in a remark: the separators of its format are those of a language."""

    value: Real
    lang: str

    def __format__(self, spec: str) -> str:
        from tracker.outputs.words.text import localised  # with pandas, which `tracker --help` should not wait for

        return localised(format(self.value, spec), self.lang)


def require_file(out: str | None) -> None:
    """Refuse a directory where -o needs a file."""
    if out and out != "-" and Path(out).is_dir():
        raise click.UsageError(f"-o {out} is a directory; name a file")


def emit(content: str | bytes, out: str | None) -> None:
    """Write a result to stdout or, whole or not at all, to a file."""
    require_file(out)
    if out and out != "-":
        write_whole(Path(out), content)
        say("wrote {file}", file=out)
    elif isinstance(content, str):
        click.echo(content, nl=False)
    elif sys.stdout.isatty():
        raise click.UsageError("this format is not text; name a file: -o FILE")
    else:
        sys.stdout.buffer.write(content)
