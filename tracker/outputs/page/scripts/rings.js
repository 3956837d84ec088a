// The border of a region: the chains with the region on one side only, linked to rings.
//
// A region is an array with a number for each history, true for those that belong to it. Its rings are filled as one
// path, so that there are no seams between the faces that it consists of.

// The region of the histories with one of several values.
export const among = (values, wanted) => Uint8Array.from(values, (value) => (value === wanted ? 1 : 0));

// The chains with different values on their sides: all that can be a border of a region made from these values.
export function bordersOf(chains, values) {
  const found = [];
  for (let i = 0; i < chains.count; i++) {
    if (values[chains.left[i]] !== values[chains.right[i]]) found.push(i);
  }
  return found;
}

// Link the border of a region to rings of chains: a chain number for one walked forwards, ~number for one walked back.
export function ringsOf(chains, inside, borders = bordersOf(chains, inside)) {
  const head = new Int32Array(chains.nodes).fill(-1), next = [], walked = [];
  for (const i of borders) {
    const left = inside[chains.left[i]], right = inside[chains.right[i]];
    if (left === right) continue;
    const start = left ? chains.from[i] : chains.to[i];
    walked.push(left ? i : ~i);
    next.push(head[start]);
    head[start] = walked.length - 1;
  }
  // As many chains come to a node as leave it, so a walk only ends where it began; the way taken does not matter.
  const rings = [];
  for (const number of walked) {
    const start = number < 0 ? chains.to[~number] : chains.from[number];
    let node = start, ring = [];
    while (head[node] >= 0) {
      const one = walked[head[node]];
      head[node] = next[head[node]];
      ring.push(one);
      node = one < 0 ? chains.from[~one] : chains.to[one];
    }
    if (ring.length) rings.push(ring);
  }
  return rings;
}

// Visit the points of a ring by their numbers; the last one, which is the first again, is left out.
export function eachPoint(chains, ring, visit) {
  for (const number of ring) {
    const i = number < 0 ? ~number : number, start = chains.first[i], end = chains.first[i + 1] - 1;
    if (number < 0) for (let p = end; p > start; p--) visit(p);
    else for (let p = start; p < end; p++) visit(p);
  }
}

// The rings of a region as lists of [lon, lat].
export function pointsOf(chains, inside) {
  return ringsOf(chains, inside).map((ring) => {
    const points = [];
    eachPoint(chains, ring, (p) => points.push([chains.lon[p], chains.lat[p]]));
    return points;
  });
}

// The point of a region's border that is nearest to a place, as [lat, lon]; null where the region is empty.
export function nearestOn(chains, inside, at) {
  const wide = Math.cos((at[0] * Math.PI) / 180);
  let least = Infinity, found = null;
  for (const i of bordersOf(chains, inside)) {
    for (let p = chains.first[i]; p < chains.first[i + 1] - 1; p++) {
      const x = (chains.lon[p] - at[1]) * wide, y = chains.lat[p] - at[0];
      const dx = (chains.lon[p + 1] - chains.lon[p]) * wide, dy = chains.lat[p + 1] - chains.lat[p];
      const share = Math.min(1, Math.max(0, -(x * dx + y * dy) / (dx * dx + dy * dy)));
      const away = (x + share * dx) ** 2 + (y + share * dy) ** 2;
      if (away >= least) continue;
      least = away;
      found = [at[0] + y + share * dy, at[1] + (x + share * dx) / wide];
    }
  }
  return found;
}
