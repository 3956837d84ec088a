"""Where the parts of a sheet stand and how large they are written, one layout a size: the only place that knows.

Lengths are in units of 1/150 inch, measured from the lower left corner of the sheet; letters are in points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

UNITS_PER_INCH = 150.0


@dataclass(frozen=True)
class Layout:
    """
    The plan of a sheet.

    Parameters
    ----------
    width, height, dpi
        The sheet in units, and the dots per inch of its pixels where none are asked for.
    head, map, panel, scale, foot
        Where title and numbers, map, legend with its tables, scale bar with the north arrow, and credits stand.
    title_pt, numbers_pt, panel_pt, foot_pt
        How large they are written.
    title_lines
        Whether the title says where and when in one line or in two.
    numbers_at
        Where the columns of numbers begin, from the left of `head`.
    panel_columns
        How many columns the legend flows into.
    label_scale
        How many times larger than on the web names are on the map: the larger, the fewer find room.
    inset
        Width and height of the locator where it stands in a corner of the map, for want of room in the panel.
    degrees
        Whether degrees are written along the map.
    heights_km
        The heights of the map that are tried for the busiest area: the first that shows half of the changes, else the
        last. Smaller where names are larger.
    """

    width: float
    height: float
    dpi: float
    head: Box
    map: Box
    panel: Box
    scale: Box
    foot: Box
    title_pt: float
    numbers_pt: float
    panel_pt: float
    foot_pt: float
    title_lines: int
    numbers_at: tuple[float, ...]
    panel_columns: int
    label_scale: float
    inset: tuple[float, float]
    degrees: bool
    heights_km: tuple[float, ...]

    @property
    def map_width(self) -> float:
        """The width of the map, in units."""
        return self.map[2] - self.map[0]

    @property
    def aspect(self) -> float:
        """Width to height of the map."""
        return self.map_width / (self.map[3] - self.map[1])

    def share(self, box: Box) -> Box:
        """Give a box as matplotlib wants it: left, bottom, width and height, as shares of the sheet."""
        left, bottom, right, top = box
        return (left / self.width, bottom / self.height, (right - left) / self.width, (top - bottom) / self.height)


# An article on a screen: 1600 × 1200 pixels.
_WEB = Layout(
    width=1600, height=1200, dpi=150, title_lines=1, panel_columns=1, label_scale=1.0, degrees=True,
    head=(62, 1055, 1584, 1190), map=(62, 112, 1212, 1048), panel=(1236, 214, 1584, 1048),
    scale=(1236, 112, 1584, 200), foot=(62, 4, 1584, 76),
    title_pt=18, numbers_pt=9.2, panel_pt=8, foot_pt=7.2, numbers_at=(0, 418, 638, 858),
    inset=(280, 250), heights_km=(49, 61, 73),
)  # fmt: skip

LAYOUTS = {
    "web": _WEB,
    # A page of paper: A4 across, 3508 × 2480 pixels at 300 dots per inch.
    "print": replace(
        _WEB, width=1754, height=1240, dpi=300, label_scale=0.95, numbers_pt=9, foot_pt=6.8,
        head=(90, 1064, 1704, 1200), map=(90, 138, 1330, 1054), panel=(1356, 240, 1704, 1054),
        scale=(1356, 138, 1704, 226), foot=(90, 34, 1704, 102),
    ),
    # A post: 1080 × 1080 pixels, read on a telephone.
    "square": Layout(
        width=1080, height=1080, dpi=150, title_lines=2, panel_columns=3, label_scale=1.4, degrees=False,
        head=(24, 882, 1056, 1068), map=(24, 318, 1056, 872), panel=(24, 94, 1056, 252),
        scale=(24, 258, 1056, 312), foot=(24, 12, 1056, 84),
        title_pt=21, numbers_pt=11, panel_pt=9.3, foot_pt=6.6, numbers_at=(0, 440, 640, 840),
        inset=(250, 220), heights_km=(40, 48, 56),
    ),
    # A story: 1080 × 1920 pixels, upright; the rims that a telephone lays its buttons over hold nothing.
    "story": Layout(
        width=1080, height=1920, dpi=150, title_lines=2, panel_columns=2, label_scale=1.6, degrees=False,
        head=(40, 1588, 1040, 1810), map=(40, 742, 1040, 1574), panel=(40, 270, 1040, 660),
        scale=(40, 672, 1040, 732), foot=(40, 140, 1040, 252),
        title_pt=26, numbers_pt=12.5, panel_pt=10.5, foot_pt=7.6, numbers_at=(0, 430, 625, 820),
        inset=(270, 240), heights_km=(45, 55, 65),
    ),
}  # fmt: skip

SIZES = tuple(LAYOUTS)

FILM_LAYOUTS = {
    "web": LAYOUTS["web"],
    "square": LAYOUTS["square"],
    # Without a table of sectors there is room for more of the map.
    "story": replace(
        LAYOUTS["story"],
        map=(40, 580, 1040, 1574),
        scale=(40, 510, 1040, 570),
        panel=(40, 270, 1040, 498),
        heights_km=(54, 66, 78),
    ),
}
"""The sizes of a timelapse: nothing moves in print."""


def layout_of(size: str) -> Layout:
    """
    Give the layout of a size.

    Raises
    ------
    ValueError
        For an unknown size.

    Examples
    --------
    >>> story = layout_of("story")
    >>> story.width, story.height, round(story.aspect, 2)
    (1080, 1920, 1.2)
    """
    if size not in LAYOUTS:
        raise ValueError(f"size={size!r} is not one of {', '.join(SIZES)}")
    return LAYOUTS[size]
