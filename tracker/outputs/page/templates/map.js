(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("tracker-data").textContent);
  const map = window[data.layers.map];
  const layer = (name) => window[data.layers[name]];
  const shown = (name) => Boolean(layer(name)) && map.hasLayer(layer(name));
  const panel = document.querySelector(".panel");
  const details = panel.querySelector("details");
  const word = data.words;

  // The layer control is the legend: it lives in the panel, and on phones folds with it.
  const control = document.querySelector(".leaflet-control-layers");
  control.removeAttribute("aria-haspopup");
  control.setAttribute("role", "group");
  control.setAttribute("aria-label", word.layers);
  control.querySelector(".leaflet-control-layers-toggle").remove(); // it is always open, and would say so in English
  document.getElementById("layers").appendChild(control);
  const narrow = window.matchMedia("(max-width: 599px)").matches;
  details.open = !narrow;
  L.control.zoom({position: "bottomright", zoomInTitle: word.zoom_in, zoomOutTitle: word.zoom_out}).addTo(map);
  const Scale = L.Control.Scale.extend({
    _updateMetric(widest) {
      const metres = this._getRoundNum(widest);
      const label = metres < 1000 ? metres + " " + word.m : metres / 1000 + " " + word.km;
      this._updateScale(this._mScale, label, metres / widest);
    },
  });
  new Scale({position: "bottomleft", metric: true, imperial: false}).addTo(map);

  // Maps of many days have a slider; `days` draws the state and answers for the day.
  const days = data.time ? trackerDays(map, data, shown) : null;

  // A window holds all that is newer, so only one is on at a time. Clicks are caught before Leaflet reads the boxes.
  const windows = days ? data.ages.map(([age]) => layer("changes_" + age)) : [];
  control.addEventListener("click", (event) => {
    const stamps = windows.map((one) => L.stamp(one));
    if (!event.target.checked || !stamps.includes(event.target.layerId)) return;
    for (const input of control.querySelectorAll("input")) {
      if (input !== event.target && stamps.includes(input.layerId)) input.checked = false;
    }
  }, true);

  function showSectorLines() {
    if (!layer("sector_lines")) return;
    if (shown("sectors") && map.getZoom() >= 7) layer("sector_lines").addTo(map);
    else layer("sector_lines").remove();
  }

  // Towns: a mark that can be pointed at or reached by keyboard, and a line to the nearest occupied point. All text is
  // set as text, never as HTML.
  function element(tag, text, parent, name) {
    const made = L.DomUtil.create(tag, name || "", parent);
    made.textContent = text;
    return made;
  }

  const kilometres = (tenths) => (tenths === null ? "–" : days.decimal(tenths) + " " + word.km);

  // What is said of a town on the day: its status, and [to, from the edge, from the centre] for each kind of ground.
  function townRows(town) {
    const named = word.directions.split(" ");
    const away = (tenths, direction) => kilometres(tenths) + (direction === null ? "" : " " + named[direction]);
    return days.distancesOf(town).map(([to, status, edge, edgeDirection, centre, direction]) => ({
      status: days.statusWord(status), name: word["to_" + to], centre: away(centre, direction), km: centre,
      edge: (town.disc && edge > 0 ? "≈ " : "") + away(edge, edgeDirection),
    }));
  }

  function townTip(town) {
    const tip = document.createElement("div"), rows = townRows(town);
    element("b", town.name, tip);
    if (!rows.length) return tip;
    element("span", " · " + rows[0].status, tip);
    const table = L.DomUtil.create("table", "rows", tip);
    const head = L.DomUtil.create("tr", "", table);
    for (const text of ["", word.from_edge, word.from_centre]) element("th", text, head);
    for (const {name, edge, centre} of rows) {
      const row = L.DomUtil.create("tr", "", table);
      element("th", name, row);
      for (const text of [edge, centre]) element("td", text, row);
    }
    if (town.disc) element("p", word.by_disc, tip);
    return tip;
  }

  function townLabel(town) {
    const rows = townRows(town);
    const told = rows.map((row) => row.name + ": " + row.edge + " " + word.from_edge + ", " + row.centre + " " + word.from_centre);
    return [town.name].concat(rows.slice(0, 1).map((row) => row.status), told).join(". ");
  }

  // The line from a town's centre to the nearest occupied ground of the day; null where there is none.
  function lineOf(town) {
    const row = days.distancesOf(town).find(([to]) => to === "occupied");
    const nearest = row && row[4] > 0 ? days.nearestOccupied(town) : null;
    if (!nearest) return null;
    const style = {pane: "lines", color: "#1f2328", weight: 1.3, dashArray: "3 4", interactive: false};
    return {town: town, line: L.polyline([town.at, nearest], style), km: kilometres(row[4]), nearest: nearest};
  }

  const marks = new Map();
  let lines = [];

  function addTown(town) {
    const icon = L.divIcon({className: "mark", iconSize: [11, 11]});
    const mark = L.marker(town.at, {icon: icon, pane: "towns", keyboard: true});
    let pointed = null;
    mark.bindTooltip(() => townTip(town), {className: "tip", direction: "auto", offset: [8, 0]});
    mark.on("add", () => mark.getElement().setAttribute("aria-label", townLabel(town)));
    mark.on("tooltipopen", () => {
      pointed = lineOf(town);
      if (pointed) pointed.line.addTo(map);
    });
    mark.on("tooltipclose remove", () => {
      if (pointed) pointed.line.remove();
    });
    marks.set(town.id, mark);
    layer("towns").addLayer(mark);
  }
  if (layer("towns")) data.towns.forEach(addTown);

  // Lines and labels follow the day; while the days play, lines wait until they stop.
  function showLines() {
    if (!layer("lines")) return;
    layer("lines").clearLayers();
    lines = shown("lines") && !days.playing() ? data.towns.map(lineOf).filter(Boolean) : [];
    for (const one of lines) layer("lines").addLayer(one.line);
  }

  function retellTowns() {
    for (const town of data.towns) {
      const drawn = marks.get(town.id).getElement();
      if (drawn) drawn.setAttribute("aria-label", townLabel(town));
    }
  }

  const placeOf = new Map(data.settlements.map((row) => [row[4], row]));

  function showCaptures() {
    if (!layer("captures")) return;
    layer("captures").clearLayers();
    if (!shown("captures")) return;
    for (const one of days.captures()) {
      const place = placeOf.get(one.id);
      if (!place) continue;
      const ring = L.circleMarker([place[0], place[1]], {
        pane: "captures", radius: 6, weight: 2.5, color: ["#2166ac", "#5b5b5b", "#7f0000"][one.status], fillColor: "#fff", fillOpacity: 0.9,
      });
      const tip = document.createElement("div");
      element("b", place[2], tip);
      element("div", one.text, tip);
      layer("captures").addLayer(ring.bindTooltip(tip, {className: "tip"}));
    }
  }

  if (days && layer("sectors")) {
    layer("sectors").setTooltipContent((one) => days.sectorTip(one.feature.properties.ground));
  }

  // Labels: laid out anew for each view, the most important first; one that would cover another is left out.
  const RANKS = [
    {zoom: 5, size: 15, weight: 600, dot: 7},
    {zoom: 6.25, size: 13, weight: 500, dot: 6},
    {zoom: 8, size: 12, weight: 400, dot: 5},
    {zoom: 10.25, size: 11, weight: 400, dot: 4},
  ];
  const pane = map.createPane("labels");
  pane.style.zIndex = 640;
  pane.style.pointerEvents = "none";
  pane.classList.add("leaflet-zoom-hide");
  pane.setAttribute("aria-hidden", "true");
  const brush = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  const townIds = new Set(data.towns.map((town) => town.id));
  const rankOf = new Map(data.settlements.map((row) => [row[4], row[3]]));

  // Seen from afar, marks would hide the changes: they are small then, and only where there is room for the name.
  const far = () => map.getZoom() < 8.5;

  function items() {
    const zoom = map.getZoom(), found = [];
    if (shown("sectors") && zoom >= 6.5) {
      for (const [lat, lon, ground, name] of data.sectors) {
        const text = days ? days.nameOf(ground) : name;
        found.push({at: [lat, lon], text: text, kind: "sector", size: zoom < 8 ? 12 : 14, weight: 600, room: 1.12});
      }
    }
    if (shown("towns")) {
      for (const town of data.towns) {
        const rank = RANKS[Math.min(2, rankOf.get(town.id) || 0)];
        if (zoom >= rank.zoom - 1.25) {
          found.push({at: town.at, text: town.name, kind: "town", id: town.id, size: rank.size, weight: rank.weight, dot: far() ? 7 : 11});
        }
      }
    }
    if (shown("lines")) {
      for (const {town, nearest, km} of lines) {
        const middle = [(town.at[0] + nearest[0]) / 2, (town.at[1] + nearest[1]) / 2];
        if (zoom >= 8) found.push({at: middle, text: km, kind: "km", size: 11, weight: 400});
      }
    }
    if (shown("settlements")) {
      for (const [lat, lon, text, rank, id] of data.settlements) {
        const look = RANKS[rank];
        if (zoom < look.zoom) break;
        if (townIds.has(id) && shown("towns")) continue;
        found.push({at: [lat, lon], text: text, kind: "place", size: look.size, weight: look.weight, dot: look.dot});
      }
    }
    return found;
  }

  function obstacles() {
    const frame = map.getContainer().getBoundingClientRect();
    const covers = [panel, ...map.getContainer().parentElement.querySelectorAll(".leaflet-control, .tools")];
    return covers.filter((one) => one.checkVisibility()).map((one) => {
      const box = one.getBoundingClientRect();
      return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
    });
  }

  function places(item, point, width, height) {
    const off = (item.dot || 0) / 2 + 3, x = point.x, y = point.y;
    if (!item.dot) {
      return [0, -height, height, -2 * height, 2 * height].map((dy) => [x - width / 2, y - height / 2 + dy]);
    }
    return [
      [x + off, y - height / 2], [x - off - width, y - height / 2],
      [x - width / 2, y - off - height], [x - width / 2, y + off],
    ];
  }

  const hits = (box, other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3];

  function put(item, point, taken, size) {
    brush.font = item.weight + " " + item.size + "px " + family;
    if ((item.kind === "place" || (item.kind === "town" && far())) && taken.some((one) => hits(around(point, item.dot), one))) return null;
    const width = brush.measureText(item.text).width * (item.room || 1) + 2, height = item.size * 1.2;
    for (const [left, top] of places(item, point, width, height)) {
      const box = [left - 1, top, left + width + 1, top + height];
      if (left < 0 || top < 0 || box[2] > size.x || box[3] > size.y || taken.some((one) => hits(box, one))) continue;
      taken.push(box);
      return [left, top];
    }
    return null;
  }

  function write(item, point, corner) {
    const made = element("span", item.text, pane, "label " + item.kind);
    made.style.font = (item.kind === "sector" || item.kind === "km" ? "italic " : "") + item.weight + " " + item.size + "px/1.2 " + family;
    L.DomUtil.setPosition(made, map.containerPointToLayerPoint(corner));
    if (item.kind !== "place") return;
    const dot = L.DomUtil.create("span", "dot", pane);
    dot.style.width = dot.style.height = item.dot + "px";
    L.DomUtil.setPosition(dot, map.containerPointToLayerPoint([point.x - item.dot / 2, point.y - item.dot / 2]));
  }

  function around(point, dot) {
    const half = dot / 2 + 1;
    return [point.x - half, point.y - half, point.x + half, point.y + half];
  }

  function label() {
    pane.textContent = "";
    const size = map.getSize(), taken = obstacles(), view = map.getBounds();
    const seen = items().filter((item) => view.contains(item.at));
    const labelled = new Set(), named = new Set();
    map.getContainer().classList.toggle("far", far());
    if (shown("towns") && !far()) data.towns.forEach((town) => taken.push(around(map.latLngToContainerPoint(town.at), 11)));
    for (const item of seen) {
      const point = map.latLngToContainerPoint(item.at);
      if (item.kind === "sector" && named.has(item.text)) continue;
      const corner = put(item, point, taken, size);
      if (!corner) continue;
      if (item.kind === "sector") named.add(item.text);
      if (item.kind === "town") labelled.add(item.id);
      if (item.dot && (item.kind === "place" || far())) taken.push(around(point, item.dot));
      write(item, point, corner);
    }
    for (const [id, one] of marks) {
      if (one.getElement()) one.getElement().hidden = far() && !labelled.has(id);
    }
  }

  // A tooltip makes a path a tab stop in some browsers; hundreds of them would bar the way to the towns.
  function unfocus(one) {
    const drawn = one instanceof L.Path && one.getElement();
    if (drawn) drawn.setAttribute("tabindex", "-1");
  }
  map.eachLayer(unfocus);
  map.on("layeradd", (event) => unfocus(event.layer));

  function update() {
    showSectorLines();
    label();
  }

  const view = {details: details, changed: []};
  const overlays = Object.keys(data.layers).filter((name) => name !== "map" && name !== "sector_lines" && layer(name).options && controlled(name));
  function controlled(name) {
    return [...control.querySelectorAll("input")].some((input) => input.layerId === L.stamp(layer(name)));
  }
  view.layers = () => overlays.filter(shown);
  view.setLayers = (names) => {
    for (const name of overlays) {
      if (names.includes(name) && !shown(name)) layer(name).addTo(map);
      if (!names.includes(name) && shown(name)) layer(name).remove();
    }
  };
  view.onChange = (listener) => {
    view.changed.push(listener);
    if (days) days.onChange(listener);
  };
  view.day = days ? days.day : () => null;
  view.setDay = days ? days.setDay : () => false;
  view.since = days ? days.since : () => null;
  view.setSince = days ? days.setSince : () => false;
  view.swipe = days ? days.swipe : () => false;
  view.setSwipe = days ? days.setSwipe : () => {};

  map.on("moveend resize", update);
  let asked = 0;
  map.on("overlayadd overlayremove", () => {
    // One redraw for all boxes that a click changes.
    asked = asked || requestAnimationFrame(() => {
      asked = 0;
      if (days) {
        days.redraw();
        days.retell();
        showLines();
        showCaptures();
      }
      update();
      for (const listener of view.changed) listener();
    });
  });
  if (days) {
    days.onChange(() => {
      showLines();
      showCaptures();
      if (days.playing()) return;
      retellTowns();
      label();
    });
  }
  details.addEventListener("toggle", label);
  // The address may say what to show; else all that changed is.
  const placed = trackerTools(map, data, view);
  const tools = document.querySelector(".tools").getBoundingClientRect();
  const left = narrow ? 16 : panel.offsetWidth + 26, top = narrow ? tools.bottom - map.getContainer().getBoundingClientRect().top + 8 : 20;
  if (!placed) map.fitBounds(data.bounds, {
    paddingTopLeft: [left, top], paddingBottomRight: [narrow ? 16 : 50, 40], maxZoom: 11, animate: false,
  });
  update();
  window.tracker = {map: map, days: days, view: view};
})();
