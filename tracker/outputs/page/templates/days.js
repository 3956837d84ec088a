// The days of the map: the slider, what is drawn on the day it shows, and what the panel says of it.
//
// `trackerDays(map, data, shown)` draws and answers for the day; `shown(name)` tells whether a layer is on. All text is
// set as text, never as HTML. Sums are those of the tables: square metres by step and ground, added up here.
function trackerDays(map, data, shown) {
  "use strict";
  const {chronicle, bordersOf, pathOf, lineOf, nearestOn, Canvas, hatching, dots, isoOf, dayOf, CONTESTED, OCCUPIED, STALE_DAYS} = trackerTime;
  const time = data.time, word = data.words, windows = data.ages.map(([days]) => days);
  const longest = windows[windows.length - 1];
  const THUMB = 34; // the width of the divider's handle, in pixels, as in map.css
  const own = chronicle(time), other = data.other && chronicle(data.other);
  const otherOffset = other ? dayOf(data.other.first, time.first) : 0;
  const state = {day: time.last, since: null, swipe: false, divider: 0.5, playing: false};
  const listeners = [], story = L.popup({className: "story", autoPan: false});
  const byId = (id) => document.getElementById(id);
  const slider = byId("tracker-day"), earlier = byId("tracker-since"), divider = byId("tracker-divider");

  // Words ------------------------------------------------------------------------------------------------------------

  const months = word.month_names.split(" ");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const iso = (day) => isoOf(time.first, day);

  function dayText(day) {
    const [year, month, date] = iso(day).split("-").map(Number);
    return date + " " + months[month - 1] + " " + year;
  }

  function daysText(number) {
    const form = new Intl.PluralRules(data.lang).select(number);
    return fill(word["days_" + (form === "one" || form === "few" ? form : "many")], {n: number});
  }

  // A number with one decimal, halves to the even one, as the tables are printed.
  function decimal(tenths, signed) {
    let whole = Math.round(tenths);
    if (Math.abs(tenths % 1) === 0.5 && whole % 2) whole -= 1;
    const digits = String(Math.abs(whole)).padStart(2, "0");
    const [group, point] = data.lang === "uk" ? ["\u00a0", ","] : [",", "."];
    const text = digits.slice(0, -1).replace(/\B(?=(\d{3})+$)/g, group) + point + digits.slice(-1);
    return (signed && whole ? (whole > 0 ? "+" : "−") : "") + text;
  }
  const km2 = (m2, signed) => (m2 === null ? "–" : decimal(m2 / 1e5, signed));

  function nameOf(number, day) {
    const found = time.grounds[number];
    if (!found || found.ground === "elsewhere" || !found.names.length) return word.elsewhere;
    const on = iso(day);
    const away = ([from, to]) => Math.max(from ? dayOf(on, from) : 0, to ? -dayOf(on, to) : 0, 0);
    return found.names.reduce((best, one) => (away(one) < away(best) ? one : best))[2];
  }

  // Sums -------------------------------------------------------------------------------------------------------------

  // What the maps tell about the last so many days: whether the sum means what it says, and the map it starts from.
  function windowOf(length, day) {
    const begins = day - length, last = own.stepOn(day), start = own.stepOn(begins);
    if (start < 0) return {start: time.days[0], whole: false, late: 0, known: last >= 0};
    const late = begins - time.days[start];
    return {start: time.days[start], whole: true, late: late, known: last > start && (length === longest || late <= STALE_DAYS)};
  }

  function isInWindow(step, length, day) {
    const end = day - time.days[step], start = day - time.days[step - 1];
    return end >= 0 && end < length && (start - length <= STALE_DAYS || length === longest);
  }

  // Steps of the period shown: since the earlier day, else in the window that is on, else in the longest.
  function periodOf(day) {
    if (state.since !== null) {
      const start = own.stepOn(state.since), end = own.stepOn(day);
      return {has: (step) => step > start && step <= end, known: end > start, start: state.since};
    }
    const length = windowShown() || longest, window = windowOf(length, day);
    const old = window.whole && window.late > STALE_DAYS;
    return {has: (step) => isInWindow(step, length, day), known: window.known, start: window.start, length: old ? 0 : length};
  }

  function sum(rows) {
    return rows.reduce((total, row) => [total[0] + row[2], total[1] + row[3], total[2] + row[4]], [0, 0, 0]);
  }

  function sumsIn(has, known) {
    return known ? sum(time.sums.filter((row) => has(row[0]))) : [null, null, null];
  }

  function sumsBySector(period, day) {
    const found = new Map();
    for (const row of time.sums.filter((one) => period.has(one[0]))) {
      const name = nameOf(row[1], day);
      found.set(name, [...(found.get(name) || []), row]);
    }
    return [...found].map(([name, rows]) => [name, sum(rows)]).sort((one, two) => two[1][0] - one[1][0] || two[1][1] - one[1][1]);
  }

  // Drawing ----------------------------------------------------------------------------------------------------------

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const look = {
    occupied: colour("occupied"), line: colour("occupied_line"), contested: colour("contested"), loss: colour("loss"),
    gain: Object.fromEntries(windows.map((age) => [age, colour("gain-" + age)])),
    hatch: hatching(colour("contested"), "#dcd9d28c", 1), lost: dots(colour("loss"), "#eef4fa"),
    mine: hatching("#6a3d9a", "#e7dff0", -1), theirs: dots("#1b7837", "#dcefe0"),
  };
  const windowShown = () => Math.max(0, ...windows.filter((age) => shown("changes_" + age)));
  const among = (values, wanted) => Uint8Array.from(values, (value) => (value === wanted ? 1 : 0));

  function shade(brush, path, fillStyle, line) {
    brush.fillStyle = fillStyle;
    brush.fill(path);
    if (!line) return;
    brush.strokeStyle = line.colour;
    brush.lineWidth = line.width;
    brush.setLineDash(line.dash || []);
    brush.stroke(path);
    brush.setLineDash([]);
  }

  // The paths of a state as it is seen. While the days play, a map that holds for several is laid out once.
  const laidOut = new Map();
  function pathsOf(day, view) {
    const step = own.stepOn(day), key = [step, view.scale, view.left, view.top].join();
    if (!laidOut.has(key)) {
      if (laidOut.size > 3) laidOut.delete(laidOut.keys().next().value);
      const statuses = own.statuses(step), edges = bordersOf(own.chains, statuses);
      const occupied = among(statuses, OCCUPIED);
      laidOut.set(key, {
        occupied: pathOf(own.chains, occupied, view, edges),
        contested: pathOf(own.chains, among(statuses, CONTESTED), view, edges),
        line: lineOf(own.chains, occupied, view, edges),
      });
    }
    return laidOut.get(key);
  }

  function paintState(brush, view, day) {
    const {occupied, contested} = pathsOf(day, view);
    brush.globalAlpha = 0.85;
    if (shown("occupied")) shade(brush, occupied, look.occupied);
    brush.globalAlpha = 1;
    if (shown("contested")) {
      shade(brush, contested, look.hatch(brush, view), {colour: look.contested, width: 1, dash: [4, 3]});
    }
  }

  function paintChanges(brush, view, day) {
    const window = windowShown();
    if (state.since === null && !window) return;
    const moves = state.since === null ? own.ages(day, windows) : own.between(state.since, day);
    const gains = state.since === null ? windows.filter((age) => age <= window).reverse() : [1];
    const edges = bordersOf(own.chains, moves);
    for (const age of gains) {
      const fillStyle = state.since === null ? look.gain[age] : look.gain[7];
      shade(brush, pathOf(own.chains, among(moves, age), view, edges), fillStyle, {colour: look.line, width: 0.6});
    }
    const limit = state.since === null ? window : 1;
    const losses = Uint8Array.from(moves, (move) => (move < 0 && move >= -limit ? 1 : 0));
    shade(brush, pathOf(own.chains, losses, view, edges), look.lost(brush, view), {colour: look.loss, width: 1.4, dash: [1, 3]});
  }

  function outline(brush, view, day) {
    brush.strokeStyle = look.line;
    brush.globalAlpha = 0.8;
    brush.lineWidth = 1.2;
    brush.lineJoin = "round";
    brush.stroke(pathsOf(day, view).line);
    brush.globalAlpha = 1;
  }

  // Where two sources differ: both borders as one path, filled by the even-odd rule, first inside ours, then outside.
  function paintDisagreement(brush, view, day) {
    const step = other.stepOn(day + otherOffset);
    if (step < 0) return;
    const mine = pathsOf(day, view).occupied;
    const both = new Path2D(mine), outside = new Path2D(mine);
    both.addPath(pathOf(other.chains, among(other.statuses(step), OCCUPIED), view));
    outside.rect(-1, -1, view.width + 2, view.height + 2);
    for (const [clip, rule, fillStyle] of [[mine, "nonzero", look.mine], [outside, "evenodd", look.theirs]]) {
      brush.save();
      brush.clip(clip, rule);
      brush.fillStyle = fillStyle(brush, view);
      brush.fill(both, "evenodd");
      brush.restore();
    }
  }

  function paint(brush, view, day, withChanges) {
    if (own.stepOn(day) < 0) return;
    paintState(brush, view, day);
    if (withChanges) paintChanges(brush, view, day);
    if (other && shown("disagreement")) paintDisagreement(brush, view, day);
    if (shown("occupied")) outline(brush, view, day);
  }

  function paneOf(name, level) {
    const pane = map.createPane(name);
    pane.style.zIndex = 400 + level;
    pane.style.pointerEvents = "none";
    return pane;
  }

  const panes = {now: paneOf("state", 12), before: paneOf("state-before", 13)};
  const canvas = new Canvas((brush, view) => paint(brush, view, state.day, !state.swipe), {pane: "state"}).addTo(map);
  const before = new Canvas((brush, view) => paint(brush, view, state.since, false), {pane: "state-before"});

  // The swipe: the earlier day to the left of the divider, the day to the right of it.
  function clip() {
    if (!state.swipe) {
      panes.now.style.clipPath = "";
      return;
    }
    const size = map.getSize(), from = map.containerPointToLayerPoint([0, 0]), at = Math.round(THUMB / 2 + (size.x - THUMB) * state.divider);
    const cut = (left, right) => {
      const corners = [[left, 0], [right, 0], [right, size.y], [left, size.y]];
      return "polygon(" + corners.map(([x, y]) => (from.x + x) + "px " + (from.y + y) + "px").join(",") + ")";
    };
    panes.before.style.clipPath = cut(0, at);
    panes.now.style.clipPath = cut(at, size.x);
    byId("tracker-swipe-line").style.left = at + "px";
    divider.setAttribute("aria-valuetext", Math.round(100 * state.divider) + " %");
  }
  map.on("move zoomend resize", clip);

  function redraw() {
    canvas.redraw();
    if (state.swipe) before.redraw();
  }

  // The panel --------------------------------------------------------------------------------------------------------

  function say(id, text) {
    const found = byId(id);
    found.textContent = text;
    found.hidden = !text;
  }

  function element(tag, text, parent) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  function instantText(step) {
    const minutes = time.minutes[step], two = (number) => String(number).padStart(2, "0");
    return dayText(time.days[step]) + ", " + two(Math.floor(minutes / 60)) + ":" + two(minutes % 60) + " " + word.kyiv;
  }

  function tellState() {
    const step = own.stepOn(state.day), held = time.days[step], old = state.day - held;
    const title = fill(word.front_line, {day: dayText(state.day)});
    say("tracker-title", title);
    document.title = title;
    say("tracker-as-of", fill(word.state_of, {instant: instantText(step)}));
    const late = old > STALE_DAYS ? fill(word.old_map, {days: daysText(old)}) : fill(word.no_map, {day: dayText(held)});
    say("tracker-old", old ? late : "");
    const [area, contested] = ["occupied", "contested"].map((status) => time.areas[status] && time.areas[status][step]);
    const drawn = contested === undefined || contested === null ? word.drawn : word.drawn_contested;
    say("tracker-drawn", area === undefined ? "" : fill(drawn, {area: km2(area), contested: km2(contested || 0)}));
  }

  function tellSums() {
    const columns = windows.map((length) => {
      const window = windowOf(length, state.day);
      return sumsIn((step) => isInWindow(step, length, state.day), window.known);
    });
    const period = periodOf(state.day);
    columns.push(state.since === null ? null : sumsIn(period.has, period.known));
    ["gain", "loss", "net"].forEach((key, row) => {
      const cells = document.querySelectorAll(".sums tr." + key + " td");
      columns.forEach((column, i) => {
        cells[i].textContent = column === null ? "" : km2(column[row], key === "net");
      });
    });
    document.querySelector(".sums").classList.toggle("compared", state.since !== null);
    byId("tracker-sums-since").textContent = state.since === null ? "" : fill(word.since_day, {day: dayText(state.since)});
  }

  function tellNotes() {
    const found = windows.map((length) => ({length, window: windowOf(length, state.day)}));
    const clipped = found.filter((one) => !one.window.whole);
    const notes = found.filter((one) => one.window.known && one.window.whole && one.window.late > STALE_DAYS)
      .map((one) => fill(word.measured_from, {window: daysText(one.length), day: dayText(one.window.start)}));
    document.querySelectorAll(".sums thead th[data-days]").forEach((head, i) => {
      head.lastChild.textContent = " " + data.ages[i][1] + (found[i].window.whole ? "" : "*");
    });
    if (clipped.length) notes.unshift("* " + fill(word.data_since, {day: dayText(clipped[0].window.start)}));
    if (state.since !== null) notes.unshift(fill(word.between, {since: dayText(state.since), day: dayText(state.day)}));
    say("tracker-notes-of-day", notes.join(" "));
  }

  function periodText() {
    const period = periodOf(state.day);
    if (!period.length) return dayText(period.start) + " – " + dayText(state.day);
    return fill(word.in_days, {days: daysText(period.length), day: dayText(state.day)});
  }

  function tellSectors() {
    const table = byId("tracker-sectors"), period = periodOf(state.day);
    if (!table) return;
    table.caption.textContent = periodText() + " · " + word.names_of_day;
    const body = table.tBodies[0];
    body.textContent = "";
    for (const [name, sums] of period.known ? sumsBySector(period, state.day) : []) {
      const row = body.insertRow(), head = element("th", name, row);
      head.scope = "row";
      sums.forEach((value, i) => element("td", km2(value, i === 2), row));
    }
    table.hidden = !body.rows.length;
  }

  function tellBulletin() {
    const box = byId("tracker-bulletin");
    if (!box) return;
    const step = own.stepOn(state.day), told = time.bulletin[step] || [];
    byId("tracker-bulletin-of").textContent = fill(word.bulletin_of, {day: dayText(time.days[step])});
    box.textContent = "";
    if (!told.length) element("p", word.no_changes, box);
    for (const [heading, ...sentences] of told) {
      const line = element("p", "", box);
      element("b", heading, line);
      line.append(" " + sentences.join(" "));
    }
  }

  function tellSlider() {
    slider.value = state.day;
    slider.setAttribute("aria-valuetext", dayText(state.day));
    byId("tracker-day-label").textContent = iso(state.day);
    const compared = state.since !== null;
    byId("tracker-compare").checked = compared;
    byId("tracker-swipe").checked = state.swipe;
    document.body.classList.toggle("compared", compared);
    document.body.classList.toggle("swiped", state.swipe);
    for (const one of document.querySelectorAll(".only-compared")) one.hidden = !compared;
    for (const one of document.querySelectorAll(".only-swiped")) one.hidden = !state.swipe;
    if (!compared) return;
    earlier.value = state.since;
    earlier.setAttribute("aria-valuetext", dayText(state.since));
    byId("tracker-since-label").textContent = iso(state.since);
    byId("tracker-swipe-before").textContent = dayText(state.since);
    byId("tracker-swipe-after").textContent = dayText(state.day);
  }

  // While the days play, only what can be read in passing is told.
  function tell() {
    tellSlider();
    tellState();
    tellSums();
    if (state.playing) return;
    tellNotes();
    tellSectors();
    tellBulletin();
    if (story.isOpen()) story.setContent(storyAt(story.getLatLng()));
  }

  // Moving -----------------------------------------------------------------------------------------------------------

  function change(next) {
    Object.assign(state, next);
    if (state.since === null) state.swipe = false;
    if (state.swipe) before.addTo(map);
    else before.remove();
    clip();
    redraw();
    tell();
    for (const listener of listeners) listener(state);
  }

  const within = (day) => Number.isFinite(day) && day >= 0 && day <= time.last;

  function setDay(text) {
    const day = dayOf(time.first, text);
    if (!within(day)) return false;
    stop();
    change({day: day, since: state.since === null ? null : Math.min(state.since, day)});
    return true;
  }

  function setSince(text) {
    const day = text === null ? null : dayOf(time.first, text);
    if (day !== null && !within(day)) return false;
    change({since: day === null ? null : Math.min(day, state.day)});
    return true;
  }

  // The whole archive plays in about forty seconds, a short one at six days a second.
  let nextFrame = 0;
  function play() {
    const speed = Math.max(6, time.last / 40), start = state.day >= time.last ? 0 : state.day;
    let begun = null;
    change({playing: true, day: start});
    tellPlay();
    function frame(now) {
      begun = begun === null ? now : begun;
      const day = Math.min(time.last, start + Math.floor(((now - begun) / 1000) * speed));
      if (day !== state.day) change({day: day, since: state.since === null ? null : Math.min(state.since, day)});
      if (day >= time.last) stop();
      else if (state.playing) nextFrame = requestAnimationFrame(frame);
    }
    nextFrame = requestAnimationFrame(frame);
  }

  function stop() {
    if (!state.playing) return;
    cancelAnimationFrame(nextFrame);
    change({playing: false});
    tellPlay();
  }

  function tellPlay() {
    const button = byId("tracker-play");
    button.setAttribute("aria-pressed", String(state.playing));
    button.setAttribute("aria-label", state.playing ? word.pause : word.play);
    button.title = state.playing ? word.pause : word.play;
  }

  byId("tracker-play").addEventListener("click", () => (state.playing ? stop() : play()));
  // Scripts that move a slider may say only that it has changed.
  for (const said of ["input", "change"]) {
    slider.addEventListener(said, () => setDay(iso(Number(slider.value))));
    earlier.addEventListener(said, () => setSince(iso(Number(earlier.value))));
    divider.addEventListener(said, () => change({divider: Number(divider.value) / 1000}));
  }
  byId("tracker-compare").addEventListener("change", (event) => {
    change({since: event.target.checked ? Math.max(0, state.day - (windowShown() || longest)) : null});
  });
  byId("tracker-swipe").addEventListener("change", (event) => change({swipe: event.target.checked}));
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input:not([type=checkbox]), select, textarea, .map");
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (busy || !step || event.altKey || event.ctrlKey || event.metaKey) return;
    setDay(iso(state.day + step));
  });

  // Pointing ---------------------------------------------------------------------------------------------------------

  const statusWord = (status) => [word.free, word.contested, word.occupied][status];

  // What happened at a place up to the day, newest first.
  function storyAt(latlng) {
    const step = own.stepOn(state.day), history = own.historyAt(latlng) || [];
    const flips = history.filter((flip) => flip.step <= step);
    const box = document.createElement("div");
    for (const flip of flips.slice(1).reverse().slice(0, 8)) {
      const line = element("div", "", box);
      element("b", statusWord(flip.status), line);
      line.append(" · " + fill(word.from_map, {day: dayText(time.days[flip.step])}));
    }
    if (flips.length < 9) {
      const line = element("div", "", box);
      element("b", statusWord(flips.length ? flips[0].status : 0), line);
      line.append(" · " + fill(word.from_map, {day: dayText(0)}));
    }
    return box;
  }
  map.on("click", (event) => {
    map.eachLayer((one) => one instanceof L.Tooltip && one.close());
    story.setLatLng(event.latlng).setContent(storyAt(event.latlng)).openOn(map);
    story.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", word.close);
  });

  function sectorTip(number) {
    const period = periodOf(state.day);
    const rows = time.sums.filter((row) => row[1] === number && period.has(row[0]));
    const box = document.createElement("div");
    element("b", nameOf(number, state.day), box);
    element("div", periodText(), box);
    if (!period.known) return box;
    if (!rows.length) element("div", word.no_change, box);
    else sum(rows).forEach((value, i) => {
      element("div", [word.gained, word.lost, word.net][i] + ": " + km2(value, i === 2) + " " + word.km2, box);
    });
    return box;
  }

  // What is known of a town's distances on the day: rows of [to, status, edge, its direction, centre, its direction].
  function distancesOf(town) {
    const offset = state.day;
    return ["occupied", "contested"].filter((to) => town.days[to]).map((to) => {
      const rows = town.days[to].filter((row) => row[0] <= offset);
      return rows.length ? [to, ...rows[rows.length - 1].slice(1)] : null;
    }).filter(Boolean);
  }

  function nearestOccupied(town) {
    return nearestOn(own.chains, among(own.statuses(own.stepOn(state.day)), OCCUPIED), town.at);
  }

  // The settlements that changed status in the period shown, and how.
  function captures() {
    const period = periodOf(state.day);
    return time.captures.filter((row) => period.has(row[0])).map(([step, id, was, is]) => ({
      id: id, status: is,
      text: statusWord(was) + " → " + statusWord(is) + " · " + fill(word.from_map, {day: dayText(time.days[step])}),
    }));
  }

  slider.max = earlier.max = time.last;
  tell();
  return {
    day: () => iso(state.day), setDay, since: () => (state.since === null ? null : iso(state.since)), setSince,
    swipe: () => state.swipe, setSwipe: (on) => change({swipe: on && state.since !== null}),
    playing: () => state.playing, onChange: (listener) => listeners.push(listener), redraw, retell: tell,
    nameOf: (number) => nameOf(number, state.day),
    sectorTip, distancesOf, nearestOccupied, captures, decimal, statusWord,
    // The rings of a status as they are drawn on the day shown, as [lon, lat]: for tests and for those who embed the map.
    rings: (status) => trackerTime.ringsOf(own.chains, among(own.statuses(own.stepOn(state.day)), status)).map((ring) => {
      const points = [];
      trackerTime.eachPoint(own.chains, ring, (p) => points.push([own.chains.lon[p], own.chains.lat[p]]));
      return points;
    }),
  };
}
