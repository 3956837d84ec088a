// Windows of days and sums: the page's are those of Python's tables.
import assert from "node:assert/strict";
import test from "node:test";
import {dayOf} from "../../tracker/outputs/page/scripts/calendar.js";
import {nameOn, sumOf, sumsByName, sumsIn} from "../../tracker/outputs/page/scripts/sums.js";
import {windowsOf} from "../../tracker/outputs/page/scripts/windows.js";
import {fixture, near} from "./fixtures.mjs";

const {stale_days: staleDays, lengths, cases, sectors} = fixture("windows");
const OFF_M2 = 5; // each step is rounded to a square metre

function same(found, expected, told) {
  expected.forEach((value, i) => {
    if (value === null) assert.equal(found[i], null, told);
    else near(found[i], value, OFF_M2, told);
  });
}

for (const {days, on, windows: expected, sums} of cases) {
  const windows = windowsOf(days, lengths, staleDays), told = `maps of days ${days} up to ${on}`;

  test(`what windows know: ${told}`, () => {
    for (const {sums: _, ...window} of expected) assert.deepEqual(windows.describe(window.length, on), window);
  });

  test(`sums by window: ${told}`, () => {
    for (const window of expected) same(sumsIn(sums, windows.period(window.length, on)), window.sums, told);
  });

  test(`a step lies in the window of its age and in all longer ones: ${told}`, () => {
    for (let step = 1; step < days.length; step++) {
      const age = windows.ageOf(step, on);
      for (const length of lengths) assert.equal(windows.holds(step, length, on), age > 0 && length >= age);
    }
  });
}

test("a window that begins from a map that is too old does not bear its name", () => {
  const windows = windowsOf([0, 42], lengths, staleDays);
  assert.equal(windows.period(30, 42).length, 0);
  assert.equal(windowsOf([0, 12, 42], lengths, staleDays).period(30, 42).length, 30);
});

test("sums by sector, under the names of the last day", () => {
  const {first, days, grounds, sums} = sectors, windows = windowsOf(days, lengths, staleDays);
  for (const {since, until, sums: expected} of sectors.cases) {
    const nameOf = (number) => nameOn((grounds[number] || {names: []}).names, until) ?? "Elsewhere";
    const found = sumsByName(sums, windows.between(dayOf(first, since), dayOf(first, until)), nameOf);
    assert.deepEqual(found.map(([name]) => name), expected.map(([name]) => name), `${since} – ${until}`);
    expected.forEach(([, values], i) => same(found[i][1], values, `${since} – ${until}`));
  }
});

test("a period without a map has no sums", () => {
  const windows = windowsOf([0, 10], lengths, staleDays), between = windows.between(3, 8);
  assert.equal(between.known, false);
  assert.deepEqual(sumsIn([[1, 0, 5, 0, 5]], between), [null, null, null]);
  assert.deepEqual(sumsByName([[1, 0, 5, 0, 5]], between, String), []);
});

test("sums", () => {
  assert.deepEqual(sumOf([]), [0, 0, 0]);
  assert.deepEqual(sumOf([[1, 0, 5, 1, 4], [2, 1, 2, 3, -1]]), [7, 4, 3]);
});

test("the name of a ground is the one that holds, else the nearest in time", () => {
  const names = [["", "2025-01-09", "old"], ["2025-01-10", "2025-01-20", "new"]];
  const told = {"2020-01-01": "old", "2025-01-09": "old", "2025-01-10": "new", "2026-01-01": "new"};
  for (const [day, name] of Object.entries(told)) assert.equal(nameOn(names, day), name);
  assert.equal(nameOn([["2025-01-01", "2025-01-10", "a"], ["2025-01-20", "", "b"]], "2025-01-13"), "a");
  assert.equal(nameOn([], "2025-01-01"), null);
});
