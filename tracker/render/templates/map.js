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
  document.getElementById("layers").appendChild(control);
  const narrow = window.matchMedia("(max-width: 599px)").matches;
  details.open = !narrow;
  L.control.zoom({position: "bottomright", zoomInTitle: word.zoom_in, zoomOutTitle: word.zoom_out}).addTo(map);
  L.control.scale({position: "bottomleft", metric: true, imperial: false}).addTo(map);

  // A window holds all that is newer, so only one is on at a time. Clicks are caught before Leaflet reads the boxes.
  const windows = data.ages.map((age) => layer("changes_" + age));
  control.addEventListener("click", (event) => {
    const stamps = windows.map((one) => L.stamp(one));
    if (!event.target.checked || !stamps.includes(event.target.layerId)) return;
    for (const input of control.querySelectorAll("input")) {
      if (input !== event.target && stamps.includes(input.layerId)) input.checked = false;
    }
  }, true);

  function showAges() {
    const widest = Math.max(0, ...data.ages.filter((age) => shown("changes_" + age)));
    for (const age of data.ages) {
      if (age <= widest) layer("age_" + age).addTo(map);
      else layer("age_" + age).remove();
    }
  }

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

  function townTip(town) {
    const tip = document.createElement("div");
    element("b", town.name, tip);
    element("span", " · " + town.status, tip);
    const table = L.DomUtil.create("table", "rows", tip);
    const head = L.DomUtil.create("tr", "", table);
    for (const text of ["", word.from_edge, word.from_centre]) element("th", text, head);
    for (const [name, ...cells] of town.rows) {
      const row = L.DomUtil.create("tr", "", table);
      element("th", name, row);
      for (const text of cells) element("td", text, row);
    }
    if (town.disc) element("p", word.by_disc, tip);
    return tip;
  }

  function lineOf(town) {
    const style = {pane: "lines", color: "#1f2328", weight: 1.3, dashArray: "3 4", interactive: false};
    return L.polyline([town.at, town.nearest], style);
  }

  const marks = new Map();

  function addTown(town) {
    const icon = L.divIcon({className: "mark", iconSize: [11, 11]});
    const mark = L.marker(town.at, {icon: icon, pane: "towns", keyboard: true});
    const tip = townTip(town);
    mark.bindTooltip(tip, {className: "tip", direction: "auto", offset: [8, 0]});
    mark.on("add", () => {
      const rows = town.rows.map(([name, edge, centre]) =>
        name + ": " + edge + " " + word.from_edge + ", " + centre + " " + word.from_centre);
      mark.getElement().setAttribute("aria-label", [town.name, town.status].concat(rows).join(". "));
    });
    if (town.nearest) {
      const line = lineOf(town);
      layer("lines").addLayer(lineOf(town));
      mark.on("tooltipopen", () => line.addTo(map));
      mark.on("tooltipclose remove", () => line.remove());
    }
    marks.set(town.id, mark);
    layer("towns").addLayer(mark);
  }
  data.towns.forEach(addTown);

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
      for (const [lat, lon, text] of data.sectors) {
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
      for (const town of data.towns.filter((one) => one.nearest)) {
        const middle = [(town.at[0] + town.nearest[0]) / 2, (town.at[1] + town.nearest[1]) / 2];
        if (zoom >= 8) found.push({at: middle, text: town.km, kind: "km", size: 11, weight: 400});
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
    const covers = [panel, ...map.getContainer().querySelectorAll(".leaflet-control")];
    return covers.map((one) => {
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
    showAges();
    showSectorLines();
    label();
  }

  const left = narrow ? 16 : panel.offsetWidth + 26, top = narrow ? panel.offsetHeight + 12 : 20;
  map.fitBounds(data.bounds, {
    paddingTopLeft: [left, top], paddingBottomRight: [narrow ? 16 : 50, 40], maxZoom: 11, animate: false,
  });
  map.on("moveend overlayadd overlayremove resize", update);
  details.addEventListener("toggle", label);
  update();
})();
