// The ruler's arithmetic: lengths are those of pyproj on the same ellipsoid.
import assert from "node:assert/strict";
import test from "node:test";
import {flatDistance, metres, middleOf, stepsOf} from "../../tracker/outputs/page/scripts/geodesy.js";
import {fixture, near} from "./fixtures.mjs";

test("geodesics to a millimetre", () => {
  for (const [start, end, length] of fixture("geodesics")) near(metres(start, end), length, 0.001, `${start} – ${end}`);
});

test("a way back is as long, and no way is none", () => {
  const [kyiv, lviv] = [[50.45, 30.523], [49.842, 24.032]];
  near(metres(kyiv, lviv), metres(lviv, kyiv), 1e-6);
  assert.equal(metres(kyiv, kyiv), 0);
});

test("a line is as long as its steps", () => {
  const points = [[48, 36], [48.5, 36], [48.5, 37]];
  assert.deepEqual(stepsOf(points), [metres(points[0], points[1]), metres(points[1], points[2])]);
  assert.deepEqual(stepsOf(points.slice(0, 1)), []);
  assert.deepEqual(stepsOf([]), []);
  assert.deepEqual(middleOf([48, 36], [49, 38]), [48.5, 37]);
});

test("a degree to the east is shorter than one to the north", () => {
  assert.ok(flatDistance([48, 36], [48, 37]) < flatDistance([48, 36], [49, 36]));
});
