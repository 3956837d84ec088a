"""
The catalogue of words: gettext, with the English text as the key.

`locale/uk.po` holds the Ukrainian of every text that a page, a figure, a table's notes or a remark on stderr can say;
`make words` brings it up to date with the code and compiles it to `uk.mo`, which is what is read here. A new language
is a new file `locale/xx.po`. The messages of exceptions and `--help` stay English: they are for whoever runs the
program, are looked up on the web, and scripts match them.
"""

from __future__ import annotations

import functools
import gettext
from pathlib import Path

from tracker.tables.messages import Message

LOCALE = Path(__file__).parent / "locale"


def languages() -> list[str]:
    """List the languages that there are: English, and one for each compiled catalogue."""
    return ["en", *sorted(path.stem for path in LOCALE.glob("*.mo"))]


@functools.cache
def words(lang: str) -> gettext.NullTranslations:
    """
    Give the words of a language: an object with `gettext`, `ngettext` and `pgettext`, which take the English text.

    Raises
    ------
    ValueError
        For a language that is none of `languages`.

    Examples
    --------
    >>> words("en").gettext("Sectors"), words("uk").gettext("Sectors")
    ('Sectors', 'Напрямки')
    """
    if lang not in languages():
        raise ValueError(f"lang={lang!r} is not one of {', '.join(languages())}")
    if lang == "en":
        return gettext.NullTranslations()
    with (LOCALE / f"{lang}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def translated(text: str, lang: str) -> str:
    """Say a message in a language; any other text stays as it is."""
    return text.told(words(lang).gettext) if isinstance(text, Message) else text
