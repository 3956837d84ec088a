"""Moving pictures from frames that are drawn one at a time: GIF and WebP by Pillow, MP4 by ffmpeg.

No format holds more than a few frames at once, and each gives the same bytes for the same frames.
"""

from __future__ import annotations

import io
import itertools
import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

import numpy as np
from PIL import GifImagePlugin, Image

from tracker.outputs.figure.palette import TRANSPARENT, codes_of, palette_of

Paint = Callable[[int], np.ndarray]
"""Draws a frame by its number: height × width × 4 bytes, the last of which says nothing; they hold until the next."""

Numbers = Callable[[Iterable[int]], Iterable[int]]
"""Goes through the numbers of frames, one by one, and may tell how far it is."""

FORMATS = ("gif", "webp", "mp4")

HOLD_S = 2.0
"""How much longer than the others the last frame is held, in seconds."""

_LEAST_VIDEO_FPS = 24
_H264 = (
    "-c:v libx264 -preset medium -crf 18 -tune animation -threads 2 -flags:v +bitexact -map_metadata -1 "
    "-movflags +faststart -fflags +bitexact"
).split()
"""Nothing of the time or the machine gets into the file; a fixed number of threads gives the same bytes anywhere."""


def durations_ms(count: int, fps: float) -> list[int]:
    """
    Say how long each frame is shown, in whole hundredths of a second, as GIF counts; the last one is held.

    Examples
    --------
    >>> durations_ms(4, 8), durations_ms(1, 8)
    ([120, 130, 120, 2130], [2120])
    """
    ends = [int(100 * number / fps) * 10 for number in range(count + 1)]
    lengths = [end - start for start, end in itertools.pairwise(ends)]
    return [*lengths[:-1], lengths[-1] + int(HOLD_S * 1000)]


def ffmpeg_path() -> str:
    """
    Find ffmpeg: on the path, or that of the package imageio-ffmpeg.

    Raises
    ------
    ValueError
        If neither is there.
    """
    found = shutil.which("ffmpeg")
    if found is None:
        try:
            from imageio_ffmpeg import get_ffmpeg_exe

            found = get_ffmpeg_exe()
        # The package may be there without its program; it then raises RuntimeError.
        except (ImportError, RuntimeError):
            raise ValueError(
                "format='mp4' needs ffmpeg: install it, or pip install 'frontline-tracker[video]'; gif and webp need "
                "nothing"
            ) from None
    return str(found)


