// Days as numbers and as dates.
import assert from "node:assert/strict";
import test from "node:test";
import {dayOf, isoOf, stepOn} from "../../tracker/outputs/page/scripts/calendar.js";

test("days and dates go back and forth, over leap days and changes of the clock", () => {
  for (let day = -400; day < 1200; day++) assert.equal(dayOf("2024-01-31", isoOf("2024-01-31", day)), day);
  assert.equal(isoOf("2024-02-28", 1), "2024-02-29");
});

test("what is no day has no number", () => {
  for (const wrong of ["today", "", "2025-13-01", "2024-12-32", "2025-02-30", "2025-01-06T00:00", "2025-1-6", null]) {
    assert.ok(Number.isNaN(dayOf("2024-12-01", wrong)), wrong);
  }
});

test("the map that holds on a day", () => {
  const days = [0, 5, 6, 30];
  for (const [day, step] of [[-1, -1], [0, 0], [4, 0], [5, 1], [6, 2], [29, 2], [30, 3], [99, 3]]) {
    assert.equal(stepOn(days, day), step);
  }
  assert.equal(stepOn([], 3), -1);
});
