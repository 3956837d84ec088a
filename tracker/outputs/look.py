"""One look for maps, figures and reports: colours that colour-blind readers tell apart."""

from __future__ import annotations

COLOURS = {
    "land": "#f7f5f0",
    "occupied": "#e8c4bb",
    "occupied_line": "#8c2d1c",
    "contested": "#7a7a7a",
    "loss": "#2166ac",
    "sector": "#5b5b6b",
    "text": "#1f2328",
    "muted": "#656d76",
}

GAIN_COLOURS = {1: "#7f0000", 7: "#d7301f", 30: "#fc8d59", 90: "#fee08b"}
"""Gains by the smallest window of `MAP_AGES` that holds them: the newest is the darkest, also in grey."""
