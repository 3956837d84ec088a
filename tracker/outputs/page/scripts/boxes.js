// Where labels have room: boxes [left, top, right, bottom] in pixels that must not meet.

export const meet = (box, other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3];

// The box of a dot, with a pixel around it.
export function around({x, y}, dot) {
  const half = dot / 2 + 1;
  return [x - half, y - half, x + half, y + half];
}

// The corners [left, top] that a label may have, the best first: beside its dot, over or under it; without a dot on its
// point, or a line or two away.
export function cornersOf({x, y}, dot, width, height) {
  if (!dot) return [0, -height, height, -2 * height, 2 * height].map((dy) => [x - width / 2, y - height / 2 + dy]);
  const off = dot / 2 + 3;
  return [
    [x + off, y - height / 2], [x - off - width, y - height / 2],
    [x - width / 2, y - off - height], [x - width / 2, y + off],
  ];
}

// The first corner at which a label lies within the view and meets nothing that is `taken`, to which its box is added;
// null where there is none.
export function placed(corners, width, height, taken, view) {
  for (const [left, top] of corners) {
    const box = [left - 1, top, left + width + 1, top + height];
    if (left < 0 || top < 0 || box[2] > view.x || box[3] > view.y || taken.some((one) => meet(box, one))) continue;
    taken.push(box);
    return [left, top];
  }
  return null;
}
