// The address of what is seen, and the word between a map and the page that holds it.
//
// `map` is Leaflet's, `view` says and sets what is shown (see tools.js).
const trackerLink = (function () {
  "use strict";
  const DAY = /^\d{4}-\d\d-\d\d$/;

  function written(map, view) {
    const {lat, lng} = map.getCenter(), parts = [];
    if (view.day()) parts.push("day=" + view.day());
    if (view.since()) parts.push("since=" + view.since());
    if (view.swipe()) parts.push("swipe=1");
    parts.push("map=" + [+map.getZoom().toFixed(2), +lat.toFixed(4), +lng.toFixed(4)].join("/"));
    parts.push("layers=" + view.layers().map(encodeURIComponent).join(","));
    return "#" + parts.join("&");
  }

  // Go where an address asks to; whether it did.
  function placed(map, asked) {
    const [zoom, lat, lon] = (asked.get("map") || "").split("/").map((part) => (part ? Number(part) : NaN));
    if (!(Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 24)) return false;
    map.setView([lat, lon], zoom, {animate: false});
    return true;
  }

  // Show what an address asks for; what it does not say, or says badly, stays as it is.
  function follow(map, view, hash) {
    const asked = new URLSearchParams(hash.slice(1)), day = asked.get("day"), since = asked.get("since");
    if (asked.has("layers")) view.setLayers(asked.get("layers").split(",").filter(Boolean));
    if (day !== null && DAY.test(day) && view.setDay(day) && (since === null || DAY.test(since))) view.setSince(since);
    view.setSwipe(asked.get("swipe") === "1");
    return placed(map, asked);
  }

  // Keep the address up to date. Where a page has none of its own (as in the frame of a notebook), it does without.
  function keep(map, view) {
    let timer = 0;
    function write() {
      timer = 0;
      try {
        window.history.replaceState(null, "", written(map, view));
      } catch (refused) { /* the link can still be copied */ }
    }
    const later = () => (timer = timer || setTimeout(write, 300));
    const asked = follow(map, view, window.location.hash);
    window.addEventListener("hashchange", () => follow(map, view, window.location.hash));
    map.on("moveend", later);
    view.onChange(later);
    return asked;
  }

  // With ?embed=1 the panel is away, but not the mark that it may bear; any page that holds this one may set the day by a message, and hears of it.
  function embed(view) {
    const asked = new URLSearchParams(window.location.search).get("embed") === "1";
    document.documentElement.classList.toggle("embed", asked);
    const panel = document.querySelector(".panel"), note = panel.querySelector(".note");
    if (asked && note) panel.after(note);
    window.addEventListener("message", (event) => {
      const day = event.data !== null && typeof event.data === "object" ? event.data.day : null;
      if (typeof day === "string" && DAY.test(day)) view.setDay(day);
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

  return {written, keep, embed};
})();
