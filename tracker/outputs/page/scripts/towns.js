// Towns: a mark that can be pointed at or reached by keyboard, and a line to the nearest occupied ground of the day.
import {distancesOn} from "./days.js";
import {colour, element} from "./dom.js";
import {statusWord} from "./story.js";
import {km, say, sayList} from "./text.js";

const METRES_A_TENTH = 100;
const kmText = (tenths) => (tenths === null ? "–" : km(tenths * METRES_A_TENTH));

// `layer(name)` gives a layer, `shown(name)` tells whether it is on.
export function addTowns(map, data, days, layer, shown) {
  const marks = new Map(), group = layer("towns");
  let lines = [];

  // What is said of a town on the day: its status, and how far it is from each kind of ground.
  function rowsOf(town) {
    const named = sayList("directions");
    const away = (tenths, direction) => kmText(tenths) + (direction === null ? "" : " " + named[direction]);
    return distancesOn(town, days.state.day).map(([to, status, edge, edgeDirection, centre, direction]) => ({
      to, status: statusWord(data, status), name: say("to_" + to), tenths: centre, centre: away(centre, direction),
      edge: (town.disc && edge > 0 ? "≈ " : "") + away(edge, edgeDirection),
    }));
  }

  function tipOf(town) {
    const tip = element("div"), rows = rowsOf(town);
    element("b", tip, {}, town.name);
    if (!rows.length) return tip;
    element("span", tip, {}, " · " + rows[0].status);
    const table = element("table", tip, {class: "rows"}), head = element("tr", table);
    for (const text of ["", say("from_edge"), say("from_centre")]) element("th", head, {}, text);
    for (const {name, edge, centre} of rows) {
      const row = element("tr", table);
      element("th", row, {}, name);
      for (const text of [edge, centre]) element("td", row, {}, text);
    }
    if (town.disc) element("p", tip, {}, say("by_disc"));
    return tip;
  }

  function labelOf(town) {
    const rows = rowsOf(town);
    const told = rows.map(({name, edge, centre}) => (
      name + ": " + edge + " " + say("from_edge") + ", " + centre + " " + say("from_centre")
    ));
    return [town.name, ...rows.slice(0, 1).map((row) => row.status), ...told].join(". ");
  }

  // The line from a town's centre to the nearest occupied ground of the day; null where there is none.
  function lineOf(town) {
    const row = rowsOf(town).find(({to}) => to === "occupied");
    const nearest = row && row.tenths > 0 ? days.nearestOccupied(town.at) : null;
    if (!nearest) return null;
    const style = {pane: "lines", color: colour("text"), weight: 1.3, dashArray: "3 4", interactive: false};
    return {town, line: L.polyline([town.at, nearest], style), text: kmText(row.tenths), nearest};
  }

  function add(town) {
    const icon = L.divIcon({className: "mark", iconSize: [11, 11]});
    const mark = L.marker(town.at, {icon, pane: "towns", keyboard: true});
    let pointed = null;
    mark.bindTooltip(() => tipOf(town), {className: "tip", direction: "auto", offset: [8, 0]});
    mark.on("add", () => mark.getElement().setAttribute("aria-label", labelOf(town)));
    mark.on("tooltipopen", () => {
      pointed = lineOf(town);
      if (pointed) pointed.line.addTo(map);
    });
    mark.on("tooltipclose remove", () => {
      if (pointed) pointed.line.remove();
    });
    marks.set(town.id, mark);
    group.addLayer(mark);
  }
  if (group) data.towns.forEach(add);

  // Lines follow the day; while the days play, they wait until they stop.
  function showLines() {
    const drawn = layer("lines");
    if (!drawn) return;
    drawn.clearLayers();
    lines = shown("lines") && !days.playing() ? data.towns.map(lineOf).filter(Boolean) : [];
    for (const {line} of lines) drawn.addLayer(line);
  }

  function retell() {
    for (const town of data.towns) {
      const drawn = marks.get(town.id).getElement();
      if (drawn) drawn.setAttribute("aria-label", labelOf(town));
    }
  }

  return {marks, showLines, retell, lines: () => lines};
}
