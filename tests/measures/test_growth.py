"""What must not grow with the archive: a day's product reads the same months, however many lie before them."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner
from worlds import history_of, square

from tracker import files
from tracker.archive import store
from tracker.archive.ingest import manifest_lines
from tracker.archive.store import add, judge
from tracker.cli import cli

LAST = pd.Timestamp("2025-06-20T12:00Z")


def archive_of(folder, months):
    """Make an archive of a map a week, up to the same last day; the front moves a little each week."""
    instants = pd.date_range(end=LAST, periods=round(months * 30.4 / 7), freq="7D")
    weeks = [(LAST - at).days // 7 for at in instants]
    control = history_of({at: square(0, 0, 20 - week / 50) for at, week in zip(instants, weeks, strict=True)})
    raw = folder.with_suffix(".geojson")
    raw.write_text(f"{months} months")
    add(folder, control, manifest_lines(control, raw, retrieved_at=LAST))
    assert judge(folder, "deepstate")["fault"].isna().all()
    return folder


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archives")
    return {months: archive_of(folder / str(months), months) for months in (5, 30)}


def opened_by(monkeypatch, *arguments):
    """Run a command; tell which months' files it opened, how often, and how many bytes that were."""
    opened, real = [], files.read_whole

    def read_whole(path):
        opened.append((path.stem, path.stat().st_size))
        return real(path)

    with monkeypatch.context() as patched:
        patched.setattr(store, "read_whole", read_whole)
        result = CliRunner().invoke(cli, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return opened


def test_the_daily_product_opens_the_same_months_of_a_short_and_of_a_long_archive(archives, monkeypatch, tmp_path):
    opened, files = {}, {}
    for months, archive in archives.items():
        out = tmp_path / str(months)
        opened[months] = opened_by(monkeypatch, "daily", "--archive", archive, "--out", out)
        files[months] = {path.name: path.read_bytes() for path in out.iterdir()}
    assert {name for name, _ in opened[30]} <= {"2025-03", "2025-04", "2025-05", "2025-06"}, "of 30 months"
    assert opened[5] == opened[30]
    tables = ["changes.geojson", "distances.csv", "bulletin.json", "figure.png"]
    assert [files[5][name] for name in tables] == [files[30][name] for name in tables]


@pytest.mark.parametrize(
    ("command", "most"),
    [
        (["advances", "--since", "2025-06-10", "--by", "none"], 2),
        (["distances", "--town", "Pokrovsk", "--on", "2025-06-20"], 4),
        (["totals", "--on", "2025-06-20"], 1),
        (["sources"], 0),
        (["check"], 0),
    ],
)
def test_a_command_opens_the_months_it_needs(archives, monkeypatch, command, most):
    opened = {months: opened_by(monkeypatch, *command, "--archive", path) for months, path in archives.items()}
    assert len({name for name, _ in opened[30]}) <= most
    assert opened[5] == opened[30]
