// The tools of the map: search, ruler, full screen, the link to what is seen.
//
// `trackerTools(map, data, view)` is called once by map.js. `map` is Leaflet's, `data` the page's JSON, and `view` says
// and sets what is shown: day() → ISO date or null, setDay(iso) → whether there is such a day, since(), setSince(iso or
// null), layers() → names, setLayers(names), onChange(callback). Returned is whether the page's address said which ground
// is to be seen. All text is set as text, never as HTML.
const trackerTools = (function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const ICONS = { // paths in a square of 20
    ruler: "M2.5 13.5l11-11 4 4-11 11zM5.5 10.5l2 2M8.5 7.5l1.5 1.5M11 5l2 2",
    full: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
    link: "M8.5 11.5l3-3M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2M11 14l-2 2a3.5 3.5 0 0 1-5-5l2-2",
  };
  const NARROW = window.matchMedia("(max-width: 599px)");
  const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

  // Elements -----------------------------------------------------------------------------------------------------------

  function element(tag, parent, attributes, text) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  function button(parent, icon, label) {
    const made = element("button", parent, {type: "button", class: "tool", title: label, "aria-label": label});
    const picture = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
    picture.setAttribute("viewBox", "0 0 20 20");
    picture.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[icon]);
    picture.appendChild(path);
    made.appendChild(picture);
    return made;
  }

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // Names --------------------------------------------------------------------------------------------------------------

  // The official transliteration, as in tracker/names.py: so names are found in either alphabet.
  const LATIN = Object.fromEntries(Array.from("абвгґдеєжзиіклмнопрстуфхцчшщюяыэьъ", (letter, i) => [
    letter,
    "a b v h g d e ie zh z y i k l m n o p r s t u f kh ts ch sh shch iu ia y e".split(" ")[i] || "",
  ]));

  // Reduce a name to what its spellings have in common: words without accents, apostrophes and doubled letters, and with
  // one letter for i, y and j and for g and h, which spellings mix.
  function folded(name) {
    const plain = name.normalize("NFKD").toLowerCase().replace(/[\p{M}'’‘ʼ′`´ʹ]/gu, "");
    return plain
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim()
      .replace(/[а-яґєії]/g, (letter) => LATIN[letter] ?? letter)
      .replace(/[yij]+/g, "i")
      .replace(/g/g, "h")
      .replace(/(.)\1+/g, "$1");
  }

  // What can be searched: settlements, the most important first; the towns of the map count as towns at least.
  function placesOf(data) {
    const towns = new Set(data.towns.map((town) => town.id)), known = new Set(data.settlements.map((row) => row[4]));
    const others = data.towns.filter((town) => !known.has(town.id)).map((town) => [...town.at, town.name, 2, town.id]);
    return [...others, ...data.settlements].map(([lat, lon, name, rank, id]) => {
      const words = folded(name), order = towns.has(id) ? Math.min(rank, 2) : rank;
      return {at: [lat, lon], name: name, rank: order, words: " " + words, solid: words.replace(/ /g, "")};
    });
  }

  // Places for what was typed, the best first: one of that very name, then those that begin with it, those with a word
  // that does, those that hold it, important places before others. Of villages the nearest to the view comes first.
  function matching(places, typed, centre) {
    const query = folded(typed), solid = query.replace(/ /g, ""), found = [];
    for (const place of solid ? places : []) {
      const how = place.solid === solid ? -9 : place.solid.startsWith(solid) ? 0 : place.words.includes(" " + query) ? 1 : 2;
      if (how === 2 && (solid.length < 3 || !place.solid.includes(solid))) continue;
      found.push({place: place, order: how + place.rank, away: place.rank < 3 ? 0 : flatDistance(centre, place.at)});
    }
    return found.sort((one, other) => one.order - other.order || one.away - other.away).map(({place}) => place);
  }

  // In degrees of latitude, to tell what is nearer.
  const flatDistance = (start, end) => Math.hypot(start[0] - end[0], (start[1] - end[1]) * 0.66);

  // Distances ----------------------------------------------------------------------------------------------------------

  // The length of the geodesic on the WGS 84 ellipsoid in metres, by the inverse formula of Vincenty (1975), which is
  // good to half a millimetre; two points of one country are never where it fails, on opposite sides of the Earth.
  function metres(start, end) {
    const a = 6378137, f = 1 / 298.257223563, b = a * (1 - f), radians = Math.PI / 180;
    const reduced = (lat) => Math.atan((1 - f) * Math.tan(lat * radians));
    const u1 = reduced(start[0]), u2 = reduced(end[0]), longitude = (end[1] - start[1]) * radians;
    const sines = Math.sin(u1) * Math.sin(u2), cosines = Math.cos(u1) * Math.cos(u2);
    let lambda = longitude, sigma, sinSigma, cosSigma, cosSqAlpha, cosMiddle;
    for (let round = 0, moved = 1; round < 50 && moved > 1e-12; round++) {
      const across = Math.cos(u2) * Math.sin(lambda);
      const along = Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * Math.cos(lambda);
      sinSigma = Math.hypot(across, along);
      if (sinSigma === 0) return 0;
      cosSigma = sines + cosines * Math.cos(lambda);
      sigma = Math.atan2(sinSigma, cosSigma);
      const sinAlpha = (cosines * Math.sin(lambda)) / sinSigma;
      cosSqAlpha = 1 - sinAlpha ** 2;
      cosMiddle = cosSqAlpha ? cosSigma - (2 * sines) / cosSqAlpha : 0;
      const c = (f / 16) * cosSqAlpha * (4 + f * (4 - 3 * cosSqAlpha)), last = lambda;
      const series = cosMiddle + c * cosSigma * (2 * cosMiddle ** 2 - 1);
      lambda = longitude + (1 - c) * f * sinAlpha * (sigma + c * sinSigma * series);
      moved = Math.abs(lambda - last);
    }
    const k = (cosSqAlpha * (a ** 2 - b ** 2)) / b ** 2;
    const major = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
    const minor = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
    const third = (minor / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3);
    const shift = minor * sinSigma * (cosMiddle + (minor / 4) * (cosSigma * (2 * cosMiddle ** 2 - 1) - third));
    return b * major * (sigma - shift);
  }

  function kilometres(length) {
    const places = {minimumFractionDigits: 1, maximumFractionDigits: 1};
    return (length / 1000).toLocaleString(document.documentElement.lang, places);
  }

  // The bar ------------------------------------------------------------------------------------------------------------

  // It stands before the map, so that it is reached before the many towns; on phones it is a row of the panel, unless the
  // map is embedded, where the panel is away.
  function barOf(word) {
    const panel = document.querySelector(".panel");
    const bar = element("div", null, {class: "tools", role: "group", "aria-label": word.tool_label});
    const embedded = document.documentElement.classList.contains("embed");
    const place = () => (NARROW.matches && !embedded ? panel.append(bar) : panel.after(bar));
    NARROW.addEventListener("change", place);
    place();
    return bar;
  }

  // What is said to all: shown below the bar and read out. A list that is open already shows what it says.
  function speakerOf(bar) {
    const status = element("p", bar, {class: "tools-status", role: "status"});
    let timer;
    return (text, {quiet = false, seconds = 0} = {}) => {
      clearTimeout(timer);
      status.textContent = text;
      status.classList.toggle("unseen", quiet);
      if (seconds) timer = setTimeout(() => (status.textContent = ""), seconds * 1000);
    };
  }

  // Search -------------------------------------------------------------------------------------------------------------

  const LONGEST_LIST = 8;
  const CLOSE_UP = [9, 10, 11, 12]; // the zoom for a place, by rank

  // Villages share names: each is told apart by the nearest town.
  function whereabouts(place, places) {
    if (place.rank < 3) return "";
    let least = Infinity, nearest = null;
    for (const town of places) {
      const away = town.rank < 3 ? flatDistance(town.at, place.at) : Infinity;
      if (away < least) [least, nearest] = [away, town];
    }
    return nearest ? nearest.name + " " + kilometres(metres(place.at, nearest.at)) : "";
  }

  function addSearch(map, data, bar, say) {
    const word = data.words, box = element("div", bar, {class: "tools-search"});
    const input = element("input", box, {
      type: "search", role: "combobox", placeholder: word.tool_place, "aria-label": word.tool_search,
      "aria-expanded": "false", "aria-controls": "tools-places", "aria-autocomplete": "list",
      autocomplete: "off", spellcheck: "false",
    });
    const list = element("ul", box, {id: "tools-places", role: "listbox", "aria-label": word.tool_search, hidden: ""});
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

    function offer() {
      places = places || placesOf(data);
      const {lat, lng} = map.getCenter(), all = matching(places, input.value, [lat, lng]);
      close();
      if (!input.value.trim()) {
        pin.remove();
        return say("");
      }
      found = all.slice(0, LONGEST_LIST);
      found.forEach((place, i) => {
        const option = element("li", list, {id: "tools-place-" + i, role: "option", "aria-selected": "false"}, place.name);
        const near = whereabouts(place, places);
        if (near) element("small", option, {}, " " + near + " " + word.km);
        option.addEventListener("click", () => choose(place));
      });
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      const count = all.length.toLocaleString(document.documentElement.lang);
      say(found.length ? filled(word.tool_found, {n: count}) : word.tool_none, {quiet: found.length > 0});
    }

    function choose(place) {
      close();
      input.value = place.name;
      map.setView(place.at, Math.max(map.getZoom(), CLOSE_UP[place.rank]), {animate: !STILL.matches});
      pin.setLatLng(place.at).addTo(map);
      say(filled(word.tool_chosen, {name: place.name}), {quiet: true});
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
        say("");
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

  // Ruler --------------------------------------------------------------------------------------------------------------

  function kmLabel(at, text, name) {
    const label = element("span", null, {class: name}, text);
    const icon = L.divIcon({className: "tools-km", html: label, iconSize: null});
    return L.marker(at, {icon: icon, pane: "tools", interactive: false, keyboard: false});
  }

  const middle = (start, end) => [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];

  function drawRuler(group, points, word) {
    const look = {pane: "tools", interactive: false, color: "#1f2328", weight: 2.5};
    group.clearLayers();
    L.polyline(points, {...look, color: "#fff", weight: 5, opacity: 0.9}).addTo(group);
    L.polyline(points, look).addTo(group);
    for (const at of points) L.circleMarker(at, {...look, radius: 4, fillColor: "#fff", fillOpacity: 1}).addTo(group);
    const steps = points.slice(1).map((end, i) => metres(points[i], end));
    const total = steps.reduce((sum, step) => sum + step, 0);
    if (steps.length > 1) {
      steps.forEach((step, i) => {
        kmLabel(middle(points[i], points[i + 1]), kilometres(step) + " " + word.km, "step").addTo(group);
      });
    }
    if (steps.length) kmLabel(points[points.length - 1], kilometres(total) + " " + word.km, "total").addTo(group);
    return {step: steps[steps.length - 1], total: total};
  }

  function addRuler(map, word, bar, say) {
    const toggle = button(bar, "ruler", word.tool_ruler), group = L.layerGroup(), container = map.getContainer();
    const page = document.documentElement;
    let points = null; // null while the ruler is away

    function show() {
      const {step, total} = drawRuler(group, points, word);
      if (points.length < 2) say(word.tool_ruler_hint);
      else say(filled(points.length > 2 ? word.tool_step : word.tool_total, {step: kilometres(step), n: kilometres(total)}));
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
        say("");
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

  // Full screen --------------------------------------------------------------------------------------------------------

  function addFullScreen(word, bar) {
    if (!document.fullscreenEnabled) return;
    const toggle = button(bar, "full", word.tool_full);
    const show = () => toggle.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    toggle.addEventListener("click", () => {
      const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
      done.catch(show);
    });
    document.addEventListener("fullscreenchange", show);
    show();
  }

  // Copying the link ----------------------------------------------------------------------------------------------------

  // For browsers that do not give pages from disk the clipboard.
  function copiedByHand(text) {
    const area = element("textarea", document.body, {class: "unseen", readonly: ""});
    area.value = text;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function addLink(map, word, view, bar, say) {
    if (window.location.protocol === "about:") return;
    const copy = button(bar, "link", word.tool_link);
    copy.classList.add("tool-link");
    copy.addEventListener("click", async () => {
      const link = window.location.href.replace(/#.*/s, "") + trackerLink.written(map, view);
      const done = await Promise.resolve(navigator.clipboard && navigator.clipboard.writeText(link).then(() => true))
        .catch(() => false);
      if (done || copiedByHand(link)) say(word.tool_copied, {seconds: 3});
      else say(word.tool_not_copied + " " + link);
      copy.focus({preventScroll: true});
    });
  }

  // All of them --------------------------------------------------------------------------------------------------------

  function trackerTools(map, data, view) {
    trackerLink.embed(view);
    const word = data.words, bar = barOf(word);
    const pane = map.createPane("tools");
    pane.style.zIndex = 645; // over the labels, under what marks say
    pane.style.pointerEvents = "none";
    const say = speakerOf(bar);
    if (data.settlements.length + data.towns.length) addSearch(map, data, bar, say);
    addRuler(map, word, bar, say);
    addFullScreen(word, bar);
    addLink(map, word, view, bar, say);
    trackerPrint(map);
    return trackerLink.keep(map, view);
  }

  return Object.assign(trackerTools, {metres, folded});
})();