def encoded(
    paint: Paint, count: int, *, format: str, fps: float, about: dict[str, str], numbers: Numbers = iter
) -> bytes:
    """
    Encode a moving picture.

    Parameters
    ----------
    paint
        Draws a frame by its number.
    count
        How many frames there are.
    format, fps
        One of `FORMATS`; frames a second.
    about
        `title` and `alt`: what the file says of itself.
    numbers
        Goes through the numbers of the frames as they are drawn: a place to show progress.

    Raises
    ------
    ValueError
        If ffmpeg is needed and is not there, or fails.
    """
    if format == "mp4":
        return _mp4((paint(number) for number in numbers(range(count))), fps, about)
    lasting = durations_ms(count, fps)
    palette, number_of = palette_of(
        np.concatenate([paint(number).copy() for number in sorted({0, count // 2, count - 1})])
    )

    def indexed(number: int) -> np.ndarray:
        return number_of[codes_of(paint(number))]

    if format == "webp":
        return _webp(lambda number: palette[indexed(number)], lasting, numbers, about)
    return _gif(zip(map(indexed, numbers(range(count))), lasting, strict=True), palette, about)


def _gif(frames: Iterable[tuple[np.ndarray, int]], palette: np.ndarray, about: dict[str, str]) -> bytes:
    """Write a GIF: after the first frame, of each only what differs from the one before."""
    whole, before = io.BytesIO(), None
    for frame, duration in frames:
        if before is None:
            picture = _indexed(frame, palette)
            header, _ = GifImagePlugin.getheader(picture, info={"loop": 0, "comment": about["alt"].encode()})
            whole.writelines([*header, *GifImagePlugin.getdata(picture, duration=duration)])
        else:
            same = frame == before
            top, bottom, left, right = _bounds(~same)
            part = np.where(same, np.uint8(TRANSPARENT), frame)[top:bottom, left:right]
            how = {"duration": duration, "transparency": TRANSPARENT, "disposal": 1}
            whole.writelines(GifImagePlugin.getdata(_indexed(part, palette), (left, top), **how))
        before = frame
    whole.write(b";")
    return whole.getvalue()


def _indexed(numbers: np.ndarray, palette: np.ndarray) -> Image.Image:
    """Make a picture of the numbers of colours, with a palette of 256."""
    picture = Image.fromarray(np.ascontiguousarray(numbers))
    picture.putpalette(palette.tobytes().ljust(3 * 256, b"\0"))
    return picture


def _bounds(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Bound what is true: top, bottom, left, right; one pixel where nothing is, for a frame has to have one."""
    if not mask.any():
        return 0, 1, 0, 1
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


class _Reel(Image.Image):
    """A picture whose frames are drawn when Pillow asks for them, so that no more than one is held."""

    def __init__(self, paint: Paint, numbers: Iterable[int], count: int) -> None:
        super().__init__()
        self.n_frames, self._paint, self._numbers = count, paint, iter(numbers)
        self.__dict__.update(Image.fromarray(paint(0)).__dict__)

    def tell(self) -> int:
        return 0

    def seek(self, frame: int) -> None:
        # Pillow goes through the frames once, and then back to the first.
        if next(self._numbers, None) is not None:
            self.paste(Image.fromarray(self._paint(frame)))


def _webp(paint: Paint, lasting: list[int], numbers: Numbers, about: dict[str, str]) -> bytes:
    """Write a WebP without loss: of pictures of few colours it is the smallest of all formats."""
    whole = io.BytesIO()
    reel = _Reel(paint, numbers(range(len(lasting))), len(lasting))
    # Frames that stand for themselves would help a player to jump, and double the size.
    pacing = {"duration": lasting, "loop": 0, "kmin": 0, "kmax": 0}
    reel.save(whole, "WEBP", save_all=True, lossless=True, quality=100, method=4, xmp=_xmp(about), **pacing)
    return whole.getvalue()


def _xmp(about: dict[str, str]) -> bytes:
    """Write title and description as XMP, which WebP has room for."""
    lines = [
        f'<dc:{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></dc:{name}>'
        for name, text in (("title", about["title"]), ("description", about["alt"]))
    ]
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{''.join(lines)}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _mp4(frames: Iterator[np.ndarray], fps: float, about: dict[str, str]) -> bytes:
    """Let ffmpeg write an H.264 video that plays everywhere: even sides, 4:2:0, its index at the front."""
    first = next(frames)
    high, wide, _ = first.shape
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "timelapse.mp4"
        command = [
            *(ffmpeg_path(), "-loglevel", "error", "-nostdin", "-fflags", "+bitexact"),
            *("-f", "rawvideo", "-pix_fmt", "rgb0", "-s", f"{wide}x{high}", "-framerate", f"{fps:g}", "-i", "pipe:0"),
            *("-vf", _filters(fps), *_H264, "-metadata", f"title={about['title']}"),
            *("-metadata", f"comment={about['alt']}", "-metadata", f"description={about['alt']}", str(path)),
        ]
        with (Path(folder) / "errors").open("w+b") as errors:
            status = _piped(command, itertools.chain([first], frames), errors)
            errors.seek(0)
            told = errors.read().decode(errors="replace").strip().splitlines()
        if status != 0 or not path.is_file():
            raise ValueError(f"format='mp4': {command[0]} failed: {told[-1] if told else f'status {status}'}")
        return path.read_bytes()


def _filters(fps: float) -> str:
    """Turn RGB into the colours of video, repeat frames until every player takes them, and hold the last one."""
    repeats = math.ceil(_LEAST_VIDEO_FPS / fps)
    return (
        f"tpad=stop_mode=clone:stop_duration={HOLD_S:g},fps={fps * repeats:g},"
        "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p,"
        "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
    )


def _piped(command: list[str], frames: Iterable[np.ndarray], errors: IO[bytes]) -> int:
    """Run a command that reads the bytes of frames."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors) as running:
        assert running.stdin is not None
        try:
            for frame in frames:
                running.stdin.write(frame.tobytes())
            running.stdin.close()
        # It ended before it read everything; it says why.
        except BrokenPipeError:
            pass
        except BaseException:
            running.kill()
            raise
    return running.returncode
