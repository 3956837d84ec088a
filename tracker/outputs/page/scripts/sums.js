// What was gained and lost in a period, added up in square metres, and the names under which the ground is told.
//
// A row is [step, number of the ground, gain, loss, net]: sums are those of the tables (see `_sums` in map_time.py).
import {dayOf} from "./calendar.js";

// [gain, loss, net] of rows.
export function sumOf(rows) {
  return rows.reduce((total, row) => [total[0] + row[2], total[1] + row[3], total[2] + row[4]], [0, 0, 0]);
}

// The sums of a period; null where the maps do not tell them.
export function sumsIn(rows, period) {
  return period.known ? sumOf(rows.filter((row) => period.has(row[0]))) : [null, null, null];
}

// [name, sums] of a period, the most gained first; grounds of one name are one. Empty where the maps do not tell them.
export function sumsByName(rows, period, nameOf) {
  const found = new Map();
  for (const row of period.known ? rows.filter((one) => period.has(one[0])) : []) {
    const name = nameOf(row[1]);
    found.set(name, [...(found.get(name) || []), row]);
  }
  const sums = [...found].map(([name, some]) => [name, sumOf(some)]);
  return sums.sort((one, two) => two[1][0] - one[1][0] || two[1][1] - one[1][1]);
}

// The name of a ground on a day, of names as [from, to, name] where "" is no end: that which holds, else the nearest in
// time; null without any.
export function nameOn(names, iso) {
  const away = ([from, to]) => Math.max(from ? dayOf(iso, from) : 0, to ? -dayOf(iso, to) : 0, 0);
  return names.length ? names.reduce((best, one) => (away(one) < away(best) ? one : best))[2] : null;
}
