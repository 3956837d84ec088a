"""A self-contained Leaflet page out of Folium: nothing is loaded from anywhere, and equal input gives equal bytes.

Folium links its scripts from the network, gives its elements random names and compiles what it has rendered as a
template once more. So: layers are built with Folium, their names are counted, Leaflet comes out of a package, and a
page of our own holds them, with the hashes of its scripts in its Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from tracker.outputs.page.tiles import Tiles, tiles_of
from tracker.outputs.words.catalogue import words
from tracker.outputs.words.page import page_words
from tracker.tables.constants import LONLAT, THEATRE, WORK_CRS

if TYPE_CHECKING:
    from xyzservices import TileProvider


_DIGITS = 5  # of a degree: a metre, where the drawing is good for ten at best

# What Folium wants for plug-ins and markers that are not used here. A name in neither list is new: better to fail
# than to publish a page that needs the network, or one that lacks a script.
_LEAFLET = {"leaflet", "leaflet_css"}
_NOT_NEEDED = {
    "jquery",
    "bootstrap",
    "bootstrap_css",
    "awesome_markers",
    "awesome_markers_css",
    "awesome_rotate_css",
    "glyphicons_css",
    "awesome_markers_font_css",
}
_STYLES = ("map.css", "tools.css")
_SCRIPT = "static/map.js"  # made of the modules in scripts/ (`make script`)
_ZOOMS = {"min_zoom": 5, "max_zoom": 14, "zoom_snap": 0.25, "wheel_px_per_zoom_level": 90}


@dataclass(frozen=True)
class Layer:
    """
    One layer of the map.

    Parameters
    ----------
    name
        How the page's own script finds it, and the pane that it is drawn in.
    level
        Layers of a higher level are drawn over those of a lower one.
    label
        Its entry in the layer control; without one it has none.
    swatch
        The CSS class of the sample beside the label.
    shown
        Whether the map opens with it.
    features
        GeoJSON features in degrees (see `feature`); an empty layer is filled by the page's own script.
    """

    name: str
    level: int
    label: str = ""
    swatch: str = ""
    shown: bool = True
    features: Sequence[dict[str, Any]] = ()

    @property
    def tips(self) -> bool:
        """Whether its features say something when pointed at."""
        return any("tip" in feature["properties"] for feature in self.features)


def safe(text: object) -> str:
    """
    Escape text for HTML that passes through a Jinja template, as all that Folium draws does.

    Examples
    --------
    >>> safe("<b>{{7*7}}</b>")
    '&lt;b&gt;&#123;&#123;7*7&#125;&#125;&lt;/b&gt;'
    """
    return html.escape(str(text)).replace("{", "&#123;").replace("}", "&#125;")


def degrees(shapes: Any) -> np.ndarray:
    """Convert geometries from `WORK_CRS` to degrees, for drawing only: the numbers are rounded, shapes may touch."""
    lonlat = gpd.GeoSeries(np.atleast_1d(np.asarray(shapes, dtype=object)), crs=WORK_CRS).to_crs(LONLAT)
    return shapely.transform(lonlat.to_numpy(), lambda points: np.round(points, _DIGITS))


def features(
    shapes: Any, style: Mapping[str, Any] | Sequence[Mapping[str, Any]], tips: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """
    Make GeoJSON features out of geometries in `WORK_CRS`; empty ones and points are left out.

    Parameters
    ----------
    shapes
        Polygons or lines.
    style
        Leaflet's path options, for all or for each.
    tips
        What each says when pointed at: HTML, with all text of data in it made `safe`.
    """
    drawn = degrees(shapes)
    styles = [style] * len(drawn) if isinstance(style, Mapping) else style
    return [
        {
            "type": "Feature",
            "properties": {"style": dict(styles[number])} | ({"tip": tips[number]} if tips else {}),
            "geometry": shapely.geometry.mapping(shape),
        }
        for number, shape in enumerate(drawn)
        if shape is not None and shapely.length(shape) > 0
    ]


def page(
    layers: Sequence[Layer],
    *,
    title: str,
    lang: str,
    data: Mapping[str, Any],
    panel: Mapping[str, Any],
    template: str = "map.html",
    tiles: str | TileProvider | None = None,
) -> str:
    """
    Write a page with a map that opens from disk without network, unless it is given background tiles.

    Parameters
    ----------
    layers
        The layers, in the order in which those with a label appear in the layer control.
    title, lang
        Of the page, as text.
    data
        What the page's own script (`scripts/`) draws, as JSON; the language and the words are added.
    panel
        What the template fills in; escaped there.
    template
        What the page looks like: one that fills the blocks of `templates/page.html`.
    tiles
        The provider of a background (see `tracker.outputs.page.tiles`); by default there is none.

    Raises
    ------
    RuntimeError
        If this version of Folium asks for a script or a style sheet that is not known here.
    ValueError
        For tiles that are not known, or that need a key.
    """
    background = None if tiles is None else tiles_of(tiles)
    drawn, names = _folium_script(layers, background)
    environment = Environment(loader=PackageLoader("tracker.outputs.page"), autoescape=True, trim_blocks=True)
    scripts = [_leaflet_script(), drawn, _own_script()]
    if background:
        panel = {**panel, "credits": [*panel.get("credits", ()), background.credit]}
    return environment.get_template(template).render(
        lang=lang,
        title=title,
        policy=_policy(scripts, background.hosts if background else ()),
        styles=[Markup(_leaflet_style()), Markup("".join(map(_asset, _STYLES)))],
        scripts=[Markup(script) for script in scripts],
        data=Markup(_json({"lang": lang, **data, "words": page_words(lang), "layers": names})),
        map_name=names["map"],
        _=words(lang).gettext,
        **panel,
    )


def _folium_script(layers: Sequence[Layer], tiles: Tiles | None) -> tuple[str, dict[str, str]]:
    """Draw the layers with Folium: its script, and the JavaScript names of the map and the layers."""
    import folium  # 0.7 s, which no other renderer should have to wait for

    west, south, east, north = THEATRE
    drawn = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=6,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        max_bounds=True,
        min_lat=south - 7,
        max_lat=north + 5,
        min_lon=west - 18,
        max_lon=east + 18,
        **_ZOOMS,
    )
    if tiles:
        _tile_layer(tiles).add_to(drawn)
    elements = {layer.name: _element(layer, drawn) for layer in layers}
    folium.LayerControl(position="topleft", collapsed=False, auto_z_index=False).add_to(drawn)
    figure = drawn.get_root()
    for number, element in enumerate(_walk(figure), start=1):
        element._id = f"{number:03d}"
    for child in figure._children.values():
        child.render()
    unknown = {name for name, link in figure.header._children.items() if hasattr(link, "url")} - _LEAFLET - _NOT_NEEDED
    if unknown:
        raise RuntimeError(f"Folium asks for {', '.join(sorted(unknown))}, which the page does not hold")
    names = {"map": drawn.get_name()} | {name: element.get_name() for name, element in elements.items()}
    return _no_end_tag(figure.script.render()), names


def _tile_layer(tiles: Tiles) -> Any:
    """Draw a background of tiles. The credit stands below the map, not on it."""
    import folium

    return folium.TileLayer(
        tiles.url,
        attr="-",  # Folium asks for one; it is not shown
        subdomains=tiles.subdomains,
        max_zoom=_ZOOMS["max_zoom"],
        max_native_zoom=tiles.max_zoom,
        control=False,
        **tiles.options,
    )


def _element(layer: Layer, drawn: Any) -> Any:
    """Add a layer to the Folium map, in a pane of its own."""
    import folium

    folium.map.CustomPane(layer.name, z_index=400 + layer.level).add_to(drawn)
    swatch = f'<span class="key key-{layer.swatch}"></span> ' if layer.swatch else ""
    options: dict[str, Any] = {
        "name": swatch + safe(layer.label),
        "control": bool(layer.label),
        "show": layer.shown,
    }
    if not layer.features:
        return folium.FeatureGroup(**options).add_to(drawn)
    tooltip = folium.GeoJsonTooltip(["tip"], labels=False, class_name="tip") if layer.tips else None
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": list(layer.features)},
        smooth_factor=0.5,
        tooltip=tooltip,
        pane=layer.name,
        interactive=layer.tips,
        **options,
    ).add_to(drawn)


def _walk(element: Any) -> Iterator[Any]:
    """List an element and all below it. Their names, not branca's random source, are what is changed."""
    yield element
    for child in element._children.values():
        yield from _walk(child)


