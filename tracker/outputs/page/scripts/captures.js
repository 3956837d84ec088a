// Settlements that changed status in the period that is told: a ring around each.
import {colour, element} from "./dom.js";
import {mapText, statusWord} from "./story.js";

export function addCaptures(data, days, layer, shown) {
  const placeOf = new Map(data.settlements.map((row) => [row[4], row]));
  const colours = {free: colour("loss"), contested: "#5b5b5b", occupied: colour("gain-1")};

  function add([step, id, before, after]) {
    const place = placeOf.get(id);
    if (!place) return;
    const ring = L.circleMarker([place[0], place[1]], {
      pane: "captures", radius: 6, weight: 2.5, color: colours[data.statuses[after]],
      fillColor: "#fff", fillOpacity: 0.9,
    });
    const tip = element("div"), changed = statusWord(data, before) + " → " + statusWord(data, after);
    element("b", tip, {}, place[2]);
    element("div", tip, {}, changed + " · " + mapText(days, days.time.days[step]));
    layer("captures").addLayer(ring.bindTooltip(tip, {className: "tip"}));
  }

  return function showCaptures() {
    if (!layer("captures")) return;
    layer("captures").clearLayers();
    if (shown("captures")) days.captures().forEach(add);
  };
}
