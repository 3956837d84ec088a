"""One palette for all frames of a picture: the common colours stay exactly as they are."""

from __future__ import annotations

import numpy as np
from PIL import Image

TRANSPARENT = 255
"""The number that no colour has."""

_COMMON = 192


def codes_of(frame: np.ndarray) -> np.ndarray:
    """Read red, green and blue of a frame (height × width × 4 bytes) as one number below 2 to the power of 24."""
    return np.ascontiguousarray(frame).view("<u4")[..., 0] & 0xFFFFFF


def palette_of(frame: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Choose 255 colours: the commonest as they are, the others as near as what is left comes.

    Parameters
    ----------
    frame
        Height × width × 4 bytes, one or more frames that show all that there is to see.

    Returns
    -------
    palette, number_of
        Rows of red, green and blue, and the number of the nearest row for every code of a colour: of those in the frame
        for themselves, of others for the cube of 8 × 8 × 8 that they lie in.
    """
    colours, counts = np.unique(codes_of(frame), return_counts=True)
    often = colours[np.argsort(-counts, kind="stable")[:_COMMON]]
    others = Image.fromarray(frame[..., :3]).quantize(TRANSPARENT - _COMMON).getpalette() or []
    palette = np.concatenate([_rows(often), np.reshape(others, (-1, 3)).astype(np.uint8)])[:TRANSPARENT]
    middle = np.arange(4, 256, 8)
    cubes = _nearest(np.stack(np.meshgrid(middle, middle, middle, indexing="ij"), axis=-1).reshape(-1, 3), palette)
    # In a code blue counts most, then green.
    number_of = cubes.reshape(32, 32, 32).transpose().repeat(8, 0).repeat(8, 1).repeat(8, 2).reshape(-1)
    number_of[colours] = _nearest(_rows(colours), palette)
    return palette, number_of


def _rows(codes: np.ndarray) -> np.ndarray:
    """Turn codes of colours into rows of red, green and blue."""
    return np.stack([codes & 255, codes >> 8 & 255, codes >> 16 & 255], axis=-1).astype(np.uint8)


def _nearest(rows: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """
    Find the number of the nearest colour of the palette for each row, some thousands at a time.

    Of the square of a distance, |a − b|², the part that is the same for all b is left out; single precision is exact.
    """
    known = palette.astype(np.float32)
    squares = (known**2).sum(axis=1)
    parts = np.array_split(rows.astype(np.float32), max(len(rows) // 4096, 1))
    return np.concatenate([(squares - 2 * part @ known.T).argmin(axis=1) for part in parts]).astype(np.uint8)
