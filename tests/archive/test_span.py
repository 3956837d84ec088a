"""The ends of a period, filled in from what an archive holds, or refused."""

from __future__ import annotations

import pytest

from tracker.archive.archive import open_sample
from tracker.archive.span import span_of
from tracker.errors import NoDataError

EARLY, GAP_END = "2020-01-01", "2025-03-01"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return open_sample(tmp_path_factory.mktemp("none"))


def told(archive, *ends, **choices):
    return tuple(f"{day:%Y-%m-%d}" for day in span_of(archive, *ends, **choices))


def test_what_is_not_asked_for_is_what_the_archive_holds(archive):
    first, change, last = (
        f"{day:%Y-%m-%d}" for day in (archive.first_day, archive.first_change_day(), archive.last_day)
    )
    assert told(archive) == (change, last)
    assert told(archive, of="states") == (first, last)
    assert told(archive, of="states", default="last") == (last, last)
    assert told(archive, None, "2025-01-02", of="states", default="last") == (first, "2025-01-02")
    assert told(archive, "2025-01-02") == ("2025-01-02", last)
    assert told(archive, None, "2025-01-02") == (change, "2025-01-02")


def test_a_year_ends_where_it_is_asked_to_and_begins_no_earlier_than_the_archive(archive):
    assert told(archive, of="states", default="year") == told(archive, of="states")
    assert told(archive, "2025-01-02", of="states", default="year")[0] == "2025-01-02"


def test_changes_of_the_first_day_are_no_period_that_ends_before_it_begins(archive):
    first = f"{archive.first_day:%Y-%m-%d}"
    assert told(archive, None, first) == (first, first)


@pytest.mark.parametrize(
    ("ends", "choices", "error", "message"),
    [
        ((None, EARLY), {}, NoDataError, f"no snapshot up to {EARLY}"),
        ((EARLY, EARLY), {}, NoDataError, f"nothing was published from {EARLY} to {EARLY}"),
        ((EARLY, None), {"of": "states"}, NoDataError, f"no snapshot up to {EARLY}"),
        ((GAP_END, None), {}, NoDataError, f"nothing was published from {GAP_END} to {GAP_END}"),
        (("2025-01-03", "2025-01-02"), {}, ValueError, "since=2025-01-03 is after until=2025-01-02"),
    ],
)
def test_what_an_archive_cannot_tell_is_refused(archive, ends, choices, error, message):
    with pytest.raises(error, match=message):
        span_of(archive, *ends, **choices)
