// The address of what is seen: what it says, and how it is read.
//
// What is seen is {day, since, swipe, layers, at: {lat, lng, zoom}}; days are ISO dates.
import {ISO} from "./calendar.js";

export function written({day, since, swipe, layers, at}) {
  const parts = [];
  if (day) parts.push("day=" + day);
  if (since) parts.push("since=" + since);
  if (swipe) parts.push("swipe=1");
  parts.push("map=" + [+at.zoom.toFixed(2), +at.lat.toFixed(4), +at.lng.toFixed(4)].join("/"));
  parts.push("layers=" + layers.map(encodeURIComponent).join(","));
  return "#" + parts.join("&");
}

// What an address asks for: undefined where it does not say, or says badly. An earlier day only goes with a day; null
// is none.
export function asked(hash) {
  const said = new URLSearchParams(hash.slice(1)), day = said.get("day"), since = said.get("since");
  const dated = day !== null && ISO.test(day);
  return {
    day: dated ? day : undefined,
    since: dated && (since === null || ISO.test(since)) ? since : undefined,
    swipe: said.get("swipe") === "1",
    layers: said.has("layers") ? said.get("layers").split(",").filter(Boolean) : undefined,
    at: placeOf(said.get("map") || ""),
  };
}

function placeOf(text) {
  const [zoom, lat, lng] = text.split("/").map((part) => (part ? Number(part) : NaN));
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 && zoom >= 0 && zoom <= 24 ? {lat, lng, zoom} : undefined;
}

// The day that a message of another page asks for; null for all other messages.
export function dayAsked(message) {
  const day = message !== null && typeof message === "object" ? message.day : null;
  return typeof day === "string" && ISO.test(day) ? day : null;
}
