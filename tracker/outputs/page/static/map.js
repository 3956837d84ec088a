// Made by `make script` from tracker/outputs/page/scripts/: change those, not this file.
"use strict";
(() => {
  // tracker/outputs/page/scripts/dom.js
  var SVG = "http://www.w3.org/2000/svg";
  var ICONS = {
    // paths in a square of 20
    ruler: "M2.5 13.5l11-11 4 4-11 11zM5.5 10.5l2 2M8.5 7.5l1.5 1.5M11 5l2 2",
    full: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
    link: "M8.5 11.5l3-3M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2M11 14l-2 2a3.5 3.5 0 0 1-5-5l2-2"
  };
  var NARROW = window.matchMedia("(max-width: 599px)");
  var STILL = window.matchMedia("(prefers-reduced-motion: reduce)");
  var byId = (id) => document.getElementById(id);
  function element(tag, parent, attributes = {}, text = "") {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }
  function button(parent, icon, label) {
    const made = element("button", parent, { type: "button", class: "tool", title: label, "aria-label": label });
    const picture = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
    picture.setAttribute("viewBox", "0 0 20 20");
    picture.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[icon]);
    picture.appendChild(path);
    made.appendChild(picture);
    return made;
  }
  function fill(id, text) {
    const found = byId(id);
    found.textContent = text;
    found.hidden = !text;
  }
  var colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  function paneOf(map, name, zIndex) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
    return pane;
  }

  // tracker/outputs/page/scripts/calendar.js
  var MS_A_DAY = 864e5;
  var ISO = /^\d{4}-\d\d-\d\d$/;
  var isoOf = (first, day) => new Date(Date.parse(first) + day * MS_A_DAY).toISOString().slice(0, 10);
  function dayOf(first, iso) {
    const day = ISO.test(iso) ? Math.round((Date.parse(iso) - Date.parse(first)) / MS_A_DAY) : NaN;
    return Number.isFinite(day) && isoOf(first, day) === iso ? day : NaN;
  }
  function stepOn(days, day) {
    let low = 0, high = days.length;
    while (low < high) {
      const middle = low + high >> 1;
      if (days[middle] <= day) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // tracker/outputs/page/scripts/sums.js
  function sumOf(rows) {
    return rows.reduce((total, row) => [total[0] + row[2], total[1] + row[3], total[2] + row[4]], [0, 0, 0]);
  }
  function sumsIn(rows, period) {
    return period.known ? sumOf(rows.filter((row) => period.has(row[0]))) : [null, null, null];
  }
  function sumsByName(rows, period, nameOf) {
    const found = /* @__PURE__ */ new Map();
    for (const row of period.known ? rows.filter((one) => period.has(one[0])) : []) {
      const name = nameOf(row[1]);
      found.set(name, [...found.get(name) || [], row]);
    }
    const sums = [...found].map(([name, some]) => [name, sumOf(some)]);
    return sums.sort((one, two) => two[1][0] - one[1][0] || two[1][1] - one[1][1]);
  }
  function nameOn(names, iso) {
    const away = ([from, to]) => Math.max(from ? dayOf(iso, from) : 0, to ? -dayOf(iso, to) : 0, 0);
    return names.length ? names.reduce((best, one) => away(one) < away(best) ? one : best)[2] : null;
  }

  // tracker/outputs/page/scripts/text.js
  var catalogue = {};
  var language = "en";
  function useWords(words, lang) {
    catalogue = words;
    language = lang;
  }
  function say(key, values = {}) {
    return catalogue[key].replace(/\{(\w+)\}/g, (whole, name) => Object.hasOwn(values, name) ? values[name] : whole);
  }
  function sayMany(key, n) {
    const form = new Intl.PluralRules(language).select(n);
    return say(key + "_" + (form === "one" || form === "few" ? form : "many"), { n });
  }
  var daysText = (days) => sayMany("days", days);
  var sayList = (key) => say(key).split(" ");
  var grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, say("between_thousands"));
  var count = (number) => grouped(String(number));
  function decimal(number, { signed = false } = {}) {
    const size = Math.abs(number);
    const [whole, digit] = (size % 1 === 0.25 ? size - 0.05 : size).toFixed(1).split(".");
    const sign = signed && (whole !== "0" || digit !== "0") ? number > 0 ? "+" : "−" : "";
    return sign + grouped(whole) + say("before_decimals") + digit;
  }
  var km2 = (m2, options) => m2 === null ? "–" : decimal(m2 / 1e6, options);
  var km = (metres2) => decimal(metres2 / 1e3) + " " + say("km");
  function dayText(first, day) {
    const [year, month, date] = isoOf(first, day).split("-").map(Number);
    return date + " " + sayList("month_names")[month - 1] + " " + year;
  }
  function instantText(first, day, minutes) {
    const two = (number) => String(number).padStart(2, "0");
    return dayText(first, day) + ", " + two(Math.floor(minutes / 60)) + ":" + two(minutes % 60) + " " + say("kyiv");
  }

  // tracker/outputs/page/scripts/panel.js
  var ROWS = ["gain", "loss", "net"];
  function addPanel(data, days) {
    const { time, state, own, windows } = days, textOf = (day) => dayText(time.first, day);
    const described = () => windows.lengths.map((length) => windows.describe(length, state.day));
    function tellState() {
      const step = own.stepOn(state.day), held = time.days[step], old = state.day - held;
      const title = say("front_line", { day: textOf(state.day) });
      fill("tracker-title", title);
      document.title = title;
      fill("tracker-as-of", say("state_of", { instant: instantText(time.first, held, time.minutes[step]) }));
      const late = old > data.stale_days ? say("old_map", { days: daysText(old) }) : say("no_map", { day: textOf(held) });
      fill("tracker-old", old ? late : "");
      const [area, contested] = ["occupied", "contested"].map((status) => time.areas[status] && time.areas[status][step]);
      const drawn = contested === void 0 || contested === null ? "drawn" : "drawn_contested";
      fill("tracker-drawn", area === void 0 ? "" : say(drawn, { area: km2(area), contested: km2(contested || 0) }));
    }
    function tellSums() {
      const columns = windows.lengths.map((length) => sumsIn(time.sums, windows.period(length, state.day)));
      columns.push(state.since === null ? null : sumsIn(time.sums, days.period()));
      ROWS.forEach((key, row) => {
        const cells = document.querySelectorAll(".sums tr." + key + " td");
        columns.forEach((column, i) => {
          cells[i].textContent = column === null ? "" : km2(column[row], { signed: key === "net" });
        });
      });
      document.querySelector(".sums").classList.toggle("compared", state.since !== null);
      byId("tracker-sums-since").textContent = state.since === null ? "" : say("since_day", { day: textOf(state.since) });
    }
    function tellNotes() {
      const found = described(), clipped = found.find((one) => !one.whole);
      const notes = found.filter((one) => one.known && one.old).map((one) => say("measured_from", { window: daysText(one.length), day: textOf(one.start) }));
      document.querySelectorAll(".sums thead th[data-days]").forEach((head, i) => {
        head.lastChild.textContent = " " + data.ages[i][1] + (found[i].whole ? "" : "*");
      });
      if (clipped) notes.unshift("* " + say("data_since", { day: textOf(clipped.start) }));
      if (state.since !== null) notes.unshift(say("between", { since: textOf(state.since), day: textOf(state.day) }));
      fill("tracker-notes-of-day", notes.join(" "));
    }
    function tellSectors() {
      const table = byId("tracker-sectors");
      if (!table) return;
      table.caption.textContent = periodText(days) + " · " + say("names_of_day");
      const body = table.tBodies[0];
      body.textContent = "";
      for (const [name, sums] of sumsByName(time.sums, days.period(), days.nameOf)) {
        const row = body.insertRow();
        element("th", row, { scope: "row" }, name);
        sums.forEach((value, i) => element("td", row, {}, km2(value, { signed: ROWS[i] === "net" })));
      }
      table.hidden = !body.rows.length;
    }
    function tellBulletin() {
      const box = byId("tracker-bulletin");
      if (!box) return;
      const step = own.stepOn(state.day), told = time.bulletin[step] || [];
      byId("tracker-bulletin-of").textContent = say("bulletin_of", { day: textOf(time.days[step]) });
      box.textContent = "";
      if (!told.length) element("p", box, {}, say("no_changes"));
      for (const [heading, ...sentences] of told) {
        const line = element("p", box);
        element("b", line, {}, heading);
        line.append(" " + sentences.join(" "));
      }
    }
    function tell() {
      tellState();
      tellSums();
      if (state.playing) return;
      tellNotes();
      tellSectors();
      tellBulletin();
    }
    days.onChange(tell);
    tell();
    return { tell };
  }
  function periodText(days) {
    const { start, length } = days.period(), { first } = days.time, end = dayText(first, days.state.day);
    return length ? say("in_days", { days: daysText(length), day: end }) : dayText(first, start) + " – " + end;
  }

  // tracker/outputs/page/scripts/story.js
  var LONGEST_STORY = 8;
  var SUMS = ["gained", "lost", "net"];
  var statusWord = (data, status) => say(data.statuses[status]);
  var mapText = (days, day) => say("from_map", { day: dayText(days.time.first, day) });
  function addStory(map, data, days) {
    const popup = L.popup({ className: "story", autoPan: false });
    function line(box, status, day) {
      const made = element("div", box);
      element("b", made, {}, statusWord(data, status));
      made.append(" · " + mapText(days, day));
    }
    function storyAt(at) {
      const flips = days.flipsAt(at), box = element("div"), changes = flips.slice(1).reverse();
      for (const flip of changes.slice(0, LONGEST_STORY)) line(box, flip.status, days.time.days[flip.step]);
      if (changes.length < LONGEST_STORY) line(box, flips.length ? flips[0].status : 0, 0);
      return box;
    }
    function retell() {
      if (!days.state.playing && popup.isOpen()) popup.setContent(storyAt(popup.getLatLng()));
    }
    map.on("click", (event) => {
      map.eachLayer((one) => one instanceof L.Tooltip && one.close());
      popup.setLatLng(event.latlng).setContent(storyAt(event.latlng)).openOn(map);
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", say("close"));
    });
    days.onChange(retell);
  }
  function sectorTip(days, number) {
    const period = days.period();
    const rows = days.time.sums.filter((row) => row[1] === number && period.has(row[0]));
    const box = element("div");
    element("b", box, {}, days.nameOf(number));
    element("div", box, {}, periodText(days));
    if (!period.known) return box;
    if (!rows.length) element("div", box, {}, say("no_change"));
    else sumOf(rows).forEach((value, i) => {
      element("div", box, {}, say(SUMS[i]) + ": " + km2(value, { signed: SUMS[i] === "net" }) + " " + say("km2"));
    });
    return box;
  }

  // tracker/outputs/page/scripts/captures.js
  function addCaptures(data, days, layer, shown) {
    const placeOf2 = new Map(data.settlements.map((row) => [row[4], row]));
    const colours = { free: colour("loss"), contested: "#5b5b5b", occupied: colour("gain-1") };
    function add([step, id, before, after]) {
      const place = placeOf2.get(id);
      if (!place) return;
      const ring = L.circleMarker([place[0], place[1]], {
        pane: "captures",
        radius: 6,
        weight: 2.5,
        color: colours[data.statuses[after]],
        fillColor: "#fff",
        fillOpacity: 0.9
      });
      const tip = element("div"), changed = statusWord(data, before) + " → " + statusWord(data, after);
      element("b", tip, {}, place[2]);
      element("div", tip, {}, changed + " · " + mapText(days, days.time.days[step]));
      layer("captures").addLayer(ring.bindTooltip(tip, { className: "tip" }));
    }
    return function showCaptures() {
      if (!layer("captures")) return;
      layer("captures").clearLayers();
      if (shown("captures")) days.captures().forEach(add);
    };
  }

  // tracker/outputs/page/scripts/chronicle.js
  function* numbersIn(base64) {
    const bytes = atob(base64);
    let value = 0, shift = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes.charCodeAt(i);
      value |= (byte & 127) << shift;
      shift += 7;
      if (byte > 127) continue;
      yield value >>> 1 ^ -(value & 1);
      value = shift = 0;
    }
  }
  function readChains(base64, digits) {
    const left = [], right = [], slit = [], first = [0], lon = [], lat = [];
    const numbers = numbersIn(base64), next = () => numbers.next().value, unit = 10 ** -digits;
    let x = 0, y = 0;
    for (let number = next(); number !== void 0; number = next()) {
      left.push(number);
      right.push(next());
      const size = next();
      slit.push(size & 1);
      for (let points = size >> 1; points > 0; points--) {
        lon.push(x += next());
        lat.push(y += next());
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
      lat: Float64Array.from(lat, (value) => value * unit)
    };
    chains.x = chains.lon.map((value) => value / 360 + 0.5);
    chains.y = chains.lat.map((value) => 0.5 - Math.log(Math.tan(Math.PI / 4 + value * Math.PI / 360)) / (2 * Math.PI));
    return Object.assign(chains, nodesOf(chains));
  }
  function nodesOf(chains) {
    const known = /* @__PURE__ */ new Map();
    const node = (at) => {
      const key = chains.lon[at] * 1e3 + ":" + chains.lat[at];
      if (!known.has(key)) known.set(key, known.size);
      return known.get(key);
    };
    const from = new Int32Array(chains.count), to = new Int32Array(chains.count);
    for (let i = 0; i < chains.count; i++) {
      from[i] = node(chains.first[i]);
      to[i] = node(chains.first[i + 1] - 1);
    }
    return { from, to, nodes: known.size };
  }
  function readHistories(base64) {
    const found = [], numbers = numbersIn(base64), next = () => numbers.next().value;
    for (let status = next(); status !== void 0; status = next()) {
      const flips = [{ step: 0, status, counts: false }];
      for (let left = next(); left > 0; left--) {
        const step = next();
        flips.push({ step: Math.abs(step), status: next(), counts: step > 0 });
      }
      found.push(flips);
    }
    return found;
  }
  function faceAt(chains, at) {
    let nearest = Infinity, found = 0;
    for (let i = 0; i < chains.count; i++) {
      for (let p = chains.first[i]; p < chains.first[i + 1] - 1; p++) {
        const y0 = chains.lat[p], y1 = chains.lat[p + 1];
        if (y0 > at.lat === y1 > at.lat) continue;
        const x = chains.lon[p] + (at.lat - y0) / (y1 - y0) * (chains.lon[p + 1] - chains.lon[p]);
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
  function chronicle(written2, occupied) {
    const chains = readChains(written2.chains, written2.digits), histories = readHistories(written2.histories);
    const days = written2.days;
    const states = /* @__PURE__ */ new Map();
    function statuses(step) {
      if (!states.has(step)) {
        if (states.size > 8) states.delete(states.keys().next().value);
        states.set(step, Uint8Array.from(histories, (history) => statusAt(history, step)));
      }
      return states.get(step);
    }
    const moved = (history, i) => i > 0 && history[i].status === occupied !== (history[i - 1].status === occupied);
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
    function between(since, day) {
      const start = stepOn(days, since), end = stepOn(days, day), before = statuses(start), after = statuses(end);
      return Int16Array.from(histories, (history, number) => {
        const gained = after[number] === occupied;
        if (gained === (before[number] === occupied)) return 0;
        const inside = (flip) => flip.step > start && flip.step <= end;
        const counts = history.some((flip, i) => inside(flip) && flip.counts && moved(history, i));
        return counts ? gained ? 1 : -1 : 0;
      });
    }
    return {
      chains,
      histories,
      days,
      statuses,
      ages,
      between,
      stepOn: (day) => stepOn(days, day),
      historyAt: (at) => histories[faceAt(chains, at)] || []
    };
  }

  // tracker/outputs/page/scripts/rings.js
  var among = (values, wanted) => Uint8Array.from(values, (value) => value === wanted ? 1 : 0);
  function bordersOf(chains, values) {
    const found = [];
    for (let i = 0; i < chains.count; i++) {
      if (values[chains.left[i]] !== values[chains.right[i]]) found.push(i);
    }
    return found;
  }
  function ringsOf(chains, inside, borders = bordersOf(chains, inside)) {
    const head = new Int32Array(chains.nodes).fill(-1), next = [], walked = [];
    for (const i of borders) {
      const left = inside[chains.left[i]], right = inside[chains.right[i]];
      if (left === right) continue;
      const start = left ? chains.from[i] : chains.to[i];
      walked.push(left ? i : ~i);
      next.push(head[start]);
      head[start] = walked.length - 1;
    }
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
  function eachPoint(chains, ring, visit) {
    for (const number of ring) {
      const i = number < 0 ? ~number : number, start = chains.first[i], end = chains.first[i + 1] - 1;
      if (number < 0) for (let p = end; p > start; p--) visit(p);
      else for (let p = start; p < end; p++) visit(p);
    }
  }
  function pointsOf(chains, inside) {
    return ringsOf(chains, inside).map((ring) => {
      const points = [];
      eachPoint(chains, ring, (p) => points.push([chains.lon[p], chains.lat[p]]));
      return points;
    });
  }
  function nearestOn(chains, inside, at) {
    const wide = Math.cos(at[0] * Math.PI / 180);
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

  // tracker/outputs/page/scripts/windows.js
  function windowsOf(days, lengths, staleDays) {
    const longest = lengths[lengths.length - 1];
    function describe(length, day) {
      const begins = day - length, last = stepOn(days, day), start = stepOn(days, begins);
      if (start < 0) return { length, start: days[0] ?? null, whole: false, late: 0, old: false, known: last >= 0 };
      const late = begins - days[start], old = late > staleDays;
      return { length, start: days[start], whole: true, late, old, known: last > start && (length === longest || !old) };
    }
    function holds(step, length, day) {
      const end = day - days[step], start = day - days[step - 1];
      return end >= 0 && end < length && (start - length <= staleDays || length === longest);
    }
    const ageOf = (step, day) => lengths.find((length) => holds(step, length, day)) || 0;
    function period(length, day) {
      const { known, start, old } = describe(length, day);
      return { has: (step) => holds(step, length, day), known, start, length: old ? 0 : length };
    }
    function between(since, day) {
      const start = stepOn(days, since), end = stepOn(days, day);
      return { has: (step) => step > start && step <= end, known: end > start, start: since, length: 0 };
    }
    return { lengths, longest, describe, holds, ageOf, period, between };
  }

  // tracker/outputs/page/scripts/days.js
  var ELSEWHERE = "elsewhere";
  function daysOf(data, shown) {
    const time = data.time, occupied = data.statuses.indexOf("occupied");
    const own = chronicle(time, occupied), other = data.other && chronicle(data.other, occupied);
    const otherOffset = other ? dayOf(data.other.first, time.first) : 0;
    const windows = windowsOf(time.days, data.ages.map(([length]) => length), data.stale_days);
    const state = { day: time.last, since: null, swipe: false, divider: 0.5, playing: false };
    const listeners = [];
    const iso = (day) => isoOf(time.first, day);
    const windowShown = () => Math.max(0, ...windows.lengths.filter((length) => shown("changes_" + length)));
    function period() {
      if (state.since !== null) return windows.between(state.since, state.day);
      return windows.period(windowShown() || windows.longest, state.day);
    }
    function nameOf(number) {
      const found = time.grounds[number];
      const name = found && found.ground !== ELSEWHERE ? nameOn(found.names, iso(state.day)) : null;
      return name === null ? say("elsewhere") : name;
    }
    function otherStatuses(day) {
      const step = other.stepOn(day + otherOffset);
      return step < 0 ? null : other.statuses(step);
    }
    const regionOf = (status) => among(own.statuses(own.stepOn(state.day)), status);
    const flipsAt = (at) => own.historyAt(at).filter((flip) => flip.step <= own.stepOn(state.day));
    function captures() {
      const { has } = period();
      return time.captures.filter((row) => has(row[0]));
    }
    function change(next) {
      Object.assign(state, next);
      if (state.since === null) state.swipe = false;
      for (const listener of listeners) listener(state);
    }
    const within = (day) => Number.isFinite(day) && day >= 0 && day <= time.last;
    const moved = (day) => ({ day, since: state.since === null ? null : Math.min(state.since, day) });
    function setDay(text) {
      const day = dayOf(time.first, text);
      if (!within(day)) return false;
      stop();
      change(moved(day));
      return true;
    }
    function setSince(text) {
      const day = text === null ? null : dayOf(time.first, text);
      if (day !== null && !within(day)) return false;
      change({ since: day === null ? null : Math.min(day, state.day) });
      return true;
    }
    const setCompared = (on) => change({ since: on ? Math.max(0, state.day - (windowShown() || windows.longest)) : null });
    let nextFrame = 0;
    function play() {
      const speed = Math.max(6, time.last / 40), start = state.day >= time.last ? 0 : state.day;
      let begun = null;
      change({ playing: true, day: start });
      function frame(now) {
        begun = begun === null ? now : begun;
        const day = Math.min(time.last, start + Math.floor((now - begun) / 1e3 * speed));
        if (day !== state.day) change(moved(day));
        if (day >= time.last) stop();
        else if (state.playing) nextFrame = requestAnimationFrame(frame);
      }
      nextFrame = requestAnimationFrame(frame);
    }
    function stop() {
      if (!state.playing) return;
      cancelAnimationFrame(nextFrame);
      change({ playing: false });
    }
    return {
      time,
      state,
      own,
      windows,
      iso,
      windowShown,
      period,
      nameOf,
      otherStatuses,
      regionOf,
      flipsAt,
      captures,
      change,
      setDay,
      setSince,
      setCompared,
      play,
      stop,
      otherChains: other ? other.chains : null,
      day: () => iso(state.day),
      since: () => state.since === null ? null : iso(state.since),
      swipe: () => state.swipe,
      setSwipe: (on) => change({ swipe: on && state.since !== null }),
      playing: () => state.playing,
      onChange: (listener) => listeners.push(listener),
      nearestOccupied: (at) => nearestOn(own.chains, regionOf(occupied), at),
      // The rings of a status as they are drawn on the day shown, as [lon, lat]: for tests and those who embed the map.
      rings: (status) => pointsOf(own.chains, regionOf(status))
    };
  }
  function distancesOn(town, day) {
    return ["occupied", "contested"].filter((to) => town.days[to]).map((to) => {
      const rows = town.days[to].filter((row) => row[0] <= day);
      return rows.length ? [to, ...rows[rows.length - 1].slice(1)] : null;
    }).filter(Boolean);
  }

  // tracker/outputs/page/scripts/boxes.js
  var meet = (box, other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3];
  function around({ x, y }, dot) {
    const half = dot / 2 + 1;
    return [x - half, y - half, x + half, y + half];
  }
  function cornersOf({ x, y }, dot, width, height) {
    if (!dot) return [0, -height, height, -2 * height, 2 * height].map((dy) => [x - width / 2, y - height / 2 + dy]);
    const off = dot / 2 + 3;
    return [
      [x + off, y - height / 2],
      [x - off - width, y - height / 2],
      [x - width / 2, y - off - height],
      [x - width / 2, y + off]
    ];
  }
  function placed(corners, width, height, taken, view) {
    for (const [left, top] of corners) {
      const box = [left - 1, top, left + width + 1, top + height];
      if (left < 0 || top < 0 || box[2] > view.x || box[3] > view.y || taken.some((one) => meet(box, one))) continue;
      taken.push(box);
      return [left, top];
    }
    return null;
  }

  // tracker/outputs/page/scripts/geodesy.js
  var flatDistance = (start, end) => Math.hypot(start[0] - end[0], (start[1] - end[1]) * 0.66);
  function metres(start, end) {
    const a = 6378137, f = 1 / 298.257223563, b = a * (1 - f), radians = Math.PI / 180;
    const reduced = (lat) => Math.atan((1 - f) * Math.tan(lat * radians));
    const u1 = reduced(start[0]), u2 = reduced(end[0]), longitude = (end[1] - start[1]) * radians;
    const sines = Math.sin(u1) * Math.sin(u2), cosines = Math.cos(u1) * Math.cos(u2);
    let lambda = longitude, sigma, sinSigma, cosSigma, cosSqAlpha, cosMiddle;
    for (let round = 0, moved = 1; round < 50 && moved > 1e-12; round++) {
      const across = Math.cos(u2) * Math.sin(lambda);
      const along = Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * Math.cos(lambda);
      sinSigma = Math.hypot(across, along);
      if (sinSigma === 0) return 0;
      cosSigma = sines + cosines * Math.cos(lambda);
      sigma = Math.atan2(sinSigma, cosSigma);
      const sinAlpha = cosines * Math.sin(lambda) / sinSigma;
      cosSqAlpha = 1 - sinAlpha ** 2;
      cosMiddle = cosSqAlpha ? cosSigma - 2 * sines / cosSqAlpha : 0;
      const c = f / 16 * cosSqAlpha * (4 + f * (4 - 3 * cosSqAlpha)), last = lambda;
      const series = cosMiddle + c * cosSigma * (2 * cosMiddle ** 2 - 1);
      lambda = longitude + (1 - c) * f * sinAlpha * (sigma + c * sinSigma * series);
      moved = Math.abs(lambda - last);
    }
    const k = cosSqAlpha * (a ** 2 - b ** 2) / b ** 2;
    const major = 1 + k / 16384 * (4096 + k * (-768 + k * (320 - 175 * k)));
    const minor = k / 1024 * (256 + k * (-128 + k * (74 - 47 * k)));
    const third = minor / 6 * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3);
    const shift = minor * sinSigma * (cosMiddle + minor / 4 * (cosSigma * (2 * cosMiddle ** 2 - 1) - third));
    return b * major * (sigma - shift);
  }
  var stepsOf = (points) => points.slice(1).map((end, i) => metres(points[i], end));
  var middleOf = (start, end) => [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];

  // tracker/outputs/page/scripts/labels.js
  var RANKS = [
    // of settlements: the zoom from which on they are named, and how
    { zoom: 5, size: 15, weight: 600, dot: 7 },
    { zoom: 6.25, size: 13, weight: 500, dot: 6 },
    { zoom: 8, size: 12, weight: 400, dot: 5 },
    { zoom: 10.25, size: 11, weight: 400, dot: 4 }
  ];
  var TOWN = 2;
  var MARK_PX = 11;
  var SMALL_MARK_PX = 7;
  var NEAR_ZOOM = 8.5;
  var SECTORS_ZOOM = 6.5;
  var LARGE_SECTORS_ZOOM = 8;
  var KM_ZOOM = 8;
  var ITALIC = ["sector", "km"];
  function addLabels(map, data, towns, shown, nameOf) {
    const pane = paneOf(map, "labels", 640);
    pane.classList.add("leaflet-zoom-hide");
    pane.setAttribute("aria-hidden", "true");
    const brush = document.createElement("canvas").getContext("2d");
    const family = getComputedStyle(document.body).fontFamily;
    const townIds = new Set(data.towns.map((town) => town.id));
    const rankOf = new Map(data.settlements.map((row) => [row[4], row[3]]));
    const far = () => map.getZoom() < NEAR_ZOOM;
    function sectors(zoom) {
      if (!shown("sectors") || zoom < SECTORS_ZOOM) return [];
      const look = { kind: "sector", size: zoom < LARGE_SECTORS_ZOOM ? 12 : 14, weight: 600, room: 1.12 };
      const textOf = (ground, name) => nameOf ? nameOf(ground) : name;
      return data.sectors.map(([lat, lon, ground, name]) => ({ at: [lat, lon], text: textOf(ground, name), ...look }));
    }
    function marked(zoom) {
      const found = [], dot = far() ? SMALL_MARK_PX : MARK_PX;
      for (const { at, name, id } of shown("towns") ? data.towns : []) {
        const { zoom: from, size, weight } = RANKS[Math.min(TOWN, rankOf.get(id) || 0)];
        if (zoom >= from - 1.25) found.push({ at, text: name, kind: "town", id, size, weight, dot });
      }
      return found;
    }
    function distances(zoom) {
      if (!shown("lines") || zoom < KM_ZOOM) return [];
      const look = { kind: "km", size: 11, weight: 400 };
      return towns.lines().map(({ town, nearest, text }) => ({ at: middleOf(town.at, nearest), text, ...look }));
    }
    function places(zoom) {
      const found = [];
      for (const [lat, lon, text, rank, id] of shown("settlements") ? data.settlements : []) {
        const { zoom: from, size, weight, dot } = RANKS[rank];
        if (zoom < from) break;
        if (townIds.has(id) && shown("towns")) continue;
        found.push({ at: [lat, lon], text, kind: "place", size, weight, dot });
      }
      return found;
    }
    function obstacles() {
      const frame = map.getContainer().getBoundingClientRect(), page = map.getContainer().parentElement;
      const covers = [document.querySelector(".panel"), ...page.querySelectorAll(".leaflet-control, .tools")];
      const found = covers.filter((one) => one.checkVisibility()).map((one) => {
        const box = one.getBoundingClientRect();
        return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
      });
      const marks = shown("towns") && !far() ? data.towns : [];
      return [...found, ...marks.map((town) => around(map.latLngToContainerPoint(town.at), MARK_PX))];
    }
    function cornerOf(item, point, taken, size) {
      const needsDot = item.kind === "place" || item.kind === "town" && far();
      if (needsDot && taken.some((one) => meet(around(point, item.dot), one))) return null;
      brush.font = item.weight + " " + item.size + "px " + family;
      const width = brush.measureText(item.text).width * (item.room || 1) + 2, height = item.size * 1.2;
      return placed(cornersOf(point, item.dot, width, height), width, height, taken, size);
    }
    function write(item, point, corner) {
      const made = element("span", pane, { class: "label " + item.kind }, item.text);
      const slope = ITALIC.includes(item.kind) ? "italic " : "";
      made.style.font = slope + item.weight + " " + item.size + "px/1.2 " + family;
      L.DomUtil.setPosition(made, map.containerPointToLayerPoint(corner));
      if (item.kind !== "place") return;
      const dot = element("span", pane, { class: "dot" });
      dot.style.width = dot.style.height = item.dot + "px";
      L.DomUtil.setPosition(dot, map.containerPointToLayerPoint([point.x - item.dot / 2, point.y - item.dot / 2]));
    }
    return function label() {
      pane.textContent = "";
      map.getContainer().classList.toggle("far", far());
      const size = map.getSize(), taken = obstacles(), view = map.getBounds(), zoom = map.getZoom();
      const items = [...sectors(zoom), ...marked(zoom), ...distances(zoom), ...places(zoom)];
      const labelled = /* @__PURE__ */ new Set(), named = /* @__PURE__ */ new Set();
      for (const item of items.filter((one) => view.contains(one.at))) {
        const point = map.latLngToContainerPoint(item.at);
        if (item.kind === "sector" && named.has(item.text)) continue;
        const corner = cornerOf(item, point, taken, size);
        if (!corner) continue;
        if (item.kind === "sector") named.add(item.text);
        if (item.kind === "town") labelled.add(item.id);
        if (item.dot && (item.kind === "place" || far())) taken.push(around(point, item.dot));
        write(item, point, corner);
      }
      for (const [id, mark] of towns.marks) {
        if (mark.getElement()) mark.getElement().hidden = far() && !labelled.has(id);
      }
    };
  }

  // tracker/outputs/page/scripts/legend.js
  var Scale = L.Control.Scale.extend({
    _updateMetric(widest) {
      const size = this._getRoundNum(widest);
      const label = size < 1e3 ? size + " " + say("m") : size / 1e3 + " " + say("km");
      this._updateScale(this._mScale, label, size / widest);
    }
  });
  function addLegend(map) {
    const control = document.querySelector(".leaflet-control-layers");
    control.removeAttribute("aria-haspopup");
    control.setAttribute("role", "group");
    control.setAttribute("aria-label", say("layers"));
    control.querySelector(".leaflet-control-layers-toggle").remove();
    byId("layers").appendChild(control);
    L.control.zoom({ position: "bottomright", zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
    new Scale({ position: "bottomleft", metric: true, imperial: false }).addTo(map);
    return control;
  }
  function oneAtATime(control, layers) {
    const stamps = layers.map((one) => L.stamp(one));
    control.addEventListener("click", (event) => {
      if (!event.target.checked || !stamps.includes(event.target.layerId)) return;
      for (const input of control.querySelectorAll("input")) {
        if (input !== event.target && stamps.includes(input.layerId)) input.checked = false;
      }
    }, true);
  }
  function namesIn(control, layers) {
    const stamps = new Set(Array.from(control.querySelectorAll("input"), (input) => input.layerId));
    return Object.keys(layers).filter((name) => stamps.has(L.stamp(layers[name])));
  }
  function keepOutOfTabs(map) {
    function unfocus(one) {
      const drawn = one instanceof L.Path && one.getElement();
      if (drawn) drawn.setAttribute("tabindex", "-1");
    }
    map.eachLayer(unfocus);
    map.on("layeradd", (event) => unfocus(event.layer));
  }

  // tracker/outputs/page/scripts/canvas.js
  var NEAR_PX = 0.4;
  function pathOf(chains, inside, view, borders) {
    const path = new Path2D(), { scale, left, top } = view;
    for (const ring of ringsOf(chains, inside, borders)) {
      let x = NaN, y = NaN;
      eachPoint(chains, ring, (p) => {
        const px = chains.x[p] * scale - left, py = chains.y[p] * scale - top;
        if (Math.abs(px - x) < NEAR_PX && Math.abs(py - y) < NEAR_PX) return;
        if (Number.isNaN(x)) path.moveTo(px, py);
        else path.lineTo(px, py);
        x = px;
        y = py;
      });
      path.closePath();
    }
    return path;
  }
  function lineOf(chains, inside, view, borders) {
    const path = new Path2D(), { scale, left, top } = view;
    for (const i of borders) {
      if (chains.slit[i] || inside[chains.left[i]] === inside[chains.right[i]]) continue;
      const last = chains.first[i + 1] - 1;
      let x = NaN, y = NaN;
      for (let p = chains.first[i]; p <= last; p++) {
        const px = chains.x[p] * scale - left, py = chains.y[p] * scale - top;
        if (p < last && Math.abs(px - x) < NEAR_PX && Math.abs(py - y) < NEAR_PX) continue;
        if (Number.isNaN(x)) path.moveTo(px, py);
        else path.lineTo(px, py);
        x = px;
        y = py;
      }
    }
    return path;
  }
  var Canvas = L.Layer.extend({
    options: { pane: "overlayPane", margin: 0.1 },
    initialize(paint, options) {
      L.setOptions(this, options);
      this._paint = paint;
    },
    onAdd() {
      const name = "leaflet-layer" + (this._map.options.zoomAnimation ? " leaflet-zoom-animated" : "");
      this._canvas = L.DomUtil.create("canvas", name, this.getPane());
      this._canvas.setAttribute("aria-hidden", "true");
      this.place();
    },
    onRemove() {
      this._canvas.remove();
    },
    getEvents() {
      return { moveend: this.place, resize: this.place, zoomanim: this._animate };
    },
    // Lay the canvas over what is seen, with a margin that a drag uncovers.
    place() {
      const size = this._map.getSize(), margin = size.multiplyBy(this.options.margin).round();
      const corner = this._map.containerPointToLayerPoint(margin.multiplyBy(-1)), whole = size.add(margin.multiplyBy(2));
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      this._corner = this._map.layerPointToLatLng(corner);
      this._zoom = this._map.getZoom();
      this._view = { width: whole.x, height: whole.y, ratio, scale: this._map.options.crs.scale(this._zoom) };
      const origin = this._map.getPixelOrigin().add(corner);
      Object.assign(this._view, { left: origin.x, top: origin.y });
      if (this._canvas.width !== whole.x * ratio || this._canvas.height !== whole.y * ratio) {
        this._canvas.width = whole.x * ratio;
        this._canvas.height = whole.y * ratio;
        this._canvas.style.width = whole.x + "px";
        this._canvas.style.height = whole.y + "px";
      }
      L.DomUtil.setPosition(this._canvas, corner);
      this.redraw();
    },
    redraw() {
      const brush = this._canvas.getContext("2d"), { width, height, ratio } = this._view;
      brush.setTransform(ratio, 0, 0, ratio, 0, 0);
      brush.clearRect(0, 0, width, height);
      this._paint(brush, this._view);
    },
    _animate(event) {
      const scale = this._map.getZoomScale(event.zoom, this._zoom);
      const corner = this._map._latLngToNewLayerPoint(this._corner, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, corner, scale);
    }
  });
  function patternOf(size, draw2) {
    const tile = document.createElement("canvas"), ratio = 2;
    tile.width = tile.height = size * ratio;
    const brush = tile.getContext("2d");
    brush.scale(ratio, ratio);
    draw2(brush, size);
    return (target, view) => {
      const pattern = target.createPattern(tile, "repeat");
      const shift = (value) => -((value % size + size) % size);
      pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, shift(view.left), shift(view.top)]));
      return pattern;
    };
  }
  function hatching(colour2, ground, slope) {
    return patternOf(8, (brush, size) => {
      brush.fillStyle = ground;
      brush.fillRect(0, 0, size, size);
      brush.strokeStyle = colour2;
      brush.lineWidth = 1.3;
      brush.beginPath();
      for (const at of [-size, 0, size]) {
        brush.moveTo(slope > 0 ? at : at + size, size);
        brush.lineTo(slope > 0 ? at + size : at, 0);
      }
      brush.stroke();
    });
  }
  function dots(colour2, ground) {
    return patternOf(5, (brush, size) => {
      brush.fillStyle = ground;
      brush.fillRect(0, 0, size, size);
      brush.fillStyle = colour2;
      brush.beginPath();
      brush.arc(size / 2, size / 2, 1.35, 0, 7);
      brush.fill();
    });
  }

  // tracker/outputs/page/scripts/painting.js
  var THUMB_PX = 34;
  var STATE_LEVEL = 412;
  var KEPT_PATHS = 4;
  var LINES = { change: 0.6, loss: 1.4, contested: 1, front: 1.2 };
  function looksOf(lengths) {
    return {
      occupied: colour("occupied"),
      line: colour("occupied_line"),
      contested: colour("contested"),
      loss: colour("loss"),
      gain: Object.fromEntries(lengths.map((length) => [length, colour("gain-" + length)])),
      compared: colour("gain-7"),
      hatch: hatching(colour("contested"), "#dcd9d28c", 1),
      lost: dots(colour("loss"), "#eef4fa"),
      mine: hatching("#6a3d9a", "#e7dff0", -1),
      theirs: dots("#1b7837", "#dcefe0")
    };
  }
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
  function addPainting(map, data, days, shown) {
    const { own, state, windows } = days, look = looksOf(windows.lengths);
    const [contested, occupied] = ["contested", "occupied"].map((status) => data.statuses.indexOf(status));
    const laidOut = /* @__PURE__ */ new Map();
    function pathsOf(day, view) {
      const step = own.stepOn(day), key = [step, view.scale, view.left, view.top].join();
      if (!laidOut.has(key)) {
        if (laidOut.size >= KEPT_PATHS) laidOut.delete(laidOut.keys().next().value);
        const statuses = own.statuses(step), borders = bordersOf(own.chains, statuses);
        const inside = among(statuses, occupied);
        laidOut.set(key, {
          occupied: pathOf(own.chains, inside, view, borders),
          contested: pathOf(own.chains, among(statuses, contested), view, borders),
          line: lineOf(own.chains, inside, view, borders)
        });
      }
      return laidOut.get(key);
    }
    function paintState(brush, view, day) {
      const paths = pathsOf(day, view);
      brush.globalAlpha = 0.85;
      if (shown("occupied")) shade(brush, paths.occupied, look.occupied);
      brush.globalAlpha = 1;
      if (!shown("contested")) return;
      const line = { colour: look.contested, width: LINES.contested, dash: [4, 3] };
      shade(brush, paths.contested, look.hatch(brush, view), line);
    }
    function paintChanges(brush, view, day) {
      const compared = state.since !== null, longest = days.windowShown();
      if (!compared && !longest) return;
      const moves = compared ? own.between(state.since, day) : own.ages(day, windows);
      const gains = compared ? [1] : windows.lengths.filter((length) => length <= longest).reverse();
      const borders = bordersOf(own.chains, moves);
      const draw2 = (inside, fillStyle, line) => shade(brush, pathOf(own.chains, inside, view, borders), fillStyle, line);
      for (const age of gains) {
        const fillStyle = compared ? look.compared : look.gain[age];
        draw2(among(moves, age), fillStyle, { colour: look.line, width: LINES.change });
      }
      const limit = compared ? 1 : longest;
      const losses = Uint8Array.from(moves, (move) => move < 0 && move >= -limit ? 1 : 0);
      draw2(losses, look.lost(brush, view), { colour: look.loss, width: LINES.loss, dash: [1, 3] });
    }
    function outline(brush, view, day) {
      brush.strokeStyle = look.line;
      brush.globalAlpha = 0.8;
      brush.lineWidth = LINES.front;
      brush.lineJoin = "round";
      brush.stroke(pathsOf(day, view).line);
      brush.globalAlpha = 1;
    }
    function paintDisagreement(brush, view, day) {
      const statuses = days.otherStatuses(day);
      if (!statuses) return;
      const mine = pathsOf(day, view).occupied;
      const both = new Path2D(mine), outside = new Path2D(mine);
      both.addPath(pathOf(days.otherChains, among(statuses, occupied), view));
      outside.rect(-1, -1, view.width + 2, view.height + 2);
      for (const [clip2, rule, fillStyle] of [[mine, "nonzero", look.mine], [outside, "evenodd", look.theirs]]) {
        brush.save();
        brush.clip(clip2, rule);
        brush.fillStyle = fillStyle(brush, view);
        brush.fill(both, "evenodd");
        brush.restore();
      }
    }
    function paint(brush, view, day, withChanges) {
      if (own.stepOn(day) < 0) return;
      paintState(brush, view, day);
      if (withChanges) paintChanges(brush, view, day);
      if (days.otherChains && shown("disagreement")) paintDisagreement(brush, view, day);
      if (shown("occupied")) outline(brush, view, day);
    }
    const panes = { now: paneOf(map, "state", STATE_LEVEL), before: paneOf(map, "state-before", STATE_LEVEL + 1) };
    const now = new Canvas((brush, view) => paint(brush, view, state.day, !state.swipe), { pane: "state" }).addTo(map);
    const before = new Canvas((brush, view) => paint(brush, view, state.since, false), { pane: "state-before" });
    function clip() {
      panes.now.style.clipPath = "";
      if (!state.swipe) return;
      const size = map.getSize(), from = map.containerPointToLayerPoint([0, 0]);
      const at = Math.round(THUMB_PX / 2 + (size.x - THUMB_PX) * state.divider);
      const cut = (left, right) => {
        const corners = [[left, 0], [right, 0], [right, size.y], [left, size.y]];
        return "polygon(" + corners.map(([x, y]) => from.x + x + "px " + (from.y + y) + "px").join(",") + ")";
      };
      panes.before.style.clipPath = cut(0, at);
      panes.now.style.clipPath = cut(at, size.x);
      byId("tracker-swipe-line").style.left = at + "px";
      byId("tracker-divider").setAttribute("aria-valuetext", Math.round(100 * state.divider) + " %");
    }
    function redraw() {
      now.redraw();
      if (state.swipe) before.redraw();
    }
    map.on("move zoomend resize", clip);
    days.onChange(() => {
      if (state.swipe) before.addTo(map);
      else before.remove();
      clip();
      redraw();
    });
    return { redraw };
  }

  // tracker/outputs/page/scripts/print.js
  function pictureOf(canvas) {
    const picture = new Image();
    picture.alt = "";
    picture.className = canvas.className;
    picture.src = canvas.toDataURL();
    picture.style.cssText = canvas.style.cssText;
    canvas.after(picture);
    canvas.style.display = "none";
    return { canvas, picture };
  }
  function makePrintable(map) {
    const paper = window.matchMedia("print");
    let before = null;
    function unfold() {
      const folded2 = Array.from(document.querySelectorAll(".panel details:not([open])"));
      for (const one of folded2) one.open = true;
      before = { at: map.getCenter(), zoom: map.getZoom(), folded: folded2 };
      const bounds = map.getBounds();
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(bounds, { animate: false });
      before.pictures = Array.from(map.getPane("mapPane").querySelectorAll("canvas"), pictureOf);
    }
    function restore() {
      for (const { canvas, picture } of before.pictures) {
        canvas.style.display = "";
        picture.remove();
      }
      for (const one of before.folded) one.open = false;
      map.invalidateSize({ animate: false, pan: false });
      map.setView(before.at, before.zoom, { animate: false });
      before = null;
    }
    paper.addEventListener("change", () => {
      if (paper.matches && !before) unfold();
      if (!paper.matches && before) restore();
    });
  }

  // tracker/outputs/page/scripts/slider.js
  var STEPS = { ArrowLeft: -1, ArrowRight: 1 };
  function addSlider(days) {
    const { time, state, iso } = days, textOf = (day) => dayText(time.first, day);
    const slider = byId("tracker-day"), earlier = byId("tracker-since"), divider = byId("tracker-divider");
    const play = byId("tracker-play");
    function tellPlay() {
      const label = say(state.playing ? "pause" : "play");
      play.setAttribute("aria-pressed", String(state.playing));
      play.setAttribute("aria-label", label);
      play.title = label;
    }
    function tell() {
      tellPlay();
      slider.value = state.day;
      slider.setAttribute("aria-valuetext", textOf(state.day));
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
      earlier.setAttribute("aria-valuetext", textOf(state.since));
      byId("tracker-since-label").textContent = iso(state.since);
      byId("tracker-swipe-before").textContent = textOf(state.since);
      byId("tracker-swipe-after").textContent = textOf(state.day);
    }
    play.addEventListener("click", () => state.playing ? days.stop() : days.play());
    for (const said of ["input", "change"]) {
      slider.addEventListener(said, () => days.setDay(iso(Number(slider.value))));
      earlier.addEventListener(said, () => days.setSince(iso(Number(earlier.value))));
      divider.addEventListener(said, () => days.change({ divider: Number(divider.value) / 1e3 }));
    }
    byId("tracker-compare").addEventListener("change", (event) => days.setCompared(event.target.checked));
    byId("tracker-swipe").addEventListener("change", (event) => days.change({ swipe: event.target.checked }));
    document.addEventListener("keydown", (event) => {
      const busy = event.target.closest("input:not([type=checkbox]), select, textarea, .map");
      const step = STEPS[event.key];
      if (busy || !step || event.altKey || event.ctrlKey || event.metaKey) return;
      days.setDay(iso(state.day + step));
    });
    slider.max = earlier.max = time.last;
    days.onChange(tell);
    tell();
  }

  // tracker/outputs/page/scripts/link.js
  function written({ day, since, swipe, layers, at }) {
    const parts = [];
    if (day) parts.push("day=" + day);
    if (since) parts.push("since=" + since);
    if (swipe) parts.push("swipe=1");
    parts.push("map=" + [+at.zoom.toFixed(2), +at.lat.toFixed(4), +at.lng.toFixed(4)].join("/"));
    parts.push("layers=" + layers.map(encodeURIComponent).join(","));
    return "#" + parts.join("&");
  }
  function asked(hash) {
    const said = new URLSearchParams(hash.slice(1)), day = said.get("day"), since = said.get("since");
    const dated = day !== null && ISO.test(day);
    return {
      day: dated ? day : void 0,
      since: dated && (since === null || ISO.test(since)) ? since : void 0,
      swipe: said.get("swipe") === "1",
      layers: said.has("layers") ? said.get("layers").split(",").filter(Boolean) : void 0,
      at: placeOf(said.get("map") || "")
    };
  }
  function placeOf(text) {
    const [zoom, lat, lng] = text.split("/").map((part) => part ? Number(part) : NaN);
    return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 && zoom >= 0 && zoom <= 24 ? { lat, lng, zoom } : void 0;
  }
  function dayAsked(message) {
    const day = message !== null && typeof message === "object" ? message.day : null;
    return typeof day === "string" && ISO.test(day) ? day : null;
  }

  // tracker/outputs/page/scripts/address.js
  var WRITE_AFTER_MS = 300;
  function seen(map, view) {
    const { lat, lng } = map.getCenter(), at = { lat, lng, zoom: map.getZoom() };
    return { day: view.day(), since: view.since(), swipe: view.swipe(), layers: view.layers(), at };
  }
  function follow(map, view, hash) {
    const { day, since, swipe, layers, at } = asked(hash);
    if (layers !== void 0) view.setLayers(layers);
    if (day !== void 0 && view.setDay(day) && since !== void 0) view.setSince(since);
    view.setSwipe(swipe);
    if (at) map.setView([at.lat, at.lng], at.zoom, { animate: false });
    return Boolean(at);
  }
  function keepAddress(map, view) {
    let timer = 0;
    function write() {
      timer = 0;
      try {
        window.history.replaceState(null, "", written(seen(map, view)));
      } catch (refused) {
      }
    }
    const later = () => timer = timer || setTimeout(write, WRITE_AFTER_MS);
    const placed2 = follow(map, view, window.location.hash);
    window.addEventListener("hashchange", () => follow(map, view, window.location.hash));
    map.on("moveend", later);
    view.onChange(later);
    return placed2;
  }
  function embed(view) {
    const alone = new URLSearchParams(window.location.search).get("embed") === "1";
    document.documentElement.classList.toggle("embed", alone);
    const panel = document.querySelector(".panel"), note = panel.querySelector(".note");
    if (alone && note) panel.after(note);
    window.addEventListener("message", (event) => {
      const day = dayAsked(event.data);
      if (day !== null) view.setDay(day);
    });
    if (window.parent === window) return;
    let last = null;
    function announce() {
      if (view.day() === last) return;
      last = view.day();
      window.parent.postMessage({ day: last }, "*");
    }
    view.onChange(announce);
    announce();
  }
  function copiedByHand(text) {
    const area = element("textarea", document.body, { class: "unseen", readonly: "" });
    area.value = text;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
  function addCopyButton(map, view, bar, tell) {
    if (window.location.protocol === "about:") return;
    const copy = button(bar, "link", say("tool_link"));
    copy.classList.add("tool-link");
    copy.addEventListener("click", async () => {
      const link = window.location.href.replace(/#.*/s, "") + written(seen(map, view));
      const done = await Promise.resolve(navigator.clipboard && navigator.clipboard.writeText(link).then(() => true)).catch(() => false);
      if (done || copiedByHand(link)) tell(say("tool_copied"), { seconds: 3 });
      else tell(say("tool_not_copied") + " " + link);
      copy.focus({ preventScroll: true });
    });
  }

  // tracker/outputs/page/scripts/search.js
  var TOWN2 = 2;
  var VILLAGE = 3;
  var SHORTEST_INSIDE = 3;
  var LATIN = Object.fromEntries(Array.from("абвгґдеєжзиіклмнопрстуфхцчшщюяыэьъ", (letter, i) => [
    letter,
    "a b v h g d e ie zh z y i k l m n o p r s t u f kh ts ch sh shch iu ia y e".split(" ")[i] || ""
  ]));
  function folded(name) {
    const plain = name.normalize("NFKD").toLowerCase().replace(/[\p{M}'’‘ʼ′`´ʹ]/gu, "");
    return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim().replace(/[а-яґєії]/g, (letter) => LATIN[letter] ?? letter).replace(/[yij]+/g, "i").replace(/g/g, "h").replace(/(.)\1+/g, "$1");
  }
  function placesOf({ towns, settlements }) {
    const ids = new Set(towns.map((town) => town.id)), known = new Set(settlements.map((row) => row[4]));
    const others = towns.filter((town) => !known.has(town.id)).map((town) => [...town.at, town.name, TOWN2, town.id]);
    return [...others, ...settlements].map(([lat, lon, name, rank, id]) => {
      const words = folded(name), order = ids.has(id) ? Math.min(rank, TOWN2) : rank;
      return { at: [lat, lon], name, rank: order, words: " " + words, solid: words.replace(/ /g, "") };
    });
  }
  function howFits({ solid: name, words }, query, solid) {
    if (name === solid) return -9;
    if (name.startsWith(solid)) return 0;
    if (words.includes(" " + query)) return 1;
    return solid.length >= SHORTEST_INSIDE && name.includes(solid) ? 2 : null;
  }
  function matching(places, typed, centre) {
    const query = folded(typed), solid = query.replace(/ /g, ""), found = [];
    for (const place of solid ? places : []) {
      const how = howFits(place, query, solid);
      if (how === null) continue;
      found.push({ place, order: how + place.rank, away: place.rank < VILLAGE ? 0 : flatDistance(centre, place.at) });
    }
    return found.sort((one, other) => one.order - other.order || one.away - other.away).map(({ place }) => place);
  }
  function nearestTown(place, places) {
    let least = Infinity, nearest = null;
    for (const town of place.rank < VILLAGE ? [] : places) {
      const away = town.rank < VILLAGE ? flatDistance(town.at, place.at) : Infinity;
      if (away < least) [least, nearest] = [away, town];
    }
    return nearest;
  }

  // tracker/outputs/page/scripts/finder.js
  var LONGEST_LIST = 8;
  var CLOSE_UP = [9, 10, 11, 12];
  function addFinder(map, data, bar, tell) {
    const box = element("div", bar, { class: "tools-search" });
    const input = element("input", box, {
      type: "search",
      role: "combobox",
      placeholder: say("tool_place"),
      "aria-label": say("tool_search"),
      "aria-expanded": "false",
      "aria-controls": "tools-places",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false"
    });
    const list = element("ul", box, { id: "tools-places", role: "listbox", "aria-label": say("tool_search"), hidden: "" });
    const pin = L.marker([0, 0], {
      icon: L.divIcon({ className: "tools-pin", iconSize: [20, 20], iconAnchor: [10, 29] }),
      pane: "tools",
      interactive: false,
      keyboard: false
    });
    let places = null, found = [], active = -1;
    function close() {
      list.hidden = true;
      list.textContent = "";
      found = [];
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function point(number) {
      active = number;
      for (const [i, option] of Array.from(list.children).entries()) {
        option.setAttribute("aria-selected", String(i === active));
        if (i === active) option.scrollIntoView({ block: "nearest" });
      }
      input.setAttribute("aria-activedescendant", "tools-place-" + active);
    }
    function addOption(place, i) {
      const option = element("li", list, { id: "tools-place-" + i, role: "option", "aria-selected": "false" }, place.name);
      const town = nearestTown(place, places);
      if (town) element("small", option, {}, " " + town.name + " " + km(metres(place.at, town.at)));
      option.addEventListener("click", () => choose(place));
    }
    function offer() {
      places = places || placesOf(data);
      const { lat, lng } = map.getCenter(), all = matching(places, input.value, [lat, lng]);
      close();
      if (!input.value.trim()) {
        pin.remove();
        return tell("");
      }
      found = all.slice(0, LONGEST_LIST);
      found.forEach(addOption);
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      const told = found.length ? say("tool_found", { n: count(all.length) }) : say("tool_none");
      tell(told, { quiet: found.length > 0 });
    }
    function choose(place) {
      close();
      input.value = place.name;
      map.setView(place.at, Math.max(map.getZoom(), CLOSE_UP[place.rank]), { animate: !STILL.matches });
      pin.setLatLng(place.at).addTo(map);
      tell(say("tool_chosen", { name: place.name }), { quiet: true });
      if (NARROW.matches) input.blur();
    }
    const keys = {
      ArrowDown: () => found.length ? point((active + 1) % found.length) : offer(),
      ArrowUp: () => found.length && point((active <= 0 ? found.length : active) - 1),
      Enter: () => found.length && choose(found[Math.max(active, 0)]),
      Escape() {
        if (list.hidden) input.value = "";
        close();
        if (!input.value) pin.remove();
        tell("");
      }
    };
    input.addEventListener("keydown", (event) => {
      if (!Object.hasOwn(keys, event.key) || event.isComposing) return;
      event.preventDefault();
      keys[event.key]();
    });
    input.addEventListener("input", offer);
    input.addEventListener("blur", close);
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  // tracker/outputs/page/scripts/fullscreen.js
  function addFullScreen(bar) {
    if (!document.fullscreenEnabled) return;
    const toggle = button(bar, "full", say("tool_full"));
    const show = () => toggle.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    toggle.addEventListener("click", () => {
      const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
      done.catch(show);
    });
    document.addEventListener("fullscreenchange", show);
    show();
  }

  // tracker/outputs/page/scripts/ruler.js
  var PANE = { pane: "tools", interactive: false };
  var numberOf = (length) => decimal(length / 1e3);
  function kmLabel(at, length, name) {
    const text = element("span", null, { class: name }, km(length));
    const icon = L.divIcon({ className: "tools-km", html: text, iconSize: null });
    return L.marker(at, { ...PANE, icon, keyboard: false });
  }
  function draw(group, points) {
    const look = { ...PANE, color: colour("text"), weight: 2.5 };
    group.clearLayers();
    L.polyline(points, { ...look, color: "#fff", weight: 5, opacity: 0.9 }).addTo(group);
    L.polyline(points, look).addTo(group);
    for (const at of points) L.circleMarker(at, { ...look, radius: 4, fillColor: "#fff", fillOpacity: 1 }).addTo(group);
    const steps = stepsOf(points), total = steps.reduce((sum, step) => sum + step, 0);
    if (steps.length > 1) {
      steps.forEach((step, i) => kmLabel(middleOf(points[i], points[i + 1]), step, "step").addTo(group));
    }
    if (steps.length) kmLabel(points[points.length - 1], total, "total").addTo(group);
    return { steps, total };
  }
  function addRuler(map, bar, tell) {
    const toggle = button(bar, "ruler", say("tool_ruler")), group = L.layerGroup(), container = map.getContainer();
    const page = document.documentElement;
    let points = null;
    function show() {
      const { steps, total } = draw(group, points);
      if (!steps.length) return tell(say("tool_ruler_hint"));
      const told = { step: numberOf(steps[steps.length - 1]), n: numberOf(total) };
      return tell(say(steps.length > 1 ? "tool_step" : "tool_total", told));
    }
    function add(at) {
      const last = points[points.length - 1], here = [at.lat, at.lng];
      if (last && metres(last, here) === 0) return;
      points.push(here);
      show();
    }
    function turn(on) {
      points = on ? [] : null;
      toggle.setAttribute("aria-pressed", String(on));
      page.classList.toggle("ruling", on);
      map.doubleClickZoom[on ? "disable" : "enable"]();
      if (on) {
        map.closePopup();
        group.addTo(map);
        container.focus({ preventScroll: true });
        show();
      } else {
        group.clearLayers().remove();
        tell("");
      }
    }
    function end() {
      turn(false);
      toggle.focus({ preventScroll: true });
    }
    function takeBack() {
      points.pop();
      show();
    }
    const keys = { Enter: () => add(map.getCenter()), Backspace: takeBack, Delete: takeBack };
    container.addEventListener("keydown", (event) => {
      if (!points || event.target !== container || !Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key]();
    });
    document.addEventListener("keydown", (event) => {
      if (points && event.key === "Escape" && !event.defaultPrevented) end();
    });
    container.addEventListener("click", (event) => {
      if (!points || event.target.closest(".leaflet-control")) return;
      event.stopPropagation();
      if (!map.dragging.moved()) add(map.mouseEventToLatLng(event));
    }, true);
    toggle.addEventListener("click", () => points ? end() : turn(true));
    toggle.setAttribute("aria-pressed", "false");
  }

  // tracker/outputs/page/scripts/tools.js
  function barOf() {
    const panel = document.querySelector(".panel");
    const bar = element("div", null, { class: "tools", role: "group", "aria-label": say("tool_label") });
    const embedded = document.documentElement.classList.contains("embed");
    const place = () => NARROW.matches && !embedded ? panel.append(bar) : panel.after(bar);
    NARROW.addEventListener("change", place);
    place();
    return bar;
  }
  function speakerOf(bar) {
    const status = element("p", bar, { class: "tools-status", role: "status" });
    let timer;
    return (text, { quiet = false, seconds = 0 } = {}) => {
      clearTimeout(timer);
      status.textContent = text;
      status.classList.toggle("unseen", quiet);
      if (seconds) timer = setTimeout(() => status.textContent = "", seconds * 1e3);
    };
  }
  function addTools(map, data, view) {
    embed(view);
    const bar = barOf(), tell = speakerOf(bar);
    paneOf(map, "tools", 645);
    if (data.settlements.length + data.towns.length) addFinder(map, data, bar, tell);
    addRuler(map, bar, tell);
    addFullScreen(bar);
    addCopyButton(map, view, bar, tell);
    return keepAddress(map, view);
  }

  // tracker/outputs/page/scripts/towns.js
  var METRES_A_TENTH = 100;
  var kmText = (tenths) => tenths === null ? "–" : km(tenths * METRES_A_TENTH);
  function addTowns(map, data, days, layer, shown) {
    const marks = /* @__PURE__ */ new Map(), group = layer("towns");
    let lines = [];
    function rowsOf(town) {
      const named = sayList("directions");
      const away = (tenths, direction) => kmText(tenths) + (direction === null ? "" : " " + named[direction]);
      return distancesOn(town, days.state.day).map(([to, status, edge, edgeDirection, centre, direction]) => ({
        to,
        status: statusWord(data, status),
        name: say("to_" + to),
        tenths: centre,
        centre: away(centre, direction),
        edge: (town.disc && edge > 0 ? "≈ " : "") + away(edge, edgeDirection)
      }));
    }
    function tipOf(town) {
      const tip = element("div"), rows = rowsOf(town);
      element("b", tip, {}, town.name);
      if (!rows.length) return tip;
      element("span", tip, {}, " · " + rows[0].status);
      const table = element("table", tip, { class: "rows" }), head = element("tr", table);
      for (const text of ["", say("from_edge"), say("from_centre")]) element("th", head, {}, text);
      for (const { name, edge, centre } of rows) {
        const row = element("tr", table);
        element("th", row, {}, name);
        for (const text of [edge, centre]) element("td", row, {}, text);
      }
      if (town.disc) element("p", tip, {}, say("by_disc"));
      return tip;
    }
    function labelOf(town) {
      const rows = rowsOf(town);
      const told = rows.map(({ name, edge, centre }) => name + ": " + edge + " " + say("from_edge") + ", " + centre + " " + say("from_centre"));
      return [town.name, ...rows.slice(0, 1).map((row) => row.status), ...told].join(". ");
    }
    function lineOf2(town) {
      const row = rowsOf(town).find(({ to }) => to === "occupied");
      const nearest = row && row.tenths > 0 ? days.nearestOccupied(town.at) : null;
      if (!nearest) return null;
      const style = { pane: "lines", color: colour("text"), weight: 1.3, dashArray: "3 4", interactive: false };
      return { town, line: L.polyline([town.at, nearest], style), text: kmText(row.tenths), nearest };
    }
    function add(town) {
      const icon = L.divIcon({ className: "mark", iconSize: [11, 11] });
      const mark = L.marker(town.at, { icon, pane: "towns", keyboard: true });
      let pointed = null;
      mark.bindTooltip(() => tipOf(town), { className: "tip", direction: "auto", offset: [8, 0] });
      mark.on("add", () => mark.getElement().setAttribute("aria-label", labelOf(town)));
      mark.on("tooltipopen", () => {
        pointed = lineOf2(town);
        if (pointed) pointed.line.addTo(map);
      });
      mark.on("tooltipclose remove", () => {
        if (pointed) pointed.line.remove();
      });
      marks.set(town.id, mark);
      group.addLayer(mark);
    }
    if (group) data.towns.forEach(add);
    function showLines() {
      const drawn = layer("lines");
      if (!drawn) return;
      drawn.clearLayers();
      lines = shown("lines") && !days.playing() ? data.towns.map(lineOf2).filter(Boolean) : [];
      for (const { line } of lines) drawn.addLayer(line);
    }
    function retell() {
      for (const town of data.towns) {
        const drawn = marks.get(town.id).getElement();
        if (drawn) drawn.setAttribute("aria-label", labelOf(town));
      }
    }
    return { marks, showLines, retell, lines: () => lines };
  }

  // tracker/outputs/page/scripts/view.js
  function viewOf(map, days, names, layer, shown) {
    const listeners = [];
    return {
      day: days ? days.day : () => null,
      setDay: days ? days.setDay : () => false,
      since: days ? days.since : () => null,
      setSince: days ? days.setSince : () => false,
      swipe: days ? days.swipe : () => false,
      setSwipe: days ? days.setSwipe : () => {
      },
      layers: () => names.filter(shown),
      setLayers(wanted) {
        for (const name of names) {
          if (wanted.includes(name) && !shown(name)) layer(name).addTo(map);
          if (!wanted.includes(name) && shown(name)) layer(name).remove();
        }
      },
      onChange(listener) {
        listeners.push(listener);
        if (days) days.onChange(listener);
      },
      changed: () => listeners.forEach((listener) => listener())
    };
  }

  // tracker/outputs/page/scripts/map.js
  var SECTOR_LINES_ZOOM = 7;
  function openPage(data) {
    useWords(data.words, data.lang);
    const layers = Object.fromEntries(Object.entries(data.layers).map(([name, variable]) => [name, window[variable]]));
    const { map } = layers, layer = (name) => layers[name];
    const shown = (name) => Boolean(layer(name)) && map.hasLayer(layer(name));
    const control = addLegend(map), details = document.querySelector(".panel details");
    details.open = !NARROW.matches;
    const days = data.time ? daysOf(data, shown) : null;
    const ofDay = days && addWhatFollowsTheDay(map, data, days, control, layer, shown);
    const towns = addTowns(map, data, days, layer, shown);
    const label = addLabels(map, data, towns, shown, days && days.nameOf);
    keepOutOfTabs(map);
    const view = viewOf(map, days, namesIn(control, layers), layer, shown);
    function followDay() {
      towns.showLines();
      ofDay.showCaptures();
    }
    if (days) {
      days.onChange(() => {
        followDay();
        if (days.playing()) return;
        towns.retell();
        label();
      });
    }
    function followView() {
      if (layer("sector_lines")) {
        if (shown("sectors") && map.getZoom() >= SECTOR_LINES_ZOOM) layer("sector_lines").addTo(map);
        else layer("sector_lines").remove();
      }
      label();
    }
    map.on("moveend resize", followView);
    details.addEventListener("toggle", label);
    let awaited = 0;
    function followLayers() {
      awaited = 0;
      if (days) {
        ofDay.painting.redraw();
        ofDay.panel.tell();
        followDay();
      }
      followView();
      view.changed();
    }
    map.on("overlayadd overlayremove", () => awaited = awaited || requestAnimationFrame(followLayers));
    const placed2 = addTools(map, data, view);
    makePrintable(map);
    if (!placed2) fitBeside(map, data.bounds);
    followView();
    window.tracker = { map, days, view };
  }
  function addWhatFollowsTheDay(map, data, days, control, layer, shown) {
    oneAtATime(control, days.windows.lengths.map((length) => layer("changes_" + length)));
    const painting = addPainting(map, data, days, shown);
    addSlider(days);
    const panel = addPanel(data, days);
    addStory(map, data, days);
    if (layer("sectors")) layer("sectors").setTooltipContent((one) => sectorTip(days, one.feature.properties.ground));
    return { painting, panel, showCaptures: addCaptures(data, days, layer, shown) };
  }
  function fitBeside(map, bounds) {
    const narrow = NARROW.matches, panel = document.querySelector(".panel"), tools = document.querySelector(".tools");
    const below = tools.getBoundingClientRect().bottom - map.getContainer().getBoundingClientRect().top + 8;
    map.fitBounds(bounds, {
      paddingTopLeft: narrow ? [16, below] : [panel.offsetWidth + 26, 20],
      paddingBottomRight: [narrow ? 16 : 50, 40],
      maxZoom: 11,
      animate: false
    });
  }
  openPage(JSON.parse(byId("tracker-data").textContent));
})();
