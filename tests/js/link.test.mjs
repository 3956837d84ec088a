// The address of what is seen.
import assert from "node:assert/strict";
import test from "node:test";
import {asked, dayAsked, written} from "../../tracker/outputs/page/scripts/link.js";

const AT = {lat: 48.6, lng: 36.1, zoom: 9.25};
const SEEN = {day: "2025-01-06", since: "2024-12-06", swipe: true, layers: ["occupied", "towns"], at: AT};

test("what is written is read again", () => {
  const alone = {...SEEN, since: null, swipe: false, layers: []};
  assert.equal(written(SEEN), "#day=2025-01-06&since=2024-12-06&swipe=1&map=9.25/48.6/36.1&layers=occupied,towns");
  assert.equal(written(alone), "#day=2025-01-06&map=9.25/48.6/36.1&layers=");
  for (const seen of [SEEN, alone]) assert.deepEqual(asked(written(seen)), seen);
});

test("places are written to about ten metres", () => {
  const at = {lat: 48.123456, lng: 36.98765, zoom: 9.123};
  assert.match(written({...SEEN, at}), /map=9\.12\/48\.1235\/36\.9877&/);
});

test("maps of one day have none", () => {
  assert.equal(written({...SEEN, day: null, since: null, swipe: false}), "#map=9.25/48.6/36.1&layers=occupied,towns");
});

test("what an address does not say stays as it is", () => {
  assert.deepEqual(asked(""), {day: undefined, since: undefined, swipe: false, layers: undefined, at: undefined});
  assert.deepEqual(asked("#layers=").layers, []);
  assert.equal(asked("#day=2025-01-06").since, null, "a day without an earlier one ends a comparison");
});

test("what an address says badly stays as it is", () => {
  for (const day of ["", "today", "2025-1-6", "2025-01-06T00:00", "<b>"]) {
    assert.equal(asked("#day=" + encodeURIComponent(day)).day, undefined, day);
  }
  assert.equal(asked("#since=2025-01-01").since, undefined, "an earlier day needs a day");
  assert.equal(asked("#day=2025-01-06&since=never").since, undefined);
  for (const map of ["", "9", "9/48", "9/48/", "x/48/36", "9/86/36", "9/48/181", "-1/48/36", "25/48/36", "9/NaN/36"]) {
    assert.equal(asked("#map=" + map).at, undefined, map);
  }
});

test("messages that ask for a day", () => {
  assert.equal(dayAsked({day: "2025-01-06"}), "2025-01-06");
  for (const message of [null, undefined, 5, "2025-01-06", {}, {day: 5}, {day: null}, {day: "soon"}]) {
    assert.equal(dayAsked(message), null);
  }
});
