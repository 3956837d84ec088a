"""Groups of commands: each imported when it is run, errors told as one line with their exit status."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click

from tracker.cli.terminal import say
from tracker.errors import TrackerError
from tracker.plugins import plugin


class LazyGroup(click.Group):
    """
    A group of commands that are imported when they are run (click's documented LazyGroup).

    Parameters
    ----------
    homes
        A command's name → where it stands, as "module:attribute".
    told
        A command's name → the first sentence of its help: with it the group lists its commands without importing any.
    """

    def __init__(self, *arguments: Any, homes: Mapping[str, str], told: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.homes, self.told = homes, told

    def list_commands(self, context: click.Context) -> list[str]:
        """List the names of all commands, imported or not."""
        return sorted({*super().list_commands(context), *self.homes})

    def get_command(self, context: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.homes:
            return super().get_command(context, cmd_name)
        command: click.Command = plugin(self.homes, cmd_name, "command")
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, from what is known of them without an import."""
        stand_ins = [click.Command(name, help=told) for name, told in self.told.items()]
        click.Group(commands=[*self.commands.values(), *stand_ins]).format_commands(context, formatter)


class Commands(LazyGroup):
    """The group of all commands, which turns errors into one line and the right exit status."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; with $TRACKER_DEBUG set errors keep their traceback."""
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("TRACKER_DEBUG"):
                raise
            say("tracker: {error}", error=told(error))
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
