// What the tests share: the fixtures that Python writes (tests/test_fixtures.py), and numbers that are almost equal.
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";

export const fixture = (name) => JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8"));

export function near(found, expected, off, told) {
  assert.ok(Math.abs(found - expected) <= off, `${found} is not ${expected} ± ${off}: ${told ?? ""}`);
}
