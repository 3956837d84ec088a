// Which places are meant by what was typed, in either alphabet and in whatever spelling.
//
// Spellings that are one name to Python (`normalised`, `transliterate`) are one here; tests/fixtures/names.json holds
// both to that.
import {flatDistance} from "./geodesy.js";

// Ranks of settlements, as in map_places.py: 0 a big city, 1 a city, 2 a town, 3 a village.
const TOWN = 2, VILLAGE = 3;
const SHORTEST_INSIDE = 3; // letters that are looked for inside a name

// The official transliteration, as in `transliterate`: so names are found in either alphabet.
const LATIN = Object.fromEntries(Array.from("абвгґдеєжзиіклмнопрстуфхцчшщюяыэьъ", (letter, i) => [
  letter,
  "a b v h g d e ie zh z y i k l m n o p r s t u f kh ts ch sh shch iu ia y e".split(" ")[i] || "",
]));

// Reduce a name to what its spellings have in common: words without accents, apostrophes and doubled letters, and with
// one letter for i, y and j and for g and h, which spellings mix.
export function folded(name) {
  const plain = name.normalize("NFKD").toLowerCase().replace(/[\p{M}'’‘ʼ′`´ʹ]/gu, "");
  return plain
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .replace(/[а-яґєії]/g, (letter) => LATIN[letter] ?? letter)
    .replace(/[yij]+/g, "i")
    .replace(/g/g, "h")
    .replace(/(.)\1+/g, "$1");
}

// What can be searched: settlements, the most important first; the towns of the map count as towns at least.
export function placesOf({towns, settlements}) {
  const ids = new Set(towns.map((town) => town.id)), known = new Set(settlements.map((row) => row[4]));
  const others = towns.filter((town) => !known.has(town.id)).map((town) => [...town.at, town.name, TOWN, town.id]);
  return [...others, ...settlements].map(([lat, lon, name, rank, id]) => {
    const words = folded(name), order = ids.has(id) ? Math.min(rank, TOWN) : rank;
    return {at: [lat, lon], name, rank: order, words: " " + words, solid: words.replace(/ /g, "")};
  });
}

// How well a place fits, less is better; null where it does not. What is very short must begin a word.
function howFits({solid: name, words}, query, solid) {
  if (name === solid) return -9; // before all others, whatever their rank
  if (name.startsWith(solid)) return 0;
  if (words.includes(" " + query)) return 1;
  return solid.length >= SHORTEST_INSIDE && name.includes(solid) ? 2 : null;
}

// Places for what was typed, the best first: one of that very name, then those that begin with it, those with a word
// that does, those that hold it, important places before others. Of villages the nearest to the view comes first.
export function matching(places, typed, centre) {
  const query = folded(typed), solid = query.replace(/ /g, ""), found = [];
  for (const place of solid ? places : []) {
    const how = howFits(place, query, solid);
    if (how === null) continue;
    found.push({place, order: how + place.rank, away: place.rank < VILLAGE ? 0 : flatDistance(centre, place.at)});
  }
  return found.sort((one, other) => one.order - other.order || one.away - other.away).map(({place}) => place);
}

// Villages share names: each is told apart by the nearest town. Null for what is none, or where there is no town.
export function nearestTown(place, places) {
  let least = Infinity, nearest = null;
  for (const town of place.rank < VILLAGE ? [] : places) {
    const away = town.rank < VILLAGE ? flatDistance(town.at, place.at) : Infinity;
    if (away < least) [least, nearest] = [away, town];
  }
  return nearest;
}
