"""
Bring the catalogues of words up to date with the code: `make words`; `--check` only says what is amiss.

Texts are found in Python and in templates by Babel, and merged into `tracker/outputs/words/locale/*.po`, where a
translator fills in what is new; each is then compiled to the `.mo` that the program reads. The files hold no dates,
line numbers or names of files, so that they change only where a text does.
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1] / "tracker"
LOCALE = ROOT / "outputs/words/locale"
_METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract"), ("**.html", "jinja2.ext:babel_extract")]
# Besides gettext's own: what marks a message to be said later, and what talks on stderr.
_KEYWORDS = DEFAULT_KEYWORDS | {"Message": None, "say": None}
# Of a column the second argument is its unit and the third what it means: two texts in one call.
_OF_COLUMNS = ({"Column": (2,)}, {"Column": (3,)})
_OPTIONS = {"**.j2": {"silent": "false"}, "**.html": {"silent": "false"}}


class _Plain(Catalog):
    """A catalogue whose head says nothing that changes from day to day."""

    def __init__(self, locale: str | None = None, **about: Any) -> None:
        super().__init__(locale, fuzzy=False, **about)

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier or "")),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def messages() -> Catalog:
    """Collect every text of the code that can be translated."""
    found = _Plain()
    for keywords in (_KEYWORDS, *_OF_COLUMNS):
        for _, _, text, _, context in extract_from_dir(ROOT, _METHODS, _OPTIONS, keywords=keywords):
            if text:
                found.add(text, context=context)
    return found


def merged(path: Path, texts: Catalog) -> Catalog:
    """Read a language's catalogue and give it exactly the texts that the code has; new ones are without translation."""
    with path.open("rb") as lines:
        known = read_po(lines, locale=path.stem)
    catalogue = _Plain(path.stem, header_comment=f"# The words of frontline-tracker in {known.locale.english_name}.")
    for text in texts:
        old = known.get(text.id, text.context) if text.id else None
        if text.id:
            flags = old.flags & {"fuzzy"} if old else ()
            catalogue.add(text.id, old.string if old else None, flags=flags, context=text.context)
    return catalogue


def written(catalogue: Catalog) -> dict[str, bytes]:
    """Write a catalogue as the two files that stand for it: suffix → bytes."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, no_location=True, sort_output=True, width=110)
    write_mo(mo, catalogue)
    return {".po": po.getvalue(), ".mo": mo.getvalue()}


def faults(catalogue: Catalog) -> Iterator[str]:
    """Say which messages are not translated, only guessed (fuzzy), or have other placeholders than the English."""
    for message in catalogue:
        texts = message.id if message.pluralizable else (message.id,)
        told = message.string if message.pluralizable else (message.string,)
        if not message.id:
            continue
        if not all(told):
            yield f"not translated: {texts[0]!r}"
        elif message.fuzzy:
            yield f"fuzzy: {texts[0]!r}"
        elif any(_fields(text) != _fields(texts[-1]) for text in told):
            yield f"other placeholders: {texts[0]!r} → {told[0]!r}"


def _fields(text: str) -> set[str]:
    """Name the placeholders of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def main(check: bool = False) -> int:
    """Write the files, or only compare them, and list what is amiss."""
    texts, amiss = messages(), []
    for path in sorted(LOCALE.glob("*.po")):
        catalogue = merged(path, texts)
        amiss += [f"{path.name}: {fault}" for fault in faults(catalogue)]
        for suffix, data in written(catalogue).items():
            made = path.with_suffix(suffix)
            if check and (not made.exists() or made.read_bytes() != data):
                amiss.append(f"{made.name} is stale: run `make words`")
            elif not check:
                made.write_bytes(data)
    print("\n".join(amiss) or f"{len(texts)} texts, all translated")
    return bool(amiss)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
