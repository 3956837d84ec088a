"""The terminal side of the command line: talk on stderr, results on stdout or into files."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from tracker.files import write_whole

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
        What is said, in English, with a placeholder for each value; without values it is said as it stands.
    **values
        What stands in the placeholders.
    """
    told = text.format(**values) if values else text
    click.echo(_CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", told), err=True)


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
