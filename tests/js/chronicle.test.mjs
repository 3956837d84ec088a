// What the maps say of places and regions: what the page reads is what Python wrote.
import assert from "node:assert/strict";
import test from "node:test";
import {chronicle, numbersIn, readChains, readHistories} from "../../tracker/outputs/page/scripts/chronicle.js";
import {among, bordersOf, nearestOn, pointsOf, ringsOf} from "../../tracker/outputs/page/scripts/rings.js";
import {windowsOf} from "../../tracker/outputs/page/scripts/windows.js";
import {fixture, near} from "./fixtures.mjs";

const {statuses, stale_days: staleDays, lengths, on, written, points, areas_deg2: areas} = fixture("chronicle");
const OCCUPIED = statuses.indexOf("occupied");
const source = chronicle(written, OCCUPIED), {chains} = source;
const windows = windowsOf(written.days, lengths, staleDays);
const OFF_DEG2 = 5e-6; // 0.04 km²: what is straight in metres is not quite so in degrees
const placeOf = ([lat, lng]) => ({lat, lng});
const numberAt = (at) => source.histories.indexOf(source.historyAt(placeOf(at)));

function areaOf(rings) {
  let area = 0;
  for (const ring of rings) {
    ring.forEach(([x, y], i) => {
      const [x1, y1] = ring[(i + 1) % ring.length];
      area += (x * y1 - x1 * y) / 2;
    });
  }
  return area;
}

test("numbers of any size and sign", () => {
  // zigzag and seven bits a byte: 0, -1, 1, 63, -64, 64, -65, 2^30, -2^31
  const bytes = [0, 1, 2, 126, 127, 128, 1, 129, 1, 128, 128, 128, 128, 8, 255, 255, 255, 255, 15];
  const found = [...numbersIn(btoa(String.fromCharCode(...bytes)))];
  assert.deepEqual(found, [0, -1, 1, 63, -64, 64, -65, 2 ** 30, -(2 ** 31)]);
  assert.deepEqual([...numbersIn("")], []);
});

test("a source without any line", () => {
  const empty = readChains("", 5);
  assert.deepEqual([empty.count, empty.nodes], [0, 0]);
  assert.deepEqual(readHistories(""), []);
  assert.equal(nearestOn(empty, [], [48, 37]), null);
});

test("the status of places at each step", () => {
  for (const {at, statuses: expected} of points) {
    const number = numberAt(at);
    assert.deepEqual(expected.map((_, step) => (number < 0 ? 0 : source.statuses(step)[number])), expected, String(at));
  }
});

test("statuses that were forgotten are read again", () => {
  const first = [...source.statuses(0)];
  for (let step = -20; step < 20; step++) source.statuses(step);
  assert.deepEqual([...source.statuses(0)], first);
});

test("how long ago places changed hands", () => {
  const ages = source.ages(on, windows);
  assert.ok(new Set(ages).size > 4, "the world has gains and losses of several ages");
  for (const {at, age} of points) {
    const number = numberAt(at);
    assert.equal(number < 0 ? 0 : ages[number], age, String(at));
  }
});

test("what differs between two days", () => {
  for (const [since, day] of [[0, on], [0, 19], [19, 29], [24, 30], [30, 30]]) {
    const differs = source.between(since, day), start = source.stepOn(since), end = source.stepOn(day);
    for (const {at, statuses: held} of points) {
      const [was, is] = [held[start] === OCCUPIED, held[end] === OCCUPIED], number = numberAt(at);
      assert.equal(number < 0 ? 0 : differs[number], Number(is) - Number(was), `${at}, ${since} – ${day}`);
    }
  }
});

test("changes that do not count are none", () => {
  const histories = [[{step: 0, status: 0, counts: false}, {step: 1, status: 2, counts: false}]];
  const silent = chronicle({...written, histories: btoa(String.fromCharCode(0, 2, 1, 4))}, OCCUPIED);
  assert.deepEqual(silent.histories, histories);
  assert.deepEqual([...silent.ages(on, windows)], [0]);
  assert.deepEqual([...silent.between(0, on)], [0]);
});

test("rings hold the area of the maps, with their holes", () => {
  areas.forEach((expected, step) => {
    expected.forEach((area, i) => {
      const rings = pointsOf(chains, among(source.statuses(step), i + 1));
      near(areaOf(rings), area, OFF_DEG2, `${statuses[i + 1]} at step ${step}`);
    });
  });
});

test("rings are closed, and each border is walked once", () => {
  const values = source.statuses(1), inside = among(values, OCCUPIED), borders = bordersOf(chains, values);
  const rings = ringsOf(chains, inside), walked = rings.flat().map((number) => (number < 0 ? ~number : number));
  assert.deepEqual([...walked].sort((a, b) => a - b), bordersOf(chains, inside));
  assert.deepEqual(ringsOf(chains, inside, borders).flat().length, walked.length, "more borders make no other rings");
  const [from, to] = [(n) => (n < 0 ? chains.to[~n] : chains.from[n]), (n) => (n < 0 ? chains.from[~n] : chains.to[n])];
  for (const ring of rings) ring.forEach((number, i) => assert.equal(to(number), from(ring[(i + 1) % ring.length])));
  assert.deepEqual(ringsOf(chains, among(values, 9)), []);
});

test("the nearest ground of a region lies on its border", () => {
  const inside = among(source.statuses(0), OCCUPIED), ends = pointsOf(chains, inside).flat();
  for (const {at} of points.slice(0, 20)) {
    const [lat, lon] = nearestOn(chains, inside, at), wide = Math.cos((at[0] * Math.PI) / 180);
    const away = Math.hypot(lat - at[0], (lon - at[1]) * wide);
    for (const [x, y] of ends) assert.ok(away <= Math.hypot(y - at[0], (x - at[1]) * wide) + 1e-12);
  }
  const corner = ends[0];
  const found = nearestOn(chains, inside, [corner[1], corner[0]]);
  near(found[0], corner[1], 1e-9);
  near(found[1], corner[0], 1e-9);
});
