// What the panel says of the day: whose state is drawn, how much changed by window and by sector, the day in words.
import {byId, element, fill} from "./dom.js";
import {sumsByName, sumsIn} from "./sums.js";
import {dayText, daysText, instantText, km2, say} from "./text.js";

const ROWS = ["gain", "loss", "net"];

export function addPanel(data, days) {
  const {time, state, own, windows} = days, textOf = (day) => dayText(time.first, day);
  const described = () => windows.lengths.map((length) => windows.describe(length, state.day));

  function tellState() {
    const step = own.stepOn(state.day), held = time.days[step], old = state.day - held;
    const title = say("front_line", {day: textOf(state.day)});
    fill("tracker-title", title);
    document.title = title;
    fill("tracker-as-of", say("state_of", {instant: instantText(time.first, held, time.minutes[step])}));
    const late = old > data.stale_days ? say("old_map", {days: daysText(old)}) : say("no_map", {day: textOf(held)});
    fill("tracker-old", old ? late : "");
    const [area, contested] = ["occupied", "contested"].map((status) => time.areas[status] && time.areas[status][step]);
    const drawn = contested === undefined || contested === null ? "drawn" : "drawn_contested";
    fill("tracker-drawn", area === undefined ? "" : say(drawn, {area: km2(area), contested: km2(contested || 0)}));
  }

  function tellSums() {
    const columns = windows.lengths.map((length) => sumsIn(time.sums, windows.period(length, state.day)));
    columns.push(state.since === null ? null : sumsIn(time.sums, days.period()));
    ROWS.forEach((key, row) => {
      const cells = document.querySelectorAll(".sums tr." + key + " td");
      columns.forEach((column, i) => {
        cells[i].textContent = column === null ? "" : km2(column[row], {signed: key === "net"});
      });
    });
    document.querySelector(".sums").classList.toggle("compared", state.since !== null);
    byId("tracker-sums-since").textContent = state.since === null ? "" : say("since_day", {day: textOf(state.since)});
  }

  // Marks of windows that begin before the first map, and what one must know of the beginnings of others.
  function tellNotes() {
    const found = described(), clipped = found.find((one) => !one.whole);
    const notes = found.filter((one) => one.known && one.old)
      .map((one) => say("measured_from", {window: daysText(one.length), day: textOf(one.start)}));
    document.querySelectorAll(".sums thead th[data-days]").forEach((head, i) => {
      head.lastChild.textContent = " " + data.ages[i][1] + (found[i].whole ? "" : "*");
    });
    if (clipped) notes.unshift("* " + say("data_since", {day: textOf(clipped.start)}));
    if (state.since !== null) notes.unshift(say("between", {since: textOf(state.since), day: textOf(state.day)}));
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
      element("th", row, {scope: "row"}, name);
      sums.forEach((value, i) => element("td", row, {}, km2(value, {signed: ROWS[i] === "net"})));
    }
    table.hidden = !body.rows.length;
  }

  function tellBulletin() {
    const box = byId("tracker-bulletin");
    if (!box) return;
    const step = own.stepOn(state.day), told = time.bulletin[step] || [];
    byId("tracker-bulletin-of").textContent = say("bulletin_of", {day: textOf(time.days[step])});
    box.textContent = "";
    if (!told.length) element("p", box, {}, say("no_changes"));
    for (const [heading, ...sentences] of told) {
      const line = element("p", box);
      element("b", line, {}, heading);
      line.append(" " + sentences.join(" "));
    }
  }

  // While the days play, only what can be read in passing is told.
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
  return {tell};
}

// The period that is told, in words.
export function periodText(days) {
  const {start, length} = days.period(), {first} = days.time, end = dayText(first, days.state.day);
  return length ? say("in_days", {days: daysText(length), day: end}) : dayText(first, start) + " – " + end;
}
