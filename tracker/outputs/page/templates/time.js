// The state of the map on any day, drawn on a canvas, and the slider that chooses the day.
//
// What comes in (see tracker/outputs/page/map_time.py) are chains: lines with the number of a history on their left and on
// their right. A history says when some ground had which status. To draw a region (occupied ground, what was gained in
// a week …) one decides for each history whether it belongs to the region; its border are the chains with the region on
// one side only. They are linked to rings and filled as one path, so that there are no seams between faces.
const trackerTime = (function () {
  "use strict";
  const CONTESTED = 1, OCCUPIED = 2;
  const DEGREE = 1e-5; // the unit of coordinates
  const STALE_DAYS = 3; // a map older than this does not show when something changed
  const MS_A_DAY = 864e5;

  // Reading ----------------------------------------------------------------------------------------------------------

  // Numbers are written as in Protocol Buffers: seven bits a byte, the last byte without the high bit, signs zigzag.
  function* numbersIn(base64) {
    const bytes = atob(base64);
    let value = 0, shift = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes.charCodeAt(i);
      value |= (byte & 127) << shift;
      shift += 7;
      if (byte > 127) continue;
      yield (value >>> 1) ^ -(value & 1);
      value = shift = 0;
    }
  }

  // Chains as flat arrays: the points of chain i are first[i] … first[i + 1] - 1, in degrees and in Mercator's square.
  function readChains(base64) {
    const left = [], right = [], slit = [], first = [0], lon = [], lat = [];
    const numbers = numbersIn(base64), next = () => numbers.next().value;
    let x = 0, y = 0;
    for (let number = next(); number !== undefined; number = next()) {
      left.push(number);
      right.push(next());
      const size = next();
      slit.push(size & 1);
      for (let points = size >> 1; points > 0; points--) {
        lon.push((x += next()));
        lat.push((y += next()));
      }
      first.push(lon.length);
    }
    const chains = {
      count: left.length,
      left: Int32Array.from(left),
      right: Int32Array.from(right),
      slit: Uint8Array.from(slit),
      first: Int32Array.from(first),
      lon: Float64Array.from(lon, (value) => value * DEGREE),
      lat: Float64Array.from(lat, (value) => value * DEGREE),
    };
    chains.x = chains.lon.map((value) => value / 360 + 0.5);
    chains.y = chains.lat.map((value) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (value * Math.PI) / 360)) / (2 * Math.PI));
    return Object.assign(chains, nodesOf(chains));
  }

  // Number the points where chains begin and end.
  function nodesOf(chains) {
    const known = new Map();
    const node = (at) => {
      const key = chains.lon[at] * 1000 + ":" + chains.lat[at];
      if (!known.has(key)) known.set(key, known.size);
      return known.get(key);
    };
    const from = new Int32Array(chains.count), to = new Int32Array(chains.count);
    for (let i = 0; i < chains.count; i++) {
      from[i] = node(chains.first[i]);
      to[i] = node(chains.first[i + 1] - 1);
    }
    return {from: from, to: to, nodes: known.size};
  }

  // Histories as lists of flips; the step of a flip that does not count is written as a negative number.
  function readHistories(base64) {
    const found = [], numbers = numbersIn(base64), next = () => numbers.next().value;
    for (let status = next(); status !== undefined; status = next()) {
      const flips = [{step: 0, status: status, counts: false}];
      for (let left = next(); left > 0; left--) {
        const step = next();
        flips.push({step: Math.abs(step), status: next(), counts: step > 0});
      }
      found.push(flips);
    }
    return found;
  }

  // Deciding ---------------------------------------------------------------------------------------------------------

  // Chronicle of one source: what its maps say of the ground, by history and day.
  function chronicle(written) {
    const chains = readChains(written.chains), histories = readHistories(written.histories);
    const days = written.days;

    // The step whose map holds on a day; -1 before the first.
    function stepOn(day) {
      let low = 0, high = days.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (days[middle] <= day) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }

    function statusAt(history, step) {
      let status = 0;
      for (const flip of history) {
        if (flip.step > step) break;
        status = flip.status;
      }
      return status;
    }

    const states = new Map(); // step → status by history: the last few that were asked for
    function statuses(step) {
      if (!states.has(step)) {
        if (states.size > 8) states.delete(states.keys().next().value);
        states.set(step, Uint8Array.from(histories, (history) => statusAt(history, step)));
      }
      return states.get(step);
    }

    // Whether ground became occupied or ceased to be so at a flip.
    const moved = (history, i) => i > 0 && (history[i].status === OCCUPIED) !== (history[i - 1].status === OCCUPIED);

    // The shortest window of days up to `day` in which a flip is known to lie; 0 where it is older than all. A step
    // from a map long before the window does not show that the change came in the window.
    function ageOf(step, day, windows) {
      const end = day - days[step], start = day - days[step - 1];
      for (const window of windows) {
        if (end < window && (start - window <= STALE_DAYS || window === windows[windows.length - 1])) return window;
      }
      return 0;
    }

    // What changed last, by history: the window of a gain, minus that of a loss, 0 for neither.
    function ages(day, windows) {
      const step = stepOn(day), longest = windows[windows.length - 1];
      return Int16Array.from(histories, (history) => {
        for (let i = history.length - 1; i > 0; i--) {
          const flip = history[i];
          if (flip.step > step) continue;
          if (day - days[flip.step] >= longest) return 0;
          if (flip.counts && moved(history, i)) {
            const age = ageOf(flip.step, day, windows);
            return flip.status === OCCUPIED ? age : -age;
          }
        }
        return 0;
      });
    }

    // What differs between two days: 1 gained, -1 lost, 0 neither or only by what does not count.
    function between(since, day) {
      const start = stepOn(since), end = stepOn(day), before = statuses(start), after = statuses(end);
      return Int16Array.from(histories, (history, number) => {
        const gained = after[number] === OCCUPIED;
        if (gained === (before[number] === OCCUPIED)) return 0;
        const counts = history.some((flip, i) => flip.step > start && flip.step <= end && flip.counts && moved(history, i));
        return counts ? (gained ? 1 : -1) : 0;
      });
    }

    return {chains, histories, days, stepOn, statuses, ages, between, historyAt: (at) => histories[faceAt(chains, at)]};
  }

  // The number of the history at a place: the nearest chain to the east says it, on the side that faces the place.
  function faceAt(chains, at) {
    let nearest = Infinity, found = 0;
    for (let i = 0; i < chains.count; i++) {
      for (let p = chains.first[i]; p < chains.first[i + 1] - 1; p++) {
        const y0 = chains.lat[p], y1 = chains.lat[p + 1];
        if (y0 > at.lat === y1 > at.lat) continue;
        const x = chains.lon[p] + ((at.lat - y0) / (y1 - y0)) * (chains.lon[p + 1] - chains.lon[p]);
        if (x <= at.lng || x >= nearest) continue;
        nearest = x;
        found = y1 > y0 ? chains.left[i] : chains.right[i];
      }
    }
    return found;
  }

  // The point of a region's border that is nearest to a place, as [lat, lon]; null where the region is empty.
  function nearestOn(chains, inside, at) {
    const wide = Math.cos((at[0] * Math.PI) / 180);
    let least = Infinity, found = null;
    for (let i = 0; i < chains.count; i++) {
      if (inside[chains.left[i]] === inside[chains.right[i]]) continue;
      for (let p = chains.first[i]; p < chains.first[i + 1] - 1; p++) {
        const x = (chains.lon[p] - at[1]) * wide, y = chains.lat[p] - at[0];
        const dx = (chains.lon[p + 1] - chains.lon[p]) * wide, dy = chains.lat[p + 1] - chains.lat[p];
        const share = Math.min(1, Math.max(0, -(x * dx + y * dy) / (dx * dx + dy * dy)));
        const away = (x + share * dx) ** 2 + (y + share * dy) ** 2;
        if (away >= least) continue;
        least = away;
        found = [at[0] + y + share * dy, at[1] + (x + share * dx) / wide];
      }
    }
    return found;
  }

  // Drawing ----------------------------------------------------------------------------------------------------------

  // The chains with different values on their sides: all that can be a border of a region made from these values.
  function bordersOf(chains, values) {
    const found = [];
    for (let i = 0; i < chains.count; i++) {
      if (values[chains.left[i]] !== values[chains.right[i]]) found.push(i);
    }
    return found;
  }

  // Link the border of a region to rings of chains: a chain number for one walked forwards, ~number for one walked back.
  function ringsOf(chains, inside, among) {
    const head = new Int32Array(chains.nodes).fill(-1), next = [], walked = [];
    for (const i of among || bordersOf(chains, inside)) {
      const left = inside[chains.left[i]], right = inside[chains.right[i]];
      if (left === right) continue;
      const start = left ? chains.from[i] : chains.to[i];
      walked.push(left ? i : ~i);
      next.push(head[start]);
      head[start] = walked.length - 1;
    }
    // As many chains come to a node as leave it, so a walk only ends where it began; the way taken does not matter.
    const rings = [];
    for (const number of walked) {
      const start = number < 0 ? chains.to[~number] : chains.from[number];
      let node = start, ring = [];
      while (head[node] >= 0) {
        const one = walked[head[node]];
        head[node] = next[head[node]];
        ring.push(one);
        node = one < 0 ? chains.from[~one] : chains.to[one];
      }
      if (ring.length) rings.push(ring);
    }
    return rings;
  }

  function eachPoint(chains, ring, visit) {
    for (const number of ring) {
      const i = number < 0 ? ~number : number, start = chains.first[i], end = chains.first[i + 1] - 1;
      if (number < 0) for (let p = end; p > start; p--) visit(p);
      else for (let p = start; p < end; p++) visit(p);
    }
  }

  // The path of a region on the screen; points that fall on the same spot as the one before are left out.
  function pathOf(chains, inside, view, among) {
    const path = new Path2D(), {scale, left, top} = view;
    for (const ring of ringsOf(chains, inside, among)) {
      let x = NaN, y = NaN;
      eachPoint(chains, ring, (p) => {
        const px = chains.x[p] * scale - left, py = chains.y[p] * scale - top;
        if (Math.abs(px - x) < 0.4 && Math.abs(py - y) < 0.4) return;
        if (Number.isNaN(x)) path.moveTo(px, py);
        else path.lineTo(px, py);
        x = px;
        y = py;
      });
      path.closePath();
    }
    return path;
  }

  // The line around a region, without the sides of slits, where a source's polygons do not quite meet.
  function lineOf(chains, inside, view, among) {
    const path = new Path2D(), {scale, left, top} = view;
    for (const i of among) {
      if (chains.slit[i] || inside[chains.left[i]] === inside[chains.right[i]]) continue;
      const last = chains.first[i + 1] - 1;
      let x = NaN, y = NaN;
      for (let p = chains.first[i]; p <= last; p++) {
        const px = chains.x[p] * scale - left, py = chains.y[p] * scale - top;
        if (p < last && Math.abs(px - x) < 0.4 && Math.abs(py - y) < 0.4) continue;
        if (Number.isNaN(x)) path.moveTo(px, py);
        else path.lineTo(px, py);
        x = px;
        y = py;
      }
    }
    return path;
  }

  // A canvas over the map, which `paint(brush, view)` fills; it goes along with the map's moves and zooms.
  const Canvas = L.Layer.extend({
    options: {pane: "overlayPane", margin: 0.1},
    initialize(paint, options) {
      L.setOptions(this, options);
      this._paint = paint;
    },
    onAdd() {
      const name = "leaflet-layer" + (this._map.options.zoomAnimation ? " leaflet-zoom-animated" : "");
      this._canvas = L.DomUtil.create("canvas", name, this.getPane());
      this._canvas.setAttribute("aria-hidden", "true");
      this.place();
    },
    onRemove() {
      this._canvas.remove();
    },
    getEvents() {
      return {moveend: this.place, resize: this.place, zoomanim: this._animate};
    },
    // Lay the canvas over what is seen, with a margin that a drag uncovers.
    place() {
      const size = this._map.getSize(), margin = size.multiplyBy(this.options.margin).round();
      const corner = this._map.containerPointToLayerPoint(margin.multiplyBy(-1)), whole = size.add(margin.multiplyBy(2));
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      this._corner = this._map.layerPointToLatLng(corner);
      this._zoom = this._map.getZoom();
      this._view = {width: whole.x, height: whole.y, ratio: ratio, scale: this._map.options.crs.scale(this._zoom)};
      const origin = this._map.getPixelOrigin().add(corner);
      Object.assign(this._view, {left: origin.x, top: origin.y});
      if (this._canvas.width !== whole.x * ratio || this._canvas.height !== whole.y * ratio) {
        this._canvas.width = whole.x * ratio;
        this._canvas.height = whole.y * ratio;
        this._canvas.style.width = whole.x + "px";
        this._canvas.style.height = whole.y + "px";
      }
      L.DomUtil.setPosition(this._canvas, corner);
      this.redraw();
    },
    redraw() {
      const brush = this._canvas.getContext("2d"), {width, height, ratio} = this._view;
      brush.setTransform(ratio, 0, 0, ratio, 0, 0);
      brush.clearRect(0, 0, width, height);
      this._paint(brush, this._view);
    },
    _animate(event) {
      const scale = this._map.getZoomScale(event.zoom, this._zoom);
      const corner = this._map._latLngToNewLayerPoint(this._corner, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, corner, scale);
    },
  });

  // Patterns that lie still on the ground while the canvas moves.
  function patternOf(size, draw) {
    const tile = document.createElement("canvas"), ratio = 2;
    tile.width = tile.height = size * ratio;
    const brush = tile.getContext("2d");
    brush.scale(ratio, ratio);
    draw(brush, size);
    return (target, view) => {
      const pattern = target.createPattern(tile, "repeat");
      const shift = (value) => -(((value % size) + size) % size);
      pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, shift(view.left), shift(view.top)]));
      return pattern;
    };
  }

  function hatching(colour, ground, slope) {
    return patternOf(8, (brush, size) => {
      brush.fillStyle = ground;
      brush.fillRect(0, 0, size, size);
      brush.strokeStyle = colour;
      brush.lineWidth = 1.3;
      brush.beginPath();
      for (const at of [-size, 0, size]) {
        brush.moveTo(slope > 0 ? at : at + size, size);
        brush.lineTo(slope > 0 ? at + size : at, 0);
      }
      brush.stroke();
    });
  }

  function dots(colour, ground) {
    return patternOf(5, (brush, size) => {
      brush.fillStyle = ground;
      brush.fillRect(0, 0, size, size);
      brush.fillStyle = colour;
      brush.beginPath();
      brush.arc(size / 2, size / 2, 1.35, 0, 7);
      brush.fill();
    });
  }

  const isoOf = (first, day) => new Date(Date.parse(first) + day * MS_A_DAY).toISOString().slice(0, 10);
  // The number of a day; NaN for what is none, as the 30th of February, which Date.parse takes for the 2nd of March.
  function dayOf(first, iso) {
    const day = /^\d{4}-\d\d-\d\d$/.test(iso) ? Math.round((Date.parse(iso) - Date.parse(first)) / MS_A_DAY) : NaN;
    return Number.isFinite(day) && isoOf(first, day) === iso ? day : NaN;
  }

  return {chronicle, bordersOf, ringsOf, eachPoint, pathOf, lineOf, nearestOn, Canvas, hatching, dots, isoOf, dayOf, CONTESTED, OCCUPIED, STALE_DAYS};
})();
