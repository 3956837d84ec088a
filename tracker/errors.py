"""What can go wrong, as one tree; each class has the exit status of the command line.

    TrackerError                1   something this package did not expect
      SourceError               3   a source file is not what it promises
        LabelError              3     it says something that the source's table of labels does not know
        UndatedError            3     it does not say when it was published
      SchemaError               4   a table lacks what its definition asks for
      FetchError                5   a download failed
        MissingError            5     the server has no such file
      NoDataError               6   nothing in the period asked for

Wrong arguments stay `ValueError` (exit status 2): they name the argument, the value and the valid ones.
"""

from __future__ import annotations


class TrackerError(Exception):
    """
    The root of all errors that this package raises on purpose; `exit_code` is that of the command line.

    Examples
    --------
    >>> import tracker as tr
    >>> try:
    ...     tr.read_archive("no archive here")
    ... except tr.TrackerError as error:
    ...     print(type(error).__name__, error.exit_code)
    NoDataError 6
    """

    exit_code = 1


class SourceError(TrackerError):
    """A source file is not what it promises; the message names the file."""

    exit_code = 3


class LabelError(SourceError):
    """A source file uses labels that nobody has assigned a status; the message lists all of them."""


class UndatedError(SourceError):
    """A source file does not say when it was published."""


class SchemaError(TrackerError):
    """A table breaks its definition; the message lists every problem."""

    exit_code = 4


class FetchError(TrackerError):
    """A download failed."""

    exit_code = 5


class MissingError(FetchError):
    """The server says that it has no such file."""


class NoDataError(TrackerError):
    """Nothing in the period asked for."""

    exit_code = 6
