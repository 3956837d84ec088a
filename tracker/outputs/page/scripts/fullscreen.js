// The button that gives the map the whole screen, where the browser lets it.
import {button} from "./dom.js";
import {say} from "./text.js";

export function addFullScreen(bar) {
  if (!document.fullscreenEnabled) return;
  const toggle = button(bar, "full", say("tool_full"));
  const show = () => toggle.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
  toggle.addEventListener("click", () => {
    const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.catch(show);
  });
  document.addEventListener("fullscreenchange", show);
  show();
}
