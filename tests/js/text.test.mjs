// Numbers, days and texts: the page writes them as Python does, in both languages.
import assert from "node:assert/strict";
import {beforeEach, describe, test} from "node:test";
import * as text from "../../tracker/outputs/page/scripts/text.js";
import {fixture} from "./fixtures.mjs";

for (const [lang, numbers] of Object.entries(fixture("numbers"))) {
  describe(lang, () => {
    beforeEach(() => text.useWords(numbers.words, lang));

    test("areas", () => {
      for (const [m2, expected] of numbers.km2) assert.equal(text.km2(m2), expected, m2);
      for (const [m2, expected] of numbers.signed) assert.equal(text.km2(m2, {signed: true}), expected, m2);
      assert.equal(text.km2(null), numbers.unknown);
    });

    test("distances", () => {
      for (const [metres, expected] of numbers.km) assert.equal(text.km(metres), expected, metres);
    });

    test("numbers of days", () => {
      for (const [days, expected] of numbers.days) assert.equal(text.daysText(days), expected);
    });

    test("days and instants", () => {
      for (const [day, expected] of numbers.dates) assert.equal(text.dayText(day, 0), expected);
      for (const [day, minutes, told] of numbers.instants) assert.equal(text.instantText(day, 0, minutes), told);
    });

    test("counts", () => {
      for (const n of [0, 7, 999, 1000, 12345, 1234567]) assert.equal(text.count(n), n.toLocaleString(lang));
    });
  });
}

test("texts are filled once, and only with what is given", () => {
  text.useWords({greet: "{a} and {b}, {a}", list: "N E S W"}, "en");
  assert.equal(text.say("greet", {a: "{b}", b: 0}), "{b} and 0, {b}");
  assert.equal(text.say("greet", {a: "1"}), "1 and {b}, 1");
  assert.equal(text.say("greet"), "{a} and {b}, {a}");
  assert.equal(text.say("greet", {a: "$&"}), "$& and {b}, $&");
  assert.deepEqual(text.sayList("list"), ["N", "E", "S", "W"]);
});
