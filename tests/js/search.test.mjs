// Which places are meant by what is typed: names that are one to Python are one here.
import assert from "node:assert/strict";
import test from "node:test";
import {folded, matching, nearestTown, placesOf} from "../../tracker/outputs/page/scripts/search.js";
import {fixture} from "./fixtures.mjs";

const {spellings, different, settlements, found} = fixture("names");
const CENTRE = [48.5, 37.5];

// Settlements as the page gets them: [lat, lon, name, rank, id].
function placesNamed(...rows) {
  return placesOf({towns: [], settlements: rows.map(([name, rank, at], id) => [...(at || CENTRE), name, rank, id])});
}

const search = (places, typed) => matching(places, typed, CENTRE).map((place) => place.name);

test("both alphabets find the same", () => {
  assert.ok(spellings.length > 1000);
  for (const [name, ...others] of spellings) {
    for (const other of others) assert.equal(folded(other), folded(name), `${name}, ${other}`);
  }
});

test("other names are others", () => {
  for (const [one, other] of different) assert.notEqual(folded(one), folded(other));
});

test("what Python finds by a name comes first", () => {
  const places = placesOf({towns: [], settlements});
  const idOf = new Map(settlements.map((row) => [row.slice(0, 2).join(), row[4]]));
  for (const [typed, ids] of found) {
    const first = matching(places, typed, CENTRE).filter((place) => folded(place.name) === folded(typed));
    const answer = matching(places, typed, CENTRE).slice(0, first.length).map((place) => idOf.get(place.at.join()));
    for (const id of ids) assert.ok(answer.includes(id), `${typed}: ${id} is not among ${answer}`);
  }
});

test("the very name comes first; what begins so, and what is important, before the rest", () => {
  const places = placesNamed(
    ["New Lyman", 3], ["Lymanske", 1], ["Lyman", 3], ["Lymanivka", 3], ["Lyman Druhyi", 2], ["Solyman", 1],
  );
  assert.deepEqual(search(places, "lyman"), ["Lyman", "Lymanske", "Lyman Druhyi", "Lymanivka", "Solyman", "New Lyman"]);
  assert.deepEqual(search(places, "  "), []);
  assert.deepEqual(search(places, "yman").length, 6, "three letters may stand anywhere");
  assert.deepEqual(search(places, "ma"), [], "two must begin a word");
});

test("of villages of one name the nearest to the view comes first", () => {
  const places = placesNamed(["Ivanivka", 3, [49, 30]], ["Ivanivka", 3, [48.6, 37.4]], ["Ivanivka", 3, [48, 35]]);
  assert.deepEqual(matching(places, "ivanivka", CENTRE).map(({at}) => at[1]), [37.4, 35, 30]);
});

test("towns that have distances count as towns, also where they are no settlements of the page", () => {
  const towns = [{id: 7, at: [48, 37], name: "Seven"}, {id: 1, at: [48, 38], name: "One"}];
  const places = placesOf({towns, settlements: [[48, 38, "One", 3, 1], [48, 39, "Two", 3, 2]]});
  assert.deepEqual(places.map(({name, rank}) => [name, rank]), [["Seven", 2], ["One", 2], ["Two", 3]]);
});

test("a village is told by its nearest town", () => {
  const others = [["Far", 1, [50, 30]], ["Near", 2, [48.4, 37.6]], ["Hamlet", 3, [48.45, 37.5]]];
  const places = placesNamed(others[0], others[1], ["Village", 3], others[2]);
  assert.equal(nearestTown(places[2], places).name, "Near");
  assert.equal(nearestTown(places[0], places), null);
  assert.equal(nearestTown(places[2], [places[2]]), null);
});
