// The day that the map shows, the earlier one that it is compared with, and what the maps tell of them.
//
// It draws and says nothing: who does, listens (`onChange`). Nothing here touches the page, so it runs without one.
import {dayOf, isoOf} from "./calendar.js";
import {chronicle} from "./chronicle.js";
import {among, nearestOn, pointsOf} from "./rings.js";
import {nameOn} from "./sums.js";
import {say} from "./text.js";
import {windowsOf} from "./windows.js";

const ELSEWHERE = "elsewhere";

// `data` is the page's JSON; `shown(name)` tells whether a layer is on.
export function daysOf(data, shown) {
  const time = data.time, occupied = data.statuses.indexOf("occupied");
  const own = chronicle(time, occupied), other = data.other && chronicle(data.other, occupied);
  const otherOffset = other ? dayOf(data.other.first, time.first) : 0;
  const windows = windowsOf(time.days, data.ages.map(([length]) => length), data.stale_days);
  const state = {day: time.last, since: null, swipe: false, divider: 0.5, playing: false};
  const listeners = [];

  // What is shown ----------------------------------------------------------------------------------------------------

  const iso = (day) => isoOf(time.first, day);

  // The window of changes that is on; 0 for none.
  const windowShown = () => Math.max(0, ...windows.lengths.filter((length) => shown("changes_" + length)));

  // The period that is told: since the earlier day, else the window that is on, else the longest.
  function period() {
    if (state.since !== null) return windows.between(state.since, state.day);
    return windows.period(windowShown() || windows.longest, state.day);
  }

  // What the maps tell -----------------------------------------------------------------------------------------------

  function nameOf(number) {
    const found = time.grounds[number];
    const name = found && found.ground !== ELSEWHERE ? nameOn(found.names, iso(state.day)) : null;
    return name === null ? say("elsewhere") : name;
  }

  // The statuses of the other source's histories on a day, as of its own map; null before its first.
  function otherStatuses(day) {
    const step = other.stepOn(day + otherOffset);
    return step < 0 ? null : other.statuses(step);
  }

  const regionOf = (status) => among(own.statuses(own.stepOn(state.day)), status);

  // What happened at a place up to the day: flips, oldest first.
  const flipsAt = (at) => own.historyAt(at).filter((flip) => flip.step <= own.stepOn(state.day));

  // The settlements that changed status in the period: [step, id, status before, status after].
  function captures() {
    const {has} = period();
    return time.captures.filter((row) => has(row[0]));
  }

  // Moving -----------------------------------------------------------------------------------------------------------

  function change(next) {
    Object.assign(state, next);
    if (state.since === null) state.swipe = false;
    for (const listener of listeners) listener(state);
  }

  const within = (day) => Number.isFinite(day) && day >= 0 && day <= time.last;

  // The earlier day never passes the later one.
  const moved = (day) => ({day, since: state.since === null ? null : Math.min(state.since, day)});

  // Show a day, given as ISO date; whether the map has it.
  function setDay(text) {
    const day = dayOf(time.first, text);
    if (!within(day)) return false;
    stop();
    change(moved(day));
    return true;
  }

  // Compare with a day; null for none.
  function setSince(text) {
    const day = text === null ? null : dayOf(time.first, text);
    if (day !== null && !within(day)) return false;
    change({since: day === null ? null : Math.min(day, state.day)});
    return true;
  }

  // Compare with the day before the window that is on.
  const setCompared = (on) => change({since: on ? Math.max(0, state.day - (windowShown() || windows.longest)) : null});

  // The whole archive plays in about forty seconds, a short one at six days a second.
  let nextFrame = 0;
  function play() {
    const speed = Math.max(6, time.last / 40), start = state.day >= time.last ? 0 : state.day;
    let begun = null;
    change({playing: true, day: start});
    function frame(now) {
      begun = begun === null ? now : begun;
      const day = Math.min(time.last, start + Math.floor(((now - begun) / 1000) * speed));
      if (day !== state.day) change(moved(day));
      if (day >= time.last) stop();
      else if (state.playing) nextFrame = requestAnimationFrame(frame);
    }
    nextFrame = requestAnimationFrame(frame);
  }

  function stop() {
    if (!state.playing) return;
    cancelAnimationFrame(nextFrame);
    change({playing: false});
  }

  return {
    time, state, own, windows, iso, windowShown, period, nameOf, otherStatuses, regionOf, flipsAt, captures,
    change, setDay, setSince, setCompared, play, stop,
    otherChains: other ? other.chains : null,
    day: () => iso(state.day),
    since: () => (state.since === null ? null : iso(state.since)),
    swipe: () => state.swipe,
    setSwipe: (on) => change({swipe: on && state.since !== null}),
    playing: () => state.playing,
    onChange: (listener) => listeners.push(listener),
    nearestOccupied: (at) => nearestOn(own.chains, regionOf(occupied), at),
    // The rings of a status as they are drawn on the day shown, as [lon, lat]: for tests and those who embed the map.
    rings: (status) => pointsOf(own.chains, regionOf(status)),
  };
}

// What is known of a town's distances on a day: [to, status, edge, its direction, centre, its direction] for each kind
// of ground; kilometres in tenths.
export function distancesOn(town, day) {
  return ["occupied", "contested"].filter((to) => town.days[to]).map((to) => {
    const rows = town.days[to].filter((row) => row[0] <= day);
    return rows.length ? [to, ...rows[rows.length - 1].slice(1)] : null;
  }).filter(Boolean);
}
