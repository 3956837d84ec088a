// A canvas that goes along with Leaflet's map, the paths of regions on it, and patterns that lie still on the ground.
import {eachPoint, ringsOf} from "./rings.js";

const NEAR_PX = 0.4; // points that fall on the same spot as the one before are left out

// The path of a region on the screen.
export function pathOf(chains, inside, view, borders) {
  const path = new Path2D(), {scale, left, top} = view;
  for (const ring of ringsOf(chains, inside, borders)) {
    let x = NaN, y = NaN;
    eachPoint(chains, ring, (p) => {
      const px = chains.x[p] * scale - left, py = chains.y[p] * scale - top;
      if (Math.abs(px - x) < NEAR_PX && Math.abs(py - y) < NEAR_PX) return;
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
export function lineOf(chains, inside, view, borders) {
  const path = new Path2D(), {scale, left, top} = view;
  for (const i of borders) {
    if (chains.slit[i] || inside[chains.left[i]] === inside[chains.right[i]]) continue;
    const last = chains.first[i + 1] - 1;
    let x = NaN, y = NaN;
    for (let p = chains.first[i]; p <= last; p++) {
      const px = chains.x[p] * scale - left, py = chains.y[p] * scale - top;
      if (p < last && Math.abs(px - x) < NEAR_PX && Math.abs(py - y) < NEAR_PX) continue;
      if (Number.isNaN(x)) path.moveTo(px, py);
      else path.lineTo(px, py);
      x = px;
      y = py;
    }
  }
  return path;
}

// A canvas over the map, which `paint(brush, view)` fills; it goes along with the map's moves and zooms.
export const Canvas = L.Layer.extend({
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

export function hatching(colour, ground, slope) {
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

export function dots(colour, ground) {
  return patternOf(5, (brush, size) => {
    brush.fillStyle = ground;
    brush.fillRect(0, 0, size, size);
    brush.fillStyle = colour;
    brush.beginPath();
    brush.arc(size / 2, size / 2, 1.35, 0, 7);
    brush.fill();
  });
}

