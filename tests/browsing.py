"""The map page in a browser: where it is, what is drawn there, and when it is done."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

import tracker as tr

INKS = ["#7f0000", "#d7301f", "#fc8d59", "#e8c4bb", "#eef4fa", "#2166ac", "#7a7a7a"]
MAP = "window[JSON.parse(document.getElementById('tracker-data').textContent).layers.map]"


def box(page, label):
    return page.get_by_role("checkbox", name=label, exact=True)


def colour(page, x, y):
    """Read the colour drawn at a place of the world of `stages`, in its kilometres; None where nothing is."""
    lon, lat = shapely.get_coordinates(
        gpd.GeoSeries([shapely.Point(x * 1000, y * 1000)], crs=tr.WORK_CRS).to_crs(4326)
    )[0]
    red, green, blue, alpha = page.evaluate(
        """([lat, lon]) => {
          const at = tracker.map.latLngToContainerPoint([lat, lon]);
          const frame = tracker.map.getContainer().getBoundingClientRect();
          for (const canvas of document.querySelectorAll(".map canvas")) {
            const box = canvas.getBoundingClientRect(), ratio = canvas.width / box.width;
            const x = (frame.left + at.x - box.left) * ratio, y = (frame.top + at.y - box.top) * ratio;
            const copy = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
            copy.drawImage(canvas, Math.round(x), Math.round(y), 1, 1, 0, 0, 1, 1);
            const pixel = copy.getImageData(0, 0, 1, 1).data;
            if (pixel[3]) return [...pixel];
          }
          return [0, 0, 0, 0];
        }""",
        [lat, lon],
    )
    # What is drawn through is a shade off, by rounding.
    close = [ink for ink in INKS if np.abs(np.subtract([*bytes.fromhex(ink[1:])], [red, green, blue])).max() <= 2]
    return (close or [f"#{red:02x}{green:02x}{blue:02x}"])[0] if alpha else None


def ready(page):
    """Wait until what a click asked for is drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def zoom(page, level):
    page.evaluate(f"{MAP}.setZoom({level}, {{animate: false}}); 0")
