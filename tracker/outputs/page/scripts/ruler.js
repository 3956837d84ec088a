// The ruler: a line of clicks on the map, or of Enter at its centre, and how long it is.
import {button, colour, element} from "./dom.js";
import {metres, middleOf, stepsOf} from "./geodesy.js";
import {decimal, km, say} from "./text.js";

const PANE = {pane: "tools", interactive: false};
const numberOf = (length) => decimal(length / 1000);

function kmLabel(at, length, name) {
  const text = element("span", null, {class: name}, km(length));
  const icon = L.divIcon({className: "tools-km", html: text, iconSize: null});
  return L.marker(at, {...PANE, icon, keyboard: false});
}

// Draw the line between points; the lengths of its steps.
function draw(group, points) {
  const look = {...PANE, color: colour("text"), weight: 2.5};
  group.clearLayers();
  L.polyline(points, {...look, color: "#fff", weight: 5, opacity: 0.9}).addTo(group);
  L.polyline(points, look).addTo(group);
  for (const at of points) L.circleMarker(at, {...look, radius: 4, fillColor: "#fff", fillOpacity: 1}).addTo(group);
  const steps = stepsOf(points), total = steps.reduce((sum, step) => sum + step, 0);
  if (steps.length > 1) {
    steps.forEach((step, i) => kmLabel(middleOf(points[i], points[i + 1]), step, "step").addTo(group));
  }
  if (steps.length) kmLabel(points[points.length - 1], total, "total").addTo(group);
  return {steps, total};
}

// `tell` says something to all (see tools.js).
export function addRuler(map, bar, tell) {
  const toggle = button(bar, "ruler", say("tool_ruler")), group = L.layerGroup(), container = map.getContainer();
  const page = document.documentElement;
  let points = null; // null while the ruler is away

  function show() {
    const {steps, total} = draw(group, points);
    if (!steps.length) return tell(say("tool_ruler_hint"));
    const told = {step: numberOf(steps[steps.length - 1]), n: numberOf(total)};
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
      container.focus({preventScroll: true});
      show();
    } else {
      group.clearLayers().remove();
      tell("");
    }
  }

  function end() {
    turn(false);
    toggle.focus({preventScroll: true});
  }

  function takeBack() {
    points.pop();
    show();
  }

  const keys = {Enter: () => add(map.getCenter()), Backspace: takeBack, Delete: takeBack};
  container.addEventListener("keydown", (event) => {
    if (!points || event.target !== container || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.addEventListener("keydown", (event) => {
    if (points && event.key === "Escape" && !event.defaultPrevented) end();
  });
  // Clicks are caught before Leaflet sees them: while one measures, the map tells nothing else.
  container.addEventListener("click", (event) => {
    if (!points || event.target.closest(".leaflet-control")) return;
    event.stopPropagation();
    if (!map.dragging.moved()) add(map.mouseEventToLatLng(event));
  }, true);
  toggle.addEventListener("click", () => (points ? end() : turn(true)));
  toggle.setAttribute("aria-pressed", "false");
}
