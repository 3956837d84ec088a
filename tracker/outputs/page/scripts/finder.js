// The box in which one looks for a place: a list of what is found, a pin on what is chosen.
import {element, NARROW, STILL} from "./dom.js";
import {metres} from "./geodesy.js";
import {matching, nearestTown, placesOf} from "./search.js";
import {count, km, say} from "./text.js";

const LONGEST_LIST = 8;
const CLOSE_UP = [9, 10, 11, 12]; // the zoom for a place, by rank

// `tell` says something to all (see tools.js).
export function addFinder(map, data, bar, tell) {
  const box = element("div", bar, {class: "tools-search"});
  const input = element("input", box, {
    type: "search", role: "combobox", placeholder: say("tool_place"), "aria-label": say("tool_search"),
    "aria-expanded": "false", "aria-controls": "tools-places", "aria-autocomplete": "list",
    autocomplete: "off", spellcheck: "false",
  });
  const list = element("ul", box, {id: "tools-places", role: "listbox", "aria-label": say("tool_search"), hidden: ""});
  const pin = L.marker([0, 0], {
    icon: L.divIcon({className: "tools-pin", iconSize: [20, 20], iconAnchor: [10, 29]}), pane: "tools",
    interactive: false, keyboard: false,
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
      if (i === active) option.scrollIntoView({block: "nearest"});
    }
    input.setAttribute("aria-activedescendant", "tools-place-" + active);
  }

  function addOption(place, i) {
    const option = element("li", list, {id: "tools-place-" + i, role: "option", "aria-selected": "false"}, place.name);
    const town = nearestTown(place, places);
    if (town) element("small", option, {}, " " + town.name + " " + km(metres(place.at, town.at)));
    option.addEventListener("click", () => choose(place));
  }

  function offer() {
    places = places || placesOf(data);
    const {lat, lng} = map.getCenter(), all = matching(places, input.value, [lat, lng]);
    close();
    if (!input.value.trim()) {
      pin.remove();
      return tell("");
    }
    found = all.slice(0, LONGEST_LIST);
    found.forEach(addOption);
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    const told = found.length ? say("tool_found", {n: count(all.length)}) : say("tool_none");
    tell(told, {quiet: found.length > 0});
  }

  function choose(place) {
    close();
    input.value = place.name;
    map.setView(place.at, Math.max(map.getZoom(), CLOSE_UP[place.rank]), {animate: !STILL.matches});
    pin.setLatLng(place.at).addTo(map);
    tell(say("tool_chosen", {name: place.name}), {quiet: true});
    if (NARROW.matches) input.blur(); // the keyboard of a phone would hide the place
  }

  const keys = {
    ArrowDown: () => (found.length ? point((active + 1) % found.length) : offer()),
    ArrowUp: () => found.length && point((active <= 0 ? found.length : active) - 1),
    Enter: () => found.length && choose(found[Math.max(active, 0)]),
    Escape() {
      if (list.hidden) input.value = "";
      close();
      if (!input.value) pin.remove();
      tell("");
    },
  };
  input.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(keys, event.key) || event.isComposing) return;
    event.preventDefault();
    keys[event.key]();
  });
  input.addEventListener("input", offer);
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // a click must not take the focus first
  list.addEventListener("mousedown", (event) => event.preventDefault());
}
