// Windows of days up to a day: which of them the maps tell about, and in which of them a change is known to lie.
//
// The same rules as in Python (windows_of, age_days); tests/fixtures/windows.json holds both to them.
import {stepOn} from "./calendar.js";

// `days` are those of the maps, ascending; `lengths` those of the windows, ascending. A map that is more than
// `staleDays` older than the beginning of a window does not show that what changed since then changed in the window.
export function windowsOf(days, lengths, staleDays) {
  const longest = lengths[lengths.length - 1];

  // What the maps tell about the last so many days: whether the sum means what it says, and the map it starts from.
  function describe(length, day) {
    const begins = day - length, last = stepOn(days, day), start = stepOn(days, begins);
    if (start < 0) return {length, start: days[0] ?? null, whole: false, late: 0, old: false, known: last >= 0};
    const late = begins - days[start], old = late > staleDays;
    return {length, start: days[start], whole: true, late, old, known: last > start && (length === longest || !old)};
  }

  // Whether a step is known to lie in the window of so many days up to `day`.
  function holds(step, length, day) {
    const end = day - days[step], start = day - days[step - 1];
    return end >= 0 && end < length && (start - length <= staleDays || length === longest);
  }

  // The shortest window in which a step is known to lie; 0 where it is older than all.
  const ageOf = (step, day) => lengths.find((length) => holds(step, length, day)) || 0;

  // The steps of a window as a period; `length` is 0 where the window begins from a map that is too old for its name.
  function period(length, day) {
    const {known, start, old} = describe(length, day);
    return {has: (step) => holds(step, length, day), known, start, length: old ? 0 : length};
  }

  // The steps between two days as a period.
  function between(since, day) {
    const start = stepOn(days, since), end = stepOn(days, day);
    return {has: (step) => step > start && step <= end, known: end > start, start: since, length: 0};
  }

  return {lengths, longest, describe, holds, ageOf, period, between};
}
