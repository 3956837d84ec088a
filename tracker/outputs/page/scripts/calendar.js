// Days as numbers, counted from the first map's, and as ISO dates; and the map that holds on a day.
const MS_A_DAY = 864e5;

export const ISO = /^\d{4}-\d\d-\d\d$/;

export const isoOf = (first, day) => new Date(Date.parse(first) + day * MS_A_DAY).toISOString().slice(0, 10);

// The number of a day; NaN for what is none, as the 30th of February, which Date.parse takes for the 2nd of March.
export function dayOf(first, iso) {
  const day = ISO.test(iso) ? Math.round((Date.parse(iso) - Date.parse(first)) / MS_A_DAY) : NaN;
  return Number.isFinite(day) && isoOf(first, day) === iso ? day : NaN;
}

// The step whose map holds on a day, of steps with ascending days; -1 before the first.
export function stepOn(days, day) {
  let low = 0, high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] <= day) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
