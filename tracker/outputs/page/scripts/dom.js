// Elements of the page. All text is set as text, never as HTML.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = { // paths in a square of 20
  ruler: "M2.5 13.5l11-11 4 4-11 11zM5.5 10.5l2 2M8.5 7.5l1.5 1.5M11 5l2 2",
  full: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
  link: "M8.5 11.5l3-3M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2M11 14l-2 2a3.5 3.5 0 0 1-5-5l2-2",
};

export const NARROW = window.matchMedia("(max-width: 599px)"); // a phone, as in map.css
export const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

export const byId = (id) => document.getElementById(id);

export function element(tag, parent, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}

export function button(parent, icon, label) {
  const made = element("button", parent, {type: "button", class: "tool", title: label, "aria-label": label});
  const picture = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  picture.setAttribute("viewBox", "0 0 20 20");
  picture.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[icon]);
  picture.appendChild(path);
  made.appendChild(picture);
  return made;
}

// Fill an element with a text; without one it is hidden.
export function fill(id, text) {
  const found = byId(id);
  found.textContent = text;
  found.hidden = !text;
}

// A colour that Python gives the page, by its name.
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// A pane of the map, over those of a lower level, that lets clicks through.
export function paneOf(map, name, zIndex) {
  const pane = map.createPane(name);
  pane.style.zIndex = zIndex;
  pane.style.pointerEvents = "none";
  return pane;
}
