// What the maps of one source say of the ground, by place and day.
//
// What comes in (see `chronicle` in map_time.py) are chains: lines with the number of a history on their left and on
// their right. A history says when some ground had which status. To know a region (occupied ground, what was gained in
// a week …) one decides for each history whether it belongs to the region; its border is looked up in rings.js.
import {stepOn} from "./calendar.js";

// Numbers are written as in Protocol Buffers: seven bits a byte, the last byte without the high bit, signs zigzag.
export function* numbersIn(base64) {
  const bytes = atob(base64);
  let value = 0, shift = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) continue;
    yield (value >>> 1) ^ -(value & 1);
    value = shift = 0;
  }
}

// Chains as flat arrays: the points of chain i are first[i] … first[i + 1] - 1, in degrees (written as integers of
// `digits` decimals) and in Mercator's square.
export function readChains(base64, digits) {
  const left = [], right = [], slit = [], first = [0], lon = [], lat = [];
  const numbers = numbersIn(base64), next = () => numbers.next().value, unit = 10 ** -digits;
  let x = 0, y = 0;
  for (let number = next(); number !== undefined; number = next()) {
    left.push(number);
    right.push(next());
    const size = next();
    slit.push(size & 1);
    for (let points = size >> 1; points > 0; points--) {
      lon.push((x += next()));
      lat.push((y += next()));
    }
    first.push(lon.length);
  }
  const chains = {
    count: left.length,
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    slit: Uint8Array.from(slit),
    first: Int32Array.from(first),
    lon: Float64Array.from(lon, (value) => value * unit),
    lat: Float64Array.from(lat, (value) => value * unit),
  };
  chains.x = chains.lon.map((value) => value / 360 + 0.5);
  chains.y = chains.lat.map((value) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (value * Math.PI) / 360)) / (2 * Math.PI));
  return Object.assign(chains, nodesOf(chains));
}

// Number the points where chains begin and end.
function nodesOf(chains) {
  const known = new Map();
  const node = (at) => {
    const key = chains.lon[at] * 1000 + ":" + chains.lat[at];
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key);
  };
  const from = new Int32Array(chains.count), to = new Int32Array(chains.count);
  for (let i = 0; i < chains.count; i++) {
    from[i] = node(chains.first[i]);
    to[i] = node(chains.first[i + 1] - 1);
  }
  return {from, to, nodes: known.size};
}

// Histories as lists of flips; the step of a flip that does not count is written as a negative number.
export function readHistories(base64) {
  const found = [], numbers = numbersIn(base64), next = () => numbers.next().value;
  for (let status = next(); status !== undefined; status = next()) {
    const flips = [{step: 0, status, counts: false}];
    for (let left = next(); left > 0; left--) {
      const step = next();
      flips.push({step: Math.abs(step), status: next(), counts: step > 0});
    }
    found.push(flips);
  }
  return found;
}

// The number of the history at a place: the nearest chain to the east says it, on the side that faces the place.
export function faceAt(chains, at) {
  let nearest = Infinity, found = 0;
  for (let i = 0; i < chains.count; i++) {
    for (let p = chains.first[i]; p < chains.first[i + 1] - 1; p++) {
      const y0 = chains.lat[p], y1 = chains.lat[p + 1];
      if (y0 > at.lat === y1 > at.lat) continue;
      const x = chains.lon[p] + ((at.lat - y0) / (y1 - y0)) * (chains.lon[p + 1] - chains.lon[p]);
      if (x <= at.lng || x >= nearest) continue;
      nearest = x;
      found = y1 > y0 ? chains.left[i] : chains.right[i];
    }
  }
  return found;
}

function statusAt(history, step) {
  let status = 0;
  for (const flip of history) {
    if (flip.step > step) break;
    status = flip.status;
  }
  return status;
}

// Read what the maps of a source say. `occupied` is the number of that status.
export function chronicle(written, occupied) {
  const chains = readChains(written.chains, written.digits), histories = readHistories(written.histories);
  const days = written.days;

  const states = new Map(); // step → status by history: the last few that were asked for
  function statuses(step) {
    if (!states.has(step)) {
      if (states.size > 8) states.delete(states.keys().next().value);
      states.set(step, Uint8Array.from(histories, (history) => statusAt(history, step)));
    }
    return states.get(step);
  }

  // Whether ground became occupied or ceased to be so at a flip.
  const moved = (history, i) => i > 0 && (history[i].status === occupied) !== (history[i - 1].status === occupied);

  // What changed last, by history: the window of a gain, minus that of a loss, 0 for neither.
  function ages(day, windows) {
    const step = stepOn(days, day);
    return Int16Array.from(histories, (history) => {
      for (let i = history.length - 1; i > 0; i--) {
        const flip = history[i];
        if (flip.step > step) continue;
        if (day - days[flip.step] >= windows.longest) return 0;
        if (flip.counts && moved(history, i)) {
          const age = windows.ageOf(flip.step, day);
          return flip.status === occupied ? age : -age;
        }
      }
      return 0;
    });
  }

  // What differs between two days: 1 gained, -1 lost, 0 neither or only by what does not count.
  function between(since, day) {
    const start = stepOn(days, since), end = stepOn(days, day), before = statuses(start), after = statuses(end);
    return Int16Array.from(histories, (history, number) => {
      const gained = after[number] === occupied;
      if (gained === (before[number] === occupied)) return 0;
      const inside = (flip) => flip.step > start && flip.step <= end;
      const counts = history.some((flip, i) => inside(flip) && flip.counts && moved(history, i));
      return counts ? (gained ? 1 : -1) : 0;
    });
  }

  return {
    chains, histories, days, statuses, ages, between,
    stepOn: (day) => stepOn(days, day),
    historyAt: (at) => histories[faceAt(chains, at)] || [],
  };
}
