// Where labels have room.
import assert from "node:assert/strict";
import test from "node:test";
import {around, cornersOf, meet, placed} from "../../tracker/outputs/page/scripts/boxes.js";

const VIEW = {x: 100, y: 100};

test("boxes that touch do not meet", () => {
  assert.ok(meet([0, 0, 10, 10], [9, 9, 20, 20]));
  assert.ok(!meet([0, 0, 10, 10], [10, 0, 20, 10]));
  assert.deepEqual(around({x: 10, y: 20}, 4), [7, 17, 13, 23]);
});

test("a label stands beside its dot, then on the other side, then over or under it", () => {
  const corners = cornersOf({x: 50, y: 50}, 6, 20, 10), taken = [];
  assert.deepEqual(corners, [[56, 45], [24, 45], [40, 34], [40, 56]]);
  for (const corner of corners) assert.deepEqual(placed(corners, 20, 10, taken, VIEW), corner);
  assert.equal(placed(corners, 20, 10, taken, VIEW), null);
  assert.equal(taken.length, 4);
});

test("a label does not leave the view", () => {
  assert.deepEqual(placed(cornersOf({x: 95, y: 50}, 6, 20, 10), 20, 10, [], VIEW), [69, 45]);
  assert.equal(placed(cornersOf({x: 50, y: 50}, 0, 200, 10), 200, 10, [], VIEW), null);
});

test("a label without a dot stands on its point, or a line or two away", () => {
  assert.deepEqual(cornersOf({x: 50, y: 50}, 0, 20, 10).map(([, top]) => top), [45, 35, 55, 25, 65]);
});
