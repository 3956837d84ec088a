// The page of a map: it puts together what the other modules draw and say.
//
// The page holds Leaflet's map and layers, drawn by Folium, under the names in `layers` of its JSON. Maps of many days
// have `time`, and with it a slider, a panel and what depends on the day; the page of an agreement does without.
import {addCaptures} from "./captures.js";
import {daysOf} from "./days.js";
import {byId, NARROW} from "./dom.js";
import {addLabels} from "./labels.js";
import {addLegend, keepOutOfTabs, namesIn, oneAtATime} from "./legend.js";
import {addPainting} from "./painting.js";
import {addPanel} from "./panel.js";
import {makePrintable} from "./print.js";
import {addSlider} from "./slider.js";
import {addStory, sectorTip} from "./story.js";
import {useWords} from "./text.js";
import {addTools} from "./tools.js";
import {addTowns} from "./towns.js";
import {viewOf} from "./view.js";

const SECTOR_LINES_ZOOM = 7;

function openPage(data) {
  useWords(data.words, data.lang);
  const layers = Object.fromEntries(Object.entries(data.layers).map(([name, variable]) => [name, window[variable]]));
  const {map} = layers, layer = (name) => layers[name];
  const shown = (name) => Boolean(layer(name)) && map.hasLayer(layer(name));
  const control = addLegend(map), details = document.querySelector(".panel details");
  details.open = !NARROW.matches;

  // What depends on the day listens to it in this order; what is drawn and said first comes first.
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

  // One redraw for all boxes that a click changes.
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
  map.on("overlayadd overlayremove", () => (awaited = awaited || requestAnimationFrame(followLayers)));

  // The address may say what to show; else all that changed is.
  const placed = addTools(map, data, view);
  makePrintable(map);
  if (!placed) fitBeside(map, data.bounds);
  followView();
  window.tracker = {map, days, view};
}

function addWhatFollowsTheDay(map, data, days, control, layer, shown) {
  oneAtATime(control, days.windows.lengths.map((length) => layer("changes_" + length)));
  const painting = addPainting(map, data, days, shown);
  addSlider(days);
  const panel = addPanel(data, days);
  addStory(map, data, days);
  if (layer("sectors")) layer("sectors").setTooltipContent((one) => sectorTip(days, one.feature.properties.ground));
  return {painting, panel, showCaptures: addCaptures(data, days, layer, shown)};
}

// Fit bounds into what the panel leaves of the map: on phones below it and the tools, else to the right of it.
function fitBeside(map, bounds) {
  const narrow = NARROW.matches, panel = document.querySelector(".panel"), tools = document.querySelector(".tools");
  const below = tools.getBoundingClientRect().bottom - map.getContainer().getBoundingClientRect().top + 8;
  map.fitBounds(bounds, {
    paddingTopLeft: narrow ? [16, below] : [panel.offsetWidth + 26, 20],
    paddingBottomRight: [narrow ? 16 : 50, 40], maxZoom: 11, animate: false,
  });
}

openPage(JSON.parse(byId("tracker-data").textContent));
