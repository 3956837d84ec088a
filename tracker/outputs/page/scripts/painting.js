// What is drawn of a day: the state of the ground, what changed in it, where another source differs; and, beside an
// earlier day, the divider between the two.
import {Canvas, dots, hatching, lineOf, pathOf} from "./canvas.js";
import {byId, colour, paneOf} from "./dom.js";
import {among, bordersOf} from "./rings.js";

const THUMB_PX = 34; // the width of the divider's handle, as in map.css
const STATE_LEVEL = 412; // over the base map, under the sectors that can be pointed at
const KEPT_PATHS = 4;

const LINES = {change: 0.6, loss: 1.4, contested: 1, front: 1.2};

function looksOf(lengths) {
  return {
    occupied: colour("occupied"), line: colour("occupied_line"), contested: colour("contested"), loss: colour("loss"),
    gain: Object.fromEntries(lengths.map((length) => [length, colour("gain-" + length)])),
    compared: colour("gain-7"),
    hatch: hatching(colour("contested"), "#dcd9d28c", 1), lost: dots(colour("loss"), "#eef4fa"),
    mine: hatching("#6a3d9a", "#e7dff0", -1), theirs: dots("#1b7837", "#dcefe0"),
  };
}

function shade(brush, path, fillStyle, line) {
  brush.fillStyle = fillStyle;
  brush.fill(path);
  if (!line) return;
  brush.strokeStyle = line.colour;
  brush.lineWidth = line.width;
  brush.setLineDash(line.dash || []);
  brush.stroke(path);
  brush.setLineDash([]);
}

// Draw what `days` shows, now and whenever that changes. `shown(name)` tells whether a layer is on.
export function addPainting(map, data, days, shown) {
  const {own, state, windows} = days, look = looksOf(windows.lengths);
  const [contested, occupied] = ["contested", "occupied"].map((status) => data.statuses.indexOf(status));

  // The paths of a state as it is seen. While the days play, a map that holds for several is laid out once.
  const laidOut = new Map();
  function pathsOf(day, view) {
    const step = own.stepOn(day), key = [step, view.scale, view.left, view.top].join();
    if (!laidOut.has(key)) {
      if (laidOut.size >= KEPT_PATHS) laidOut.delete(laidOut.keys().next().value);
      const statuses = own.statuses(step), borders = bordersOf(own.chains, statuses);
      const inside = among(statuses, occupied);
      laidOut.set(key, {
        occupied: pathOf(own.chains, inside, view, borders),
        contested: pathOf(own.chains, among(statuses, contested), view, borders),
        line: lineOf(own.chains, inside, view, borders),
      });
    }
    return laidOut.get(key);
  }

  function paintState(brush, view, day) {
    const paths = pathsOf(day, view);
    brush.globalAlpha = 0.85;
    if (shown("occupied")) shade(brush, paths.occupied, look.occupied);
    brush.globalAlpha = 1;
    if (!shown("contested")) return;
    const line = {colour: look.contested, width: LINES.contested, dash: [4, 3]};
    shade(brush, paths.contested, look.hatch(brush, view), line);
  }

  // Gains from the oldest to the newest, which is seen best, then losses: by their age, or since the earlier day.
  function paintChanges(brush, view, day) {
    const compared = state.since !== null, longest = days.windowShown();
    if (!compared && !longest) return;
    const moves = compared ? own.between(state.since, day) : own.ages(day, windows);
    const gains = compared ? [1] : windows.lengths.filter((length) => length <= longest).reverse();
    const borders = bordersOf(own.chains, moves);
    const draw = (inside, fillStyle, line) => shade(brush, pathOf(own.chains, inside, view, borders), fillStyle, line);
    for (const age of gains) {
      const fillStyle = compared ? look.compared : look.gain[age];
      draw(among(moves, age), fillStyle, {colour: look.line, width: LINES.change});
    }
    const limit = compared ? 1 : longest;
    const losses = Uint8Array.from(moves, (move) => (move < 0 && move >= -limit ? 1 : 0));
    draw(losses, look.lost(brush, view), {colour: look.loss, width: LINES.loss, dash: [1, 3]});
  }

  function outline(brush, view, day) {
    brush.strokeStyle = look.line;
    brush.globalAlpha = 0.8;
    brush.lineWidth = LINES.front;
    brush.lineJoin = "round";
    brush.stroke(pathsOf(day, view).line);
    brush.globalAlpha = 1;
  }

  // Where two sources differ: both borders as one path, filled by the even-odd rule, first inside ours, then outside.
  function paintDisagreement(brush, view, day) {
    const statuses = days.otherStatuses(day);
    if (!statuses) return;
    const mine = pathsOf(day, view).occupied;
    const both = new Path2D(mine), outside = new Path2D(mine);
    both.addPath(pathOf(days.otherChains, among(statuses, occupied), view));
    outside.rect(-1, -1, view.width + 2, view.height + 2);
    for (const [clip, rule, fillStyle] of [[mine, "nonzero", look.mine], [outside, "evenodd", look.theirs]]) {
      brush.save();
      brush.clip(clip, rule);
      brush.fillStyle = fillStyle(brush, view);
      brush.fill(both, "evenodd");
      brush.restore();
    }
  }

  function paint(brush, view, day, withChanges) {
    if (own.stepOn(day) < 0) return;
    paintState(brush, view, day);
    if (withChanges) paintChanges(brush, view, day);
    if (days.otherChains && shown("disagreement")) paintDisagreement(brush, view, day);
    if (shown("occupied")) outline(brush, view, day);
  }

  const panes = {now: paneOf(map, "state", STATE_LEVEL), before: paneOf(map, "state-before", STATE_LEVEL + 1)};
  const now = new Canvas((brush, view) => paint(brush, view, state.day, !state.swipe), {pane: "state"}).addTo(map);
  const before = new Canvas((brush, view) => paint(brush, view, state.since, false), {pane: "state-before"});

  // The earlier day to the left of the divider, the day to the right; the divider stays where it is on the screen.
  function clip() {
    panes.now.style.clipPath = "";
    if (!state.swipe) return;
    const size = map.getSize(), from = map.containerPointToLayerPoint([0, 0]);
    const at = Math.round(THUMB_PX / 2 + (size.x - THUMB_PX) * state.divider);
    const cut = (left, right) => {
      const corners = [[left, 0], [right, 0], [right, size.y], [left, size.y]];
      return "polygon(" + corners.map(([x, y]) => (from.x + x) + "px " + (from.y + y) + "px").join(",") + ")";
    };
    panes.before.style.clipPath = cut(0, at);
    panes.now.style.clipPath = cut(at, size.x);
    byId("tracker-swipe-line").style.left = at + "px";
    byId("tracker-divider").setAttribute("aria-valuetext", Math.round(100 * state.divider) + " %");
  }

  function redraw() {
    now.redraw();
    if (state.swipe) before.redraw();
  }

  map.on("move zoomend resize", clip);
  days.onChange(() => {
    if (state.swipe) before.addTo(map);
    else before.remove();
    clip();
    redraw();
  });
  return {redraw};
}
