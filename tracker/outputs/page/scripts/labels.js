// Labels: laid out anew for each view, the most important first; one that would cover another is left out.
import {around, cornersOf, meet, placed} from "./boxes.js";
import {element, paneOf} from "./dom.js";
import {middleOf} from "./geodesy.js";

const RANKS = [ // of settlements: the zoom from which on they are named, and how
  {zoom: 5, size: 15, weight: 600, dot: 7},
  {zoom: 6.25, size: 13, weight: 500, dot: 6},
  {zoom: 8, size: 12, weight: 400, dot: 5},
  {zoom: 10.25, size: 11, weight: 400, dot: 4},
];
const TOWN = 2; // the least rank of a town that has distances
const MARK_PX = 11, SMALL_MARK_PX = 7;
const NEAR_ZOOM = 8.5, SECTORS_ZOOM = 6.5, LARGE_SECTORS_ZOOM = 8, KM_ZOOM = 8;
const ITALIC = ["sector", "km"];

// `towns` are the marks and lines of towns.js; `nameOf(ground)` names a sector on the day, or is null.
export function addLabels(map, data, towns, shown, nameOf) {
  const pane = paneOf(map, "labels", 640);
  pane.classList.add("leaflet-zoom-hide");
  pane.setAttribute("aria-hidden", "true");
  const brush = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  const townIds = new Set(data.towns.map((town) => town.id));
  const rankOf = new Map(data.settlements.map((row) => [row[4], row[3]]));

  // Seen from afar, marks would hide the changes: they are small then, and only where there is room for the name.
  const far = () => map.getZoom() < NEAR_ZOOM;

  function sectors(zoom) {
    if (!shown("sectors") || zoom < SECTORS_ZOOM) return [];
    const look = {kind: "sector", size: zoom < LARGE_SECTORS_ZOOM ? 12 : 14, weight: 600, room: 1.12};
    const textOf = (ground, name) => (nameOf ? nameOf(ground) : name);
    return data.sectors.map(([lat, lon, ground, name]) => ({at: [lat, lon], text: textOf(ground, name), ...look}));
  }

  function marked(zoom) {
    const found = [], dot = far() ? SMALL_MARK_PX : MARK_PX;
    for (const {at, name, id} of shown("towns") ? data.towns : []) {
      const {zoom: from, size, weight} = RANKS[Math.min(TOWN, rankOf.get(id) || 0)];
      if (zoom >= from - 1.25) found.push({at, text: name, kind: "town", id, size, weight, dot});
    }
    return found;
  }

  function distances(zoom) {
    if (!shown("lines") || zoom < KM_ZOOM) return [];
    const look = {kind: "km", size: 11, weight: 400};
    return towns.lines().map(({town, nearest, text}) => ({at: middleOf(town.at, nearest), text, ...look}));
  }

  function places(zoom) {
    const found = [];
    for (const [lat, lon, text, rank, id] of shown("settlements") ? data.settlements : []) {
      const {zoom: from, size, weight, dot} = RANKS[rank];
      if (zoom < from) break; // they come by rank
      if (townIds.has(id) && shown("towns")) continue;
      found.push({at: [lat, lon], text, kind: "place", size, weight, dot});
    }
    return found;
  }

  // What lies over the map, and the marks.
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
    const needsDot = item.kind === "place" || (item.kind === "town" && far());
    if (needsDot && taken.some((one) => meet(around(point, item.dot), one))) return null;
    brush.font = item.weight + " " + item.size + "px " + family;
    const width = brush.measureText(item.text).width * (item.room || 1) + 2, height = item.size * 1.2;
    return placed(cornersOf(point, item.dot, width, height), width, height, taken, size);
  }

  function write(item, point, corner) {
    const made = element("span", pane, {class: "label " + item.kind}, item.text);
    const slope = ITALIC.includes(item.kind) ? "italic " : "";
    made.style.font = slope + item.weight + " " + item.size + "px/1.2 " + family;
    L.DomUtil.setPosition(made, map.containerPointToLayerPoint(corner));
    if (item.kind !== "place") return;
    const dot = element("span", pane, {class: "dot"});
    dot.style.width = dot.style.height = item.dot + "px";
    L.DomUtil.setPosition(dot, map.containerPointToLayerPoint([point.x - item.dot / 2, point.y - item.dot / 2]));
  }

  return function label() {
    pane.textContent = "";
    map.getContainer().classList.toggle("far", far());
    const size = map.getSize(), taken = obstacles(), view = map.getBounds(), zoom = map.getZoom();
    const items = [...sectors(zoom), ...marked(zoom), ...distances(zoom), ...places(zoom)];
    const labelled = new Set(), named = new Set();
    for (const item of items.filter((one) => view.contains(one.at))) {
      const point = map.latLngToContainerPoint(item.at);
      if (item.kind === "sector" && named.has(item.text)) continue; // its second place
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
