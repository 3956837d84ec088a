"""What comes of reading a file: ground, facts, or an error of one line."""

from __future__ import annotations

import warnings

import pytest
from worlds import area_of

import tracker as tr
from tracker.errors import SourceError
from tracker.sources import configured
from tracker.sources.reading import read_whole_file
from tracker.tables.check import check
from tracker.tables.constants import STATUSES
from tracker.tables.definitions import CONTROL


def error_of(source, path, kind=SourceError):
    """Load a file that is broken: the error is one line that names the file, and all that is said."""
    with warnings.catch_warnings(action="error"), pytest.raises(kind) as caught:
        tr.load(source, path)
    return one_line_on(path, caught.value)


def one_line_on(path, error):
    """Check that an error is one line that names the file and can be printed."""
    message = str(error)
    assert path.name in message
    assert len(message.splitlines()) == 1
    assert message.encode()
    return message


def load_or_refuse(source, path):
    """Load a file, or refuse it as the tracker does; any other exception, and any warning, is a fault."""
    errors = []
    with warnings.catch_warnings(action="error"):
        check(tr.load(source, path, on_error=errors.append), CONTROL)
    for error in errors:
        one_line_on(path, error)


def areas(control):
    return {status: round(area_of(control, status), 1) for status in STATUSES[1:]}


def facts_of(source, path, **options):
    """Read what the drawing shows of its quality; one snapshot."""
    (facts,) = read_whole_file(configured(source, **options), path)[1].to_dict("records")
    return facts
