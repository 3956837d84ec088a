// The bar of tools: search, ruler, full screen, the link to what is seen.
import {addCopyButton, embed, keepAddress} from "./address.js";
import {element, NARROW, paneOf} from "./dom.js";
import {addFinder} from "./finder.js";
import {addFullScreen} from "./fullscreen.js";
import {addRuler} from "./ruler.js";
import {say} from "./text.js";

// It stands before the map, so that it is reached before the many towns; on phones it is a row of the panel, unless the
// map is embedded, where the panel is away.
function barOf() {
  const panel = document.querySelector(".panel");
  const bar = element("div", null, {class: "tools", role: "group", "aria-label": say("tool_label")});
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

// Add all of them; whether the page's address says which ground is to be seen.
export function addTools(map, data, view) {
  embed(view);
  const bar = barOf(), tell = speakerOf(bar);
  paneOf(map, "tools", 645); // over the labels, under what marks say
  if (data.settlements.length + data.towns.length) addFinder(map, data, bar, tell);
  addRuler(map, bar, tell);
  addFullScreen(bar);
  addCopyButton(map, view, bar, tell);
  return keepAddress(map, view);
}
