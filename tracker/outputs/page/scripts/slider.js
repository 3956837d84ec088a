// The slider that chooses the day, and what goes with it: play, the earlier day, the divider, the arrow keys.
import {byId} from "./dom.js";
import {dayText, say} from "./text.js";

const STEPS = {ArrowLeft: -1, ArrowRight: 1};

export function addSlider(days) {
  const {time, state, iso} = days, textOf = (day) => dayText(time.first, day);
  const slider = byId("tracker-day"), earlier = byId("tracker-since"), divider = byId("tracker-divider");
  const play = byId("tracker-play");

  function tellPlay() {
    const label = say(state.playing ? "pause" : "play");
    play.setAttribute("aria-pressed", String(state.playing));
    play.setAttribute("aria-label", label);
    play.title = label;
  }

  function tell() {
    tellPlay();
    slider.value = state.day;
    slider.setAttribute("aria-valuetext", textOf(state.day));
    byId("tracker-day-label").textContent = iso(state.day);
    const compared = state.since !== null;
    byId("tracker-compare").checked = compared;
    byId("tracker-swipe").checked = state.swipe;
    document.body.classList.toggle("compared", compared);
    document.body.classList.toggle("swiped", state.swipe);
    for (const one of document.querySelectorAll(".only-compared")) one.hidden = !compared;
    for (const one of document.querySelectorAll(".only-swiped")) one.hidden = !state.swipe;
    if (!compared) return;
    earlier.value = state.since;
    earlier.setAttribute("aria-valuetext", textOf(state.since));
    byId("tracker-since-label").textContent = iso(state.since);
    byId("tracker-swipe-before").textContent = textOf(state.since);
    byId("tracker-swipe-after").textContent = textOf(state.day);
  }

  play.addEventListener("click", () => (state.playing ? days.stop() : days.play()));
  // Scripts that move a slider may say only that it has changed.
  for (const said of ["input", "change"]) {
    slider.addEventListener(said, () => days.setDay(iso(Number(slider.value))));
    earlier.addEventListener(said, () => days.setSince(iso(Number(earlier.value))));
    divider.addEventListener(said, () => days.change({divider: Number(divider.value) / 1000}));
  }
  byId("tracker-compare").addEventListener("change", (event) => days.setCompared(event.target.checked));
  byId("tracker-swipe").addEventListener("change", (event) => days.change({swipe: event.target.checked}));
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input:not([type=checkbox]), select, textarea, .map");
    const step = STEPS[event.key];
    if (busy || !step || event.altKey || event.ctrlKey || event.metaKey) return;
    days.setDay(iso(state.day + step));
  });

  slider.max = earlier.max = time.last;
  days.onChange(tell);
  tell();
}
