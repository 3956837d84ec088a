"""One sentence that says what a table or chart shows, and one line of credit: to copy under it."""

from __future__ import annotations

from typing import Any

from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import instant_text, span_text
from tracker.tables.messages import N_

_SUBJECTS = {
    "advances": N_("Change of occupied ground{by}, {period}, km²"),
    "ledger": N_("Changes of occupied and contested ground, {period}"),
    "totals": N_("Occupied and contested ground{by}, {period}, km²"),
    "distances to occupied": N_("Distance to occupied ground, {period}, km"),
    "distances to contested": N_("Distance to contested ground, {period}, km"),
    "octants": N_("Nearest occupied and contested ground by direction, {period}, km"),
    "octants to occupied": N_("Nearest occupied ground by direction, {period}, km"),
    "octants to contested": N_("Nearest contested ground by direction, {period}, km"),
    "captures": N_("Settlements that changed status, {period}"),
    "frontline": N_("Line of contact{by}, {period}, km"),
}
SUBJECTS = tuple(_SUBJECTS)
"""What a caption can be about."""

_BY = {"sector": N_(" by sector"), "ground": N_(" by sector"), "oblast": N_(" by oblast")}


def caption(
    subject: str, period: tuple[Any, Any], as_of: Any, *, source: str, by: str = "none", lang: str = "en"
) -> str:
    """
    Say in one sentence what a table or chart shows.

    Parameters
    ----------
    subject
        One of `SUBJECTS`.
    period
        The first and the last Kyiv day, both inclusive.
    as_of
        When the last map behind the figures was published.
    source
        The source as a reader knows it; with its mark where it has one.
    by
        How the rows are split: none, sector, ground, oblast.
    lang
        en or uk.

    Raises
    ------
    ValueError
        For an unknown subject or language.

    Examples
    --------
    >>> as_of = "2025-01-31T20:25:39Z"
    >>> caption("advances", ("2025-01-01", "2025-01-31"), as_of, source="DeepState", by="sector")
    'Change of occupied ground by sector, 1–31 January 2025, km²; state of the map 31 January 2025, 22:25 Kyiv. Source: DeepState.'
    """  # noqa: E501 (the answer of the example is one line)
    if subject not in SUBJECTS:
        raise ValueError(f"subject={subject!r} is not one of {', '.join(SUBJECTS)}")
    _ = words(lang).gettext
    shown = _(_SUBJECTS[subject]).format(by="" if by == "none" else _(_BY[by]), period=span_text(*period, lang))
    told = _("{subject}; state of the map {as_of}. Source: {source}.")
    return told.format(subject=shown, as_of=instant_text(as_of, lang), source=source)


def credit_line(credit: str, version: str, lang: str = "en") -> str:
    """
    Write the line of credit that goes with everything made from a source; what may be published its terms say.

    Examples
    --------
    >>> credit_line("© DeepState (deepstatemap.live)", "0.1.0")
    'Map data: © DeepState (deepstatemap.live); computed with frontline-tracker 0.1.0'
    """
    told = words(lang).gettext("Map data: {credit}; computed with frontline-tracker {version}")
    return told.format(credit=credit, version=version)
