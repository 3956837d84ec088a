"""The catalogue of words: complete, fresh, and the same sentence in every language."""

import pytest
import words as made

from tracker.outputs.words.catalogue import LOCALE, languages, words
from tracker.outputs.words.text import month_names, month_text


@pytest.fixture(scope="module")
def texts():
    return made.messages()


@pytest.mark.parametrize("path", sorted(LOCALE.glob("*.po")), ids=lambda path: path.stem)
def test_every_text_is_translated_with_its_placeholders_and_compiled(path, texts):
    catalogue = made.merged(path, texts)
    assert not list(made.faults(catalogue))
    for suffix, data in made.written(catalogue).items():
        assert path.with_suffix(suffix).read_bytes() == data, "run `make words`"


@pytest.mark.parametrize(
    ("msgid", "msgstr", "fault"),
    [
        ("On {day}", "", "not translated"),
        ("On {day}", "Станом на {tag}", "other placeholders"),
        (("{n} day", "{n} days"), ("{n} день", "{n} дні", ""), "not translated"),
        (("{n} day", "{n} days"), ("{n} день", "дні", "{n} днів"), "other placeholders"),
    ],
)
def test_a_fault_of_a_catalogue_is_found(msgid, msgstr, fault):
    catalogue = made._Plain("uk")
    catalogue.add(msgid, msgstr)
    assert [found.split(":")[0] for found in made.faults(catalogue)] == [fault]


def test_a_guess_is_no_translation():
    catalogue = made._Plain("uk")
    catalogue.add("Sectors", "Напрямки", flags=["fuzzy"])
    assert list(made.faults(catalogue)) == ["fuzzy: 'Sectors'"]


def test_a_new_text_has_no_translation_yet_and_an_old_one_goes(texts, tmp_path):
    path = tmp_path / "uk.po"
    old = made._Plain("uk")
    old.add("Sectors", "Напрямки")
    old.add("no longer said", "більше не кажуть")
    path.write_bytes(made.written(old)[".po"])
    merged = made.merged(path, texts)
    assert merged["Sectors"].string == "Напрямки"
    assert merged.get("no longer said") is None
    assert "not translated: 'Oblasts'" in list(made.faults(merged))


def test_an_unknown_language_is_refused_with_those_that_there_are():
    assert languages() == ["en", "uk"]
    with pytest.raises(ValueError, match="lang='xx' is not one of en, uk"):
        words("xx")


@pytest.mark.parametrize("lang", languages())
def test_lists_in_one_text_have_all_their_parts(lang):
    told = words(lang)
    assert len(set(month_names(lang))) == 12
    assert len({month_text(f"2025-{month:02}-01", lang) for month in range(1, 13)}) == 12
    assert len(told.gettext("Mon Tue Wed Thu Fri Sat Sun").split()) == 7
    assert len(told.gettext("N NE E SE S SW W NW").split()) == 8
    assert len(told.gettext("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()) == 12
