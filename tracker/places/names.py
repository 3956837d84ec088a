"""Names of settlements: official transliteration, the Ukrainian one among many, and what spellings have in common."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import pairwise

import geopandas as gpd

_LATIN = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщюя",
        "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch iu ia".split(),
        strict=True,
    )
) | {"ь": "", "'": ""}
_LATIN_AT_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}

_APOSTROPHES = re.compile('[’‘ʼ′`´”″"]')
_LOOK_ALIKES = str.maketrans("aceiopxyABCEHIKMOPTX", "асеіорхуАВСЕНІКМОРТХ")
_UKRAINIAN = re.compile("[а-щьюяєіїґ' -]+", re.IGNORECASE)
# What Ukrainian spelling does not allow, and Russian endings (but Zakarpattia does end in -ovo): they come last.
_UNLIKELY = re.compile(
    r"[чшщж]ь|ьск|ь[еи]|[бвгґджзклмнпрстфхцчшщ]ї|'[^яюєї]|([оеи]е|[ьи]я|[ск]кий|[ая]я)\b", re.IGNORECASE
)
_UNLIKELY_ENDING = re.compile(r"([ое]во|ино|[ое]вка|цк|ск)\b")
_LEAST_LIKENESS = 0.6


def transliterate(name_uk: str) -> str:
    """
    Write a Ukrainian name in Latin letters by the official rules (Cabinet of Ministers, resolution 55 of 2010).

    Examples
    --------
    >>> transliterate("Запоріжжя"), transliterate("Згурівка"), transliterate("Слов'янськ"), transliterate("Єнакієве")
    ('Zaporizhzhia', 'Zghurivka', 'Sloviansk', 'Yenakiieve')
    """
    plain = _APOSTROPHES.sub("'", name_uk)
    return re.sub(r"[^\W\d_](?:[^\W\d_]|')*", lambda found: _word_in_latin(found.group()), plain)


def _word_in_latin(word: str) -> str:
    """Transliterate one word, keeping its case."""
    lower = word.lower()
    parts = [_LATIN_AT_START.get(lower[0], _LATIN.get(lower[0], lower[0]))]
    for before, letter in pairwise(lower):
        parts.append("gh" if before + letter == "зг" else _LATIN.get(letter, letter))
    latin = "".join(parts)
    if len(word) > 1 and word.isupper():
        return latin.upper()
    return latin.capitalize() if word[0].isupper() else latin


@functools.lru_cache(maxsize=1 << 17)  # whole gazetteers, asked again for each day and town
def normalised(name: str) -> str:
    """
    Reduce a name to what its spellings have in common: case, apostrophes and the many ways to write й, ї and я aside.

    Examples
    --------
    >>> normalised("Avdiyivka") == normalised("Avdiivka"), normalised("Mar'yinka") == normalised("Marinka")
    (True, True)
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum())
    return re.sub("[yijійиї]+", "i", plain)


def ukrainian_name(main: str, alternates: Iterable[str], *, endings_of_zakarpattia: bool = False) -> str:
    """
    Pick the Ukrainian name out of a bag of alternate names in many languages, as GeoNames keeps them.

    It is the one whose official transliteration agrees with the main name, else the Ukrainian-looking one most like
    it, else "". In Zakarpattia names may end like Russian ones elsewhere.
    """
    best, best_score = "", 0.0
    for name in _in_ukrainian_letters(alternates):
        latin = transliterate(name)
        agrees = normalised(latin) == normalised(main)
        if not agrees and _likeness(normalised(latin), normalised(main)) < _LEAST_LIKENESS:
            continue
        looks_russian = _UNLIKELY.search(name) or (not endings_of_zakarpattia and _UNLIKELY_ENDING.search(name))
        score = 4 * agrees - 5 * bool(looks_russian) + _likeness(latin, main) + 0.01 * sum(map(name.count, "ь'"))
        if not best or score > best_score:
            best, best_score = name, score
    return best


def _in_ukrainian_letters(alternates: Iterable[str]) -> list[str]:
    """List the alternates that are written in the Ukrainian alphabet, with plain apostrophes."""
    names = set()
    for alternate in alternates:
        name = unicodedata.normalize("NFC", alternate.replace("\u0301", "")).strip()
        name = _APOSTROPHES.sub("'", name).replace("' ", "'")
        if re.search("[а-яіїє]", name.lower()):
            name = name.translate(_LOOK_ALIKES)
        if name and _UKRAINIAN.fullmatch(name):
            names.add(name)
    return sorted(names)


def _likeness(name: str, other: str) -> float:
    """Say how much two spellings have in common, 0 to 1."""
    return SequenceMatcher(None, name.lower(), other.lower()).ratio()


NO_SETTLEMENT = ("quarter", "abandoned", "locality")
"""Kinds of place that no one says a front is at: parts of a town, former villages, railway stops."""


def find(places: gpd.GeoDataFrame, name: str | int) -> gpd.GeoDataFrame:
    """
    Find a place by its GeoNames id or its name, in English or Ukrainian.

    The exact name comes before other spellings of it.

    Returns
    -------
    GeoDataFrame
        The rows that it may mean: none, one, or several places of one name.
    """
    text = str(name).strip()
    if not normalised(text):
        return places.iloc[:0]
    if text.isdecimal() and text.isascii():
        return places[places["geonameid"] == int(text)]
    for key in (str.casefold, normalised):
        wanted = key(text)
        found = places[(places["name"].map(key) == wanted) | (places["name_uk"].map(key) == wanted)]
        if len(found):
            return found
    return places.iloc[:0]
