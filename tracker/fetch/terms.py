"""Whose terms a house has accepted: nothing is fetched from anyone before that."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.files import write_whole

_COLUMNS = ["name", "terms_url", "accepted_at"]


@dataclass(frozen=True)
class Terms:
    """What a publisher asks of those who use its data; `name` is that of the source or the kind of reference data."""

    name: str
    credit: str
    licence: str
    terms_url: str


def require_terms(archive: Path, terms: Terms, *, accept: bool, house: Iterable[str], now: datetime) -> None:
    """
    Go on only where the terms are accepted: by the house's settings, by this command, or by an earlier one.

    Parameters
    ----------
    archive
        Where acceptances are remembered: `ARCHIVE/accepted_terms.csv`, with their date. Terms at another address are
        other terms.
    terms
        The terms.
    accept
        Whether they are accepted now, and to be remembered.
    house
        Names whose terms the house has accepted by its settings.
    now
        The time.

    Raises
    ------
    ValueError
        If they are not accepted: it shows them, and says how to accept them.
    """
    path = archive / "accepted_terms.csv"
    known = _read(path)
    remembered = any((row["name"], row["terms_url"]) == (terms.name, terms.terms_url) for row in known)
    if accept and not remembered:
        row = {"name": terms.name, "terms_url": terms.terms_url, "accepted_at": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
        _write(path, [*known, row])
    if not accept and not remembered and terms.name not in set(house):
        raise ValueError(
            f"{terms.name}: nothing is fetched before its terms are accepted.\n"
            f"  Credit:  {terms.credit}\n"
            f"  Licence: {terms.licence}\n"
            f"  Terms:   {terms.terms_url}\n"
            "Read them; if you may use the data, add --accept-terms (this archive remembers it), or put\n"
            f'accept_terms = ["{terms.name}"] into tracker.toml.'
        )


def _read(path: Path) -> list[dict[str, str]]:
    """Read what was accepted; a file that is not that is no acceptance."""
    if not path.is_file():
        return []
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8", errors="replace")))
    return [{column: row.get(column) or "" for column in _COLUMNS} for row in rows]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write what is accepted, whole."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())