def _leaflet_file(name: str) -> bytes:
    """Read a file of Leaflet's distribution."""
    return (files("js_lib_leaflet") / "static" / "js_lib_leaflet" / name).read_bytes()


def _leaflet_script() -> str:
    """Give Leaflet's code, without the link to its source map."""
    code = _leaflet_file("leaflet.js").decode()
    return _no_end_tag(re.sub(r"\s*//# sourceMappingURL=\S*", "", code))


def _leaflet_style() -> str:
    """Give Leaflet's style sheet with its pictures inside."""

    def inline(found: re.Match[str]) -> str:
        picture = base64.b64encode(_leaflet_file(found.group(1))).decode()
        return f"url(data:image/png;base64,{picture})"

    return re.sub(r"url\((images/[\w.-]+)\)", inline, _leaflet_file("leaflet.css").decode())


def _own_script() -> str:
    """Read the script of our own pages, which is built from modules and kept as it is."""
    return (files("tracker.outputs.page") / _SCRIPT).read_text(encoding="utf-8")


def _asset(name: str) -> str:
    """Read one of our own templates as it is."""
    return (files("tracker.outputs.page") / "templates" / name).read_text(encoding="utf-8")


def _no_end_tag(code: str) -> str:
    """Keep a script from ending early: in JavaScript strings `<\\/` is `</`."""
    return code.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _json(data: Mapping[str, Any]) -> str:
    """Write JSON that cannot end the element that holds it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _policy(scripts: Sequence[str], picture_hosts: Sequence[str]) -> str:
    """Allow these scripts, by their hashes, and pictures of these hosts; nothing else runs or comes from elsewhere."""
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    pictures = " ".join(["data:", *picture_hosts])
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src {pictures}; "
        "base-uri 'none'; form-action 'none'"
    )
