"""One sentence that says what a table or chart shows, and one line of credit: to copy under it."""

from __future__ import annotations

from typing import Any

from tracker.outputs.words.catalogue import words
from tracker.outputs.words.text import instant_text, span_text

SUBJECTS = (
    "advances", "ledger", "totals", "distances to occupied", "distances to contested", "octants",
    "octants to occupied", "octants to contested", "captures", "frontline",
)  # fmt: skip
"""What a caption can be about."""

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "advances": "Change of occupied ground{by}, {period}, km²",
        "ledger": "Changes of occupied and contested ground, {period}",
        "totals": "Occupied and contested ground{by}, {period}, km²",
        "distances to occupied": "Distance to occupied ground, {period}, km",
        "distances to contested": "Distance to contested ground, {period}, km",
        "octants": "Nearest occupied and contested ground by direction, {period}, km",
        "octants to occupied": "Nearest occupied ground by direction, {period}, km",
        "octants to contested": "Nearest contested ground by direction, {period}, km",
        "captures": "Settlements that changed status, {period}",
        "frontline": "Line of contact{by}, {period}, km",
        "none": "",
        "sector": " by sector",
        "ground": " by sector",
        "oblast": " by oblast",
        "state": "{subject}; state of the map {as_of}. Source: {source}.",
        "credit": "Map data: {credit}; computed with frontline-tracker {version}",
    },
    "uk": {
        "advances": "Зміна окупованої території{by}, {period}, км²",
        "ledger": "Зміни окупованої території та сірої зони, {period}",
        "totals": "Окупована територія та сіра зона{by}, {period}, км²",
        "distances to occupied": "Відстань до окупованої території, {period}, км",
        "distances to contested": "Відстань до сірої зони, {period}, км",
        "octants": "Найближча окупована територія та сіра зона за сторонами світу, {period}, км",
        "octants to occupied": "Найближча окупована територія за сторонами світу, {period}, км",
        "octants to contested": "Найближча сіра зона за сторонами світу, {period}, км",
        "captures": "Населені пункти, статус яких змінився, {period}",
        "frontline": "Лінія зіткнення{by}, {period}, км",
        "none": "",
        "sector": " за напрямками",
        "ground": " за напрямками",
        "oblast": " за областями",
        "state": "{subject}; стан мапи {as_of}. Джерело: {source}.",
        "credit": "Дані мапи: {credit}; розраховано у frontline-tracker {version}",
    },
}


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
    words(lang)
    told = _WORDS[lang]
    shown = told[subject].format(by=told[by], period=span_text(*period, lang))
    return told["state"].format(subject=shown, as_of=instant_text(as_of, lang), source=source)


def credit_line(credit: str, version: str, lang: str = "en") -> str:
    """
    Write the line of credit that goes with everything made from a source; what may be published its terms say.

    Examples
    --------
    >>> credit_line("© DeepState (deepstatemap.live)", "0.1.0")
    'Map data: © DeepState (deepstatemap.live); computed with frontline-tracker 0.1.0'
    """
    words(lang)
    return _WORDS[lang]["credit"].format(credit=credit, version=version)
