// What stands around the map: the layer control, which is the legend, zoom and scale.
import {byId} from "./dom.js";
import {say} from "./text.js";

const Scale = L.Control.Scale.extend({
  _updateMetric(widest) {
    const size = this._getRoundNum(widest);
    const label = size < 1000 ? size + " " + say("m") : size / 1000 + " " + say("km");
    this._updateScale(this._mScale, label, size / widest);
  },
});

// Move the layer control into the panel, where on phones it folds with it.
export function addLegend(map) {
  const control = document.querySelector(".leaflet-control-layers");
  control.removeAttribute("aria-haspopup");
  control.setAttribute("role", "group");
  control.setAttribute("aria-label", say("layers"));
  control.querySelector(".leaflet-control-layers-toggle").remove(); // it is always open, and would say so in English
  byId("layers").appendChild(control);
  L.control.zoom({position: "bottomright", zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out")}).addTo(map);
  new Scale({position: "bottomleft", metric: true, imperial: false}).addTo(map);
  return control;
}

// Of these layers only one is on at a time: each holds what the shorter ones do. Clicks are caught before Leaflet reads
// the boxes.
export function oneAtATime(control, layers) {
  const stamps = layers.map((one) => L.stamp(one));
  control.addEventListener("click", (event) => {
    if (!event.target.checked || !stamps.includes(event.target.layerId)) return;
    for (const input of control.querySelectorAll("input")) {
      if (input !== event.target && stamps.includes(input.layerId)) input.checked = false;
    }
  }, true);
}

// The names of the layers that the control shows and hides.
export function namesIn(control, layers) {
  const stamps = new Set(Array.from(control.querySelectorAll("input"), (input) => input.layerId));
  return Object.keys(layers).filter((name) => stamps.has(L.stamp(layers[name])));
}

// A tooltip makes a path a tab stop in some browsers; hundreds of them would bar the way to the towns.
export function keepOutOfTabs(map) {
  function unfocus(one) {
    const drawn = one instanceof L.Path && one.getElement();
    if (drawn) drawn.setAttribute("tabindex", "-1");
  }
  map.eachLayer(unfocus);
  map.on("layeradd", (event) => unfocus(event.layer));
}
