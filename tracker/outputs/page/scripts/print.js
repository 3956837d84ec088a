// The map on paper (its looks there are in tools.css).

// Chromium prints a canvas without its transparency, as a white sheet over what lies below: a picture of it is printed.
function pictureOf(canvas) {
  const picture = new Image();
  picture.alt = "";
  picture.className = canvas.className;
  picture.src = canvas.toDataURL();
  picture.style.cssText = canvas.style.cssText;
  canvas.after(picture);
  canvas.style.display = "none";
  return {canvas, picture};
}

// On paper the map has another size: the same ground is fitted into it, what is folded is unfolded, and the screen
// gets its own view back.
export function makePrintable(map) {
  const paper = window.matchMedia("print");
  let before = null;

  function unfold() {
    const folded = Array.from(document.querySelectorAll(".panel details:not([open])"));
    for (const one of folded) one.open = true;
    before = {at: map.getCenter(), zoom: map.getZoom(), folded};
    const bounds = map.getBounds();
    map.invalidateSize({animate: false, pan: false});
    map.fitBounds(bounds, {animate: false});
    before.pictures = Array.from(map.getPane("mapPane").querySelectorAll("canvas"), pictureOf);
  }

  function restore() {
    for (const {canvas, picture} of before.pictures) {
      canvas.style.display = "";
      picture.remove();
    }
    for (const one of before.folded) one.open = false;
    map.invalidateSize({animate: false, pan: false});
    map.setView(before.at, before.zoom, {animate: false});
    before = null;
  }

  paper.addEventListener("change", () => {
    if (paper.matches && !before) unfold();
    if (!paper.matches && before) restore();
  });
}
