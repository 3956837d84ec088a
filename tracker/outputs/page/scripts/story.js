// What is said of a place that is clicked, and of a sector that is pointed at.
import {element} from "./dom.js";
import {periodText} from "./panel.js";
import {sumOf} from "./sums.js";
import {dayText, km2, say} from "./text.js";

const LONGEST_STORY = 8; // lines
const SUMS = ["gained", "lost", "net"];

export const statusWord = (data, status) => say(data.statuses[status]);

// "map of 6 January 2025", by the day of that map.
export const mapText = (days, day) => say("from_map", {day: dayText(days.time.first, day)});

// A click on the map tells what happened there up to the day, newest first.
export function addStory(map, data, days) {
  const popup = L.popup({className: "story", autoPan: false});

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

// What changed in a sector in the period that is told, by the number of its ground.
export function sectorTip(days, number) {
  const period = days.period();
  const rows = days.time.sums.filter((row) => row[1] === number && period.has(row[0]));
  const box = element("div");
  element("b", box, {}, days.nameOf(number));
  element("div", box, {}, periodText(days));
  if (!period.known) return box;
  if (!rows.length) element("div", box, {}, say("no_change"));
  else sumOf(rows).forEach((value, i) => {
    element("div", box, {}, say(SUMS[i]) + ": " + km2(value, {signed: SUMS[i] === "net"}) + " " + say("km2"));
  });
  return box;
}
