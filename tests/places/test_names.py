"""Names: the official transliteration, and what spellings have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.places.names import normalised, transliterate, ukrainian_name

# The examples of the Cabinet of Ministers' resolution 55 of 27 January 2010, letter by letter.
OFFICIAL = """
Алушта Alushta | Андрій Andrii | Борщагівка Borshchahivka | Борисенко Borysenko | Вінниця Vinnytsia
Володимир Volodymyr | Гадяч Hadiach | Богдан Bohdan | Згурський Zghurskyi | Ґалаґан Galagan | Ґорґани Gorgany
Донецьк Donetsk | Дмитро Dmytro | Рівне Rivne | Олег Oleh | Есмань Esman | Єнакієве Yenakiieve | Гаєвич Haievych
Короп'є Koropie | Житомир Zhytomyr | Жанна Zhanna | Жежелів Zhezheliv | Закарпаття Zakarpattia
Казимирчук Kazymyrchuk | Медвин Medvyn | Михайленко Mykhailenko | Іванків Ivankiv | Іващенко Ivashchenko
Їжакевич Yizhakevych | Кадиївка Kadyivka | Мар'їне Marine | Йосипівка Yosypivka | Стрий Stryi | Олексій Oleksii
Київ Kyiv | Коваленко Kovalenko | Лебедин Lebedyn | Леонід Leonid | Миколаїв Mykolaiv | Маринич Marynych
Ніжин Nizhyn | Наталія Nataliia | Одеса Odesa | Онищенко Onyshchenko | Полтава Poltava | Петро Petro
Решетилівка Reshetylivka | Рибчинський Rybchynskyi | Суми Sumy | Соломія Solomiia | Тернопіль Ternopil
Троць Trots | Ужгород Uzhhorod | Уляна Uliana | Фастів Fastiv | Філіпчук Filipchuk | Харків Kharkiv | Христина Khrystyna
Стеценко Stetsenko | Чернівці Chernivtsi | Шевченко Shevchenko | Шостка Shostka
Кишеньки Kyshenky | Щербухи Shcherbukhy | Гоща Hoshcha | Гаращенко Harashchenko | Юрій Yurii | Корюківка Koriukivka
Яготин Yahotyn | Ярошенко Yaroshenko | Костянтин Kostiantyn | Знам'янка Znamianka | Феодосія Feodosiia
Згорани Zghorany | Розгон Rozghon | Запоріжжя Zaporizhzhia
"""
PAIRS = [pair.strip().split() for pair in OFFICIAL.replace("\n", "|").split("|") if pair.strip()]


@pytest.mark.parametrize(("name_uk", "name"), PAIRS)
def test_transliteration_by_the_official_examples(name_uk, name):
    assert transliterate(name_uk) == name


@pytest.mark.parametrize(
    ("name_uk", "name"),
    [
        ("", ""),
        ("КИЇВ", "KYIV"),
        ("ЩОРС", "SHCHORS"),
        ("Я", "Ya"),
        ("київ", "kyiv"),
        ("Івано-Франківськ", "Ivano-Frankivsk"),
        ("Велика Новосілка", "Velyka Novosilka"),
        ("Зелений Гай", "Zelenyi Hai"),
        ("Біла Церква", "Bila Tserkva"),
        ("Нью-Йорк", "Niu-York"),
        ("Новоєгорівка 2", "Novoiehorivka 2"),
        ("Pokrovsk", "Pokrovsk"),
    ],
)
def test_transliteration_of_cases_and_compounds(name_uk, name):
    assert transliterate(name_uk) == name


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ", "`", "′"])
def test_the_apostrophe_is_left_out_however_it_is_typed(apostrophe):
    assert transliterate(f"Слов{apostrophe}янськ") == "Sloviansk"


@given(st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", max_size=20))
def test_transliterated_words_are_plain_latin(word):
    assert transliterate(word).isascii()


SAME = [
    ("Avdiyivka", "Avdiivka"),
    ("Mar'yinka", "Marinka"),
    ("Mar’inka", "Marinka"),
    ("POKROVSK", "pokrovsk"),
    ("Velyka Novosilka", "Velyka-Novosilka"),
    ("Новоєгорівка", "новоєгорівка"),
    ("Слов'янськ", "Слов’янськ"),
    ("Kyiv", "Kyyiv"),
    ("Café", "Cafe"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_agree(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Pokrovsk", "Pokrovske"), ("Toretsk", "Torske"), ("Часів Яр", "Chasiv Yar")]
)
def test_different_names_stay_different(one, other):
    assert normalised(one) != normalised(other)


@given(st.text(max_size=30))
def test_normalised_is_idempotent_and_blind_to_case(name):
    assert normalised(normalised(name)) == normalised(name)
    assert " " not in normalised(name)


@pytest.mark.parametrize(
    ("main", "alternates", "expected"),
    [
        ("Pokrovsk", ["Pokrovsk", "Покровск", "Покровськ", "Krasnoarmeysk"], "Покровськ"),
        ("Kurakhove", ["Курахово", "Курахове"], "Курахове"),
        ("Sloviansk", ["Славянск", "Слов’янськ", "Slawjansk"], "Слов'янськ"),
        ("Pokrovsk", [], ""),
        ("Pokrovsk", ["ポクロフスク", "Pokrowsk"], ""),
        ("Pokrovsk", ["Київ"], ""),
    ],
)
def test_the_ukrainian_name_among_many(main, alternates, expected):
    assert ukrainian_name(main, alternates) == expected
