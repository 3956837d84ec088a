// The address bar: it follows what is seen, and what is seen follows it; a button copies it. And the word between a map
// and the page that holds it.
//
// `view` says and sets what is shown (see map.js).
import {button, element} from "./dom.js";
import {asked, dayAsked, written} from "./link.js";
import {say} from "./text.js";

const WRITE_AFTER_MS = 300;

function seen(map, view) {
  const {lat, lng} = map.getCenter(), at = {lat, lng, zoom: map.getZoom()};
  return {day: view.day(), since: view.since(), swipe: view.swipe(), layers: view.layers(), at};
}

// Show what an address asks for; what it does not say, or says badly, stays as it is. Whether it says where to look.
function follow(map, view, hash) {
  const {day, since, swipe, layers, at} = asked(hash);
  if (layers !== undefined) view.setLayers(layers);
  if (day !== undefined && view.setDay(day) && since !== undefined) view.setSince(since);
  view.setSwipe(swipe);
  if (at) map.setView([at.lat, at.lng], at.zoom, {animate: false});
  return Boolean(at);
}

// Keep the address up to date. Where a page has none of its own (as in the frame of a notebook), it does without.
export function keepAddress(map, view) {
  let timer = 0;
  function write() {
    timer = 0;
    try {
      window.history.replaceState(null, "", written(seen(map, view)));
    } catch (refused) { /* the link can still be copied */ }
  }
  const later = () => (timer = timer || setTimeout(write, WRITE_AFTER_MS));
  const placed = follow(map, view, window.location.hash);
  window.addEventListener("hashchange", () => follow(map, view, window.location.hash));
  map.on("moveend", later);
  view.onChange(later);
  return placed;
}

// With ?embed=1 the panel is away, but not the mark that it may bear; any page that holds this one may set the day by a
// message, and hears of it.
export function embed(view) {
  const alone = new URLSearchParams(window.location.search).get("embed") === "1";
  document.documentElement.classList.toggle("embed", alone);
  const panel = document.querySelector(".panel"), note = panel.querySelector(".note");
  if (alone && note) panel.after(note);
  window.addEventListener("message", (event) => {
    const day = dayAsked(event.data);
    if (day !== null) view.setDay(day);
  });
  if (window.parent === window) return;
  let last = null;
  function announce() {
    if (view.day() === last) return;
    last = view.day();
    window.parent.postMessage({day: last}, "*"); // it is no secret which day a map shows
  }
  view.onChange(announce);
  announce();
}

// For browsers that do not give pages from disk the clipboard.
function copiedByHand(text) {
  const area = element("textarea", document.body, {class: "unseen", readonly: ""});
  area.value = text;
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

// `tell` says something to all (see tools.js).
export function addCopyButton(map, view, bar, tell) {
  if (window.location.protocol === "about:") return;
  const copy = button(bar, "link", say("tool_link"));
  copy.classList.add("tool-link");
  copy.addEventListener("click", async () => {
    const link = window.location.href.replace(/#.*/s, "") + written(seen(map, view));
    const done = await Promise.resolve(navigator.clipboard && navigator.clipboard.writeText(link).then(() => true))
      .catch(() => false);
    if (done || copiedByHand(link)) tell(say("tool_copied"), {seconds: 3});
    else tell(say("tool_not_copied") + " " + link);
    copy.focus({preventScroll: true});
  });
}
