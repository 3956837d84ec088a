// The day that is shown: it stays within the maps, and what is told follows it.
import assert from "node:assert/strict";
import test from "node:test";
import {daysOf, distancesOn} from "../../tracker/outputs/page/scripts/days.js";
import {useWords} from "../../tracker/outputs/page/scripts/text.js";
import {viewOf} from "../../tracker/outputs/page/scripts/view.js";
import {fixture} from "./fixtures.mjs";

const {statuses, stale_days: staleDays, lengths, on, written} = fixture("chronicle");
const ground = {ground: "north", names: [["", "2025-01-09", "Old"], ["2025-01-10", "", "New"]]};
const grounds = [ground, {ground: "elsewhere", names: []}], captures = [[1, 5, 0, 2], [4, 6, 2, 0]];
const time = {...written, last: on, grounds, sums: [], captures};

function made(shown = new Set(["changes_7"]), other = null) {
  useWords({elsewhere: "Elsewhere"}, "en");
  const data = {statuses, stale_days: staleDays, ages: lengths.map((length) => [length, ""]), time, other};
  return daysOf(data, (name) => shown.has(name));
}

test("opens with the last day", () => {
  const days = made();
  assert.deepEqual([days.day(), days.since(), days.swipe(), days.playing()], ["2025-01-31", null, false, false]);
});

test("days that the map does not have change nothing", () => {
  const days = made(), told = [];
  days.onChange(({day}) => told.push(day));
  for (const wrong of ["2024-12-31", "2025-02-01", "2025-01-32", "soon", ""]) assert.equal(days.setDay(wrong), false);
  assert.equal(days.setSince("2024-12-31"), false);
  assert.deepEqual(told, []);
  assert.equal(days.setDay("2025-01-01"), true);
  assert.deepEqual(told, [0]);
});

test("the earlier day never passes the later one", () => {
  const days = made();
  days.setSince("2025-01-20");
  days.setDay("2025-01-10");
  assert.equal(days.since(), "2025-01-10");
  days.setDay("2025-01-31");
  assert.equal(days.since(), "2025-01-10");
  days.setSince("2025-01-31");
  days.setSwipe(true);
  assert.equal(days.swipe(), true);
  days.setSince(null);
  assert.equal(days.swipe(), false, "there is no swipe without an earlier day");
  days.setSwipe(true);
  assert.equal(days.swipe(), false);
});

test("a comparison begins with the window that is on, else with the longest", () => {
  const cases = [[["changes_7"], "2025-01-24"], [["changes_1", "changes_7"], "2025-01-24"], [[], "2025-01-01"]];
  for (const [shown, since] of cases) {
    const days = made(new Set(shown));
    days.setCompared(true);
    assert.equal(days.since(), since);
    days.setCompared(false);
    assert.equal(days.since(), null);
  }
});

test("the period is the window that is on, or what lies between the two days", () => {
  const days = made(new Set(["changes_1"])), ids = () => days.captures().map(([, id]) => id);
  assert.equal(days.period().length, 1);
  assert.deepEqual(ids(), [6]);
  days.setSince("2025-01-01");
  assert.equal(days.period().start, 0);
  assert.deepEqual(ids(), [5, 6]);
  days.setDay("2025-01-25");
  assert.deepEqual(ids(), [5]);
});

test("grounds have the names of the day", () => {
  const days = made();
  assert.deepEqual([0, 1, -1].map(days.nameOf), ["New", "Elsewhere", "Elsewhere"]);
  days.setDay("2025-01-05");
  assert.equal(days.nameOf(0), "Old");
});

test("another source counts its own days", () => {
  const other = {...written, first: "2025-01-11"}, days = made(new Set(), other);
  assert.equal(days.otherStatuses(9), null, "the tenth is before its first map");
  assert.deepEqual(days.otherStatuses(10), days.own.statuses(0));
  assert.deepEqual(days.otherStatuses(29), days.own.statuses(1));
});

test("the distances of a town are the last that are known", () => {
  const town = {days: {occupied: [[0, 0, 90, 1, 95, 2], [10, 0, 50, 1, 55, 2]], contested: [[5, 0, 20, 3, 25, 3]]}};
  assert.deepEqual(distancesOn(town, 4), [["occupied", 0, 90, 1, 95, 2]]);
  assert.deepEqual(distancesOn(town, 30), [["occupied", 0, 50, 1, 55, 2], ["contested", 0, 20, 3, 25, 3]]);
  assert.deepEqual(distancesOn({days: {}}, 30), []);
});

test("the view shows and hides layers, and tells of each change", () => {
  const shown = new Set(["a"]), heard = [], days = made();
  const layer = (name) => ({addTo: () => shown.add(name), remove: () => shown.delete(name)});
  const view = viewOf(null, days, ["a", "b"], layer, (name) => shown.has(name));
  view.setLayers(["b", "unknown"]);
  assert.deepEqual(view.layers(), ["b"]);
  view.onChange(() => heard.push(view.day()));
  view.setDay("2025-01-02");
  view.changed();
  assert.deepEqual(heard, ["2025-01-02", "2025-01-02"]);
});

test("the view of a map of one day has no days", () => {
  const view = viewOf(null, null, [], null, null);
  assert.deepEqual([view.day(), view.since(), view.swipe(), view.setDay("2025-01-01")], [null, null, false, false]);
});
