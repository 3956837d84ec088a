// The modules themselves: what they are for, how long they are, and which of them know nothing of the page.
import assert from "node:assert/strict";
import {readdirSync, readFileSync} from "node:fs";
import test from "node:test";

const FOLDER = new URL("../../tracker/outputs/page/scripts/", import.meta.url);
const PURE = [
  "boxes", "calendar", "chronicle", "days", "geodesy", "link", "rings", "search", "sums", "text", "view", "windows",
];
const PAGE = /\b(document|window|navigator|L)\./;
const read = (name) => readFileSync(new URL(name, FOLDER), "utf8");
const sources = new Map(readdirSync(FOLDER).map((name) => [name.replace(".js", ""), read(name)]));
const codeOf = (source) => source.replace(/^\s*\/\/.*$/gm, "");
const importsOf = (source) => [...source.matchAll(/from "\.\/(\w+)\.js"/g)].map(([, name]) => name);

for (const [name, source] of sources) {
  test(`${name} says what it is for, is short, and is used`, () => {
    assert.match(source, /^\/\/ [A-Z].+[.,:;a-z]\n/);
    assert.ok(source.split("\n").length <= 400);
    assert.ok(source.split("\n").every((line) => line.length <= 120), "lines are no longer than 120 characters");
    assert.ok(name === "map" || [...sources.values()].some((other) => importsOf(other).includes(name)));
  });
}

for (const name of PURE) {
  test(`${name} knows nothing of the page`, () => {
    assert.doesNotMatch(codeOf(sources.get(name)), PAGE);
    for (const other of importsOf(sources.get(name))) assert.ok(PURE.includes(other), other);
  });
}

test("no module imports itself, by whatever way", () => {
  const seen = new Map();
  const visit = (name, way) => {
    assert.ok(!way.includes(name), [...way, name].join(" → "));
    if (seen.has(name)) return;
    for (const other of importsOf(sources.get(name))) visit(other, [...way, name]);
    seen.set(name, true);
  };
  for (const name of sources.keys()) visit(name, []);
});
