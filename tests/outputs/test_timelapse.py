"""The timelapse: what each frame shows, what the files hold, that they are the same every run, and what is refused."""

from __future__ import annotations

import functools
import io
import subprocess
import sys

import commands
import matplotlib
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from PIL import Image
from stories import rendered, told
from worlds import histories, history_of, places_of, sectors_of, square

import tracker as tr
from tracker.changes.causes import label_causes
from tracker.changes.snapshots import at
from tracker.cli import cli
from tracker.errors import NoDataError
from tracker.outputs import renderer
from tracker.outputs.figure import film as encoding
from tracker.outputs.figure import scene as scenes
from tracker.outputs.figure import timelapse as timelapses
from tracker.outputs.figure.changing import FOREVER, pieces_of
from tracker.outputs.figure.film import durations_ms, encoded, ffmpeg_path
from tracker.outputs.figure.frames import cells_of, legend
from tracker.outputs.figure.frames_ground import Reel, ages_of, held_on
from tracker.outputs.figure.layout import FILM_LAYOUTS
from tracker.outputs.figure.palette import TRANSPARENT, codes_of, palette_of
from tracker.outputs.figure.timelapse import frame_days, running_sums
from tracker.outputs.look import COLOURS, GAIN_COLOURS
from tracker.outputs.story import Story
from tracker.products.notebook import Film
from tracker.tables.days import day_of, end_of_day

SINCE, UNTIL = "2025-01-02", "2025-01-12"
BASE = shapely.box(20_000, 0, 60_000, 40_000)
SPOTS = {"twice": (17, 8), "once": (17, 23), "lost": (22.5, 32.5), "base": (40, 10), "far": (12, 38), "grey": (12, 15)}
LAND, OCCUPIED, LOSS = COLOURS["land"], COLOURS["occupied"], "#dbe9f6"
DAY, WEEK, LONGER = GAIN_COLOURS[1], GAIN_COLOURS[7], GAIN_COLOURS[30]


def states():
    """One square is gained and lost again, one is gained, one lost; on 5 January and from the 8th to 12th few maps."""
    twice, once = square(14, 5, 6), square(14, 20, 6)
    without = shapely.difference(BASE, square(20, 30, 5))
    days = {
        "01": [BASE],
        "02": [BASE],
        "03": [BASE, twice],
        "04": [BASE, twice, once],
        "06": [BASE, once],
        "07": [without, once],
        "08": [without, once],
        "12": [without, once],
    }
    return {
        f"2025-01-{day}T18:00Z": {"occupied": shapes, "contested": square(10, 13, 4)} for day, shapes in days.items()
    }


def render(**given):
    return rendered("timelapse", **given)


def scene_of(control, ledger, on, since, *, sectors=None, **options):
    story = told("timelapse", control=control, ledger=ledger, on=on, since=since, sectors=sectors)
    return scenes.scene_of(story, **options)


def sums_of(control, ledger, scene, days):
    return running_sums(Story(control=control, ledger=ledger), scene, days)


EXPECTED = {  # from 2 January on
    "twice": [LAND, DAY, WEEK, WEEK, *[LOSS] * 7],
    "once": [LAND, LAND, DAY, WEEK, WEEK, WEEK, WEEK, WEEK, WEEK, LONGER, LONGER],
    "lost": [OCCUPIED] * 5 + [LOSS] * 6,
    "base": [OCCUPIED] * 11,
    "far": [LAND] * 11,
}


@pytest.fixture(scope="module")
def control():
    return history_of(states())


@pytest.fixture(scope="module")
def tables(control):
    return {"control": control, "ledger": tr.track(control), "since": SINCE, "size": "square"}


@pytest.fixture(scope="module")
def films(tables):
    return {format: render(**tables, format=format) for format in ("gif", "webp", "mp4")}


@functools.cache
def frames_of(film, wide=1080, high=1080):
    """Decode all frames of a film, as bytes of red, green and blue."""
    if film[4:8] == b"ftyp":
        command = [ffmpeg_path(), "-loglevel", "error", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
        raw = subprocess.run(command, input=film, capture_output=True, check=True).stdout
        return np.frombuffer(raw, np.uint8).reshape(-1, high, wide, 3)
    picture, frames = Image.open(io.BytesIO(film)), []
    for number in range(picture.n_frames):
        picture.seek(number)
        frames.append(np.asarray(picture.convert("RGB")))
    return np.stack(frames)


def colour_at(frame, spot, extent, layout=FILM_LAYOUTS["square"], span=8):
    """Give the commonest colour around a place (kilometres) of a frame."""
    scale = layout.map_width / (extent[2] - extent[0])
    column = round(layout.map[0] + (spot[0] * 1000 - extent[0]) * scale)
    row = round(layout.height - layout.map[1] - (spot[1] * 1000 - extent[1]) * scale)
    part = frame[row - span : row + span, column - span : column + span].reshape(-1, 3)
    colours, counts = np.unique(part, axis=0, return_counts=True)
    return matplotlib.colors.to_hex(colours[counts.argmax()] / 255)


@pytest.fixture(scope="module")
def extent(tables):
    ledger = tables["ledger"].assign(counted=True)
    return scene_of(tables["control"], ledger, UNTIL, SINCE, layout=FILM_LAYOUTS["square"]).extent


# ---- what the frames show


@pytest.mark.parametrize("format", ["gif", "webp"])
@pytest.mark.parametrize("spot", EXPECTED)
def test_ground_has_the_colour_of_its_last_change_on_every_day(films, extent, format, spot):
    frames = frames_of(films[format])
    assert [colour_at(frame, SPOTS[spot], extent) for frame in frames] == EXPECTED[spot]


def test_a_video_shows_the_same_ground(films, extent):
    # At 10 frames a second each is shown three times, for players want no fewer than 24.
    frames = frames_of(films["mp4"])
    assert len(frames) == 11 * 3 + 2 * 30
    for spot, colours in EXPECTED.items():
        for number, colour in enumerate(colours):
            shown = colour_at(frames[3 * number + 1], SPOTS[spot], extent)
            away = np.abs(np.subtract(*(matplotlib.colors.to_rgb(one) for one in (shown, colour))))
            assert away.max() < 0.04, (spot, number, shown, colour)
    assert np.abs(frames[-1].astype(int) - frames[31]).mean() < 0.5, "the last frame is held"


def test_contested_ground_is_hatched(films, extent):
    frame = frames_of(films["gif"])[0]
    layout = FILM_LAYOUTS["square"]
    scale = layout.map_width / (extent[2] - extent[0])
    x, y = SPOTS["grey"]
    row = round(layout.height - layout.map[1] - (y * 1000 - extent[1]) * scale)
    column = round(layout.map[0] + (x * 1000 - extent[0]) * scale)
    shades = np.unique(frame[row - 20 : row + 20, column - 20 : column + 20].reshape(-1, 3), axis=0)
    assert len(shades) > 3
    assert shades.mean(axis=1).min() < 200


def test_gif_and_webp_hold_the_same_pictures(films):
    assert (frames_of(films["gif"]) == frames_of(films["webp"])).all()


def test_what_stands_still_is_the_same_in_all_frames(films):
    frames = frames_of(films["gif"])
    layout = FILM_LAYOUTS["square"]
    low = round(layout.height - layout.map[1])
    assert (frames[:, low + 4 :] == frames[0, low + 4 :]).all()
    date = frames[:, round(layout.height - layout.head[3]) : round(layout.height - layout.head[1]) - 30]
    assert len({frame.tobytes() for frame in date}) == len(frames), "every frame has a date of its own"


@given(histories(most=5))
def test_pieces_are_what_changed_last(control):
    control = tr.last_of_day(control)
    days = day_of(control["as_of"].drop_duplicates())
    ledger = tr.track(control)
    moves = ledger[ledger["kind"].isin(["gain", "loss"])].assign(counted=True)
    pieces = pieces_of(moves)
    assert (pieces["gone"] > day_of(pieces["end"])).all() if len(pieces) else True
    first = shapely.union_all(at(control, end_of_day(days.iloc[0])).query("status == 'occupied'").geometry.to_numpy())
    for day in days:
        held = at(control, end_of_day(day))
        occupied = shapely.union_all(held.geometry[held["status"] == "occupied"].to_numpy())
        shown = pieces[(day_of(pieces["end"]) <= day) & (pieces["gone"] > day)] if len(pieces) else pieces
        gain, loss = (shapely.union_all(shown.geometry[shown["kind"] == kind].to_numpy()) for kind in ("gain", "loss"))
        alike = [shapely.union_all(same.geometry.to_numpy()) for _, same in shown.groupby(["kind", "end"])]
        assert sum(map(shapely.area, alike)) == pytest.approx(shapely.area(shapely.union(gain, loss)), abs=1)
        assert shapely.area(shapely.difference(gain, occupied)) < 1
        assert shapely.area(shapely.intersection(loss, occupied)) < 1
        assert shapely.area(shapely.difference(shapely.difference(occupied, first), gain)) < 1
        assert shapely.area(shapely.difference(shapely.difference(first, occupied), loss)) < 1


def test_what_does_not_count_covers_but_is_not_shown():
    control = history_of({"2025-01-01": [BASE], "2025-01-02": [BASE, square(18, 0, 2)], "2025-01-03": [BASE]})
    ledger = tr.track(control)
    pieces = pieces_of(ledger.assign(counted=ledger["kind"] == "gain"))
    assert pieces["kind"].tolist() == ["gain"]
    assert pieces["gone"].tolist() == [pd.Timestamp("2025-01-03")]
    assert pieces_of(ledger.assign(counted=True))["gone"].tolist()[-1] == FOREVER


# ---- days, sums, words


def story_of(control, since=SINCE, until=UNTIL, **options):
    ledger = tr.track(control).assign(counted=True)
    days = frame_days(since, until)
    scene = scene_of(control, ledger, until, since, **options)
    return scene, Reel(days, days[0], control, ledger, sums_of(control, ledger, scene, days), "Where", [""])


def test_a_day_without_a_map_shows_the_state_that_holds(control):
    _, story = story_of(control)
    assert [f"{day:%m-%d}" for day in story.days] == [f"01-{day:02}" for day in range(2, 13)]
    held = [day_of(instant).day for instant in held_on(story)]
    assert held == [2, 3, 4, 4, 6, 7, 8, 8, 8, 8, 12]


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("day", 31),
        ("week", ["01-01", "01-05", "01-12", "01-19", "01-26", "01-31"]),
        ("month", ["01-01", "01-31"]),
    ],
)
def test_days_of_frames(every, days):
    found = [f"{day:%m-%d}" for day in frame_days("2025-01-01", "2025-01-31", every)]
    assert (len(found) if isinstance(days, int) else found) == days


def test_days_that_are_too_many():
    assert len(frame_days("2020-01-01", pd.Timestamp("2020-01-01") + pd.Timedelta(days=1999))) == 2000
    with pytest.raises(ValueError, match=r"2,001 frames, more than 2,000; take a frame a week: every='week'"):
        frame_days("2020-01-01", pd.Timestamp("2020-01-01") + pd.Timedelta(days=2000))
    with pytest.raises(ValueError, match=r"since=2025-01-02 is after until=2025-01-01"):
        frame_days("2025-01-02", "2025-01-01")
    with pytest.raises(ValueError, match=r"every='hour' is not one of day, week, month"):
        frame_days("2025-01-01", "2025-01-02", "hour")


def test_running_sums_of_the_small_world(control):
    _, story = story_of(control)
    whole = story.sums["Whole front"]
    assert whole["gain_km2"].tolist() == pytest.approx([0, 36, 72, 72, 72, 72, 72, 72, 72, 72, 72])
    assert whole["loss_km2"].tolist() == pytest.approx([0, 0, 0, 0, 36, 61, 61, 61, 61, 61, 61])
    assert whole["net_km2"].tolist() == pytest.approx([0, 36, 72, 72, 36, 11, 11, 11, 11, 11, 11])
    assert cells_of(story, "en")[-1][-3:] == ["72.0", "61.0", "+11.0"]
    assert cells_of(story, "uk")[4][-3:] == ["72,0", "36,0", "+36,0"]


@settings(max_examples=8)
@given(histories(most=5))
def test_running_sums_end_as_the_summary_does(control):
    days = day_of(control["as_of"].drop_duplicates()).unique()
    if len(days) < 2:
        return
    since, until = days[0] + pd.Timedelta(days=1), days[-1]
    ledger = label_causes(tr.track(control), control)
    ledger = ledger[day_of(ledger["end"]) >= since]
    frames = frame_days(since, until, "week")
    sectors = sectors_of({"west": shapely.box(-1e6, -1e6, 0, 1e6), "east": shapely.box(0, -1e6, 1e6, 1e6)})
    ledger = tr.split(ledger, sectors)
    scene = scene_of(control, ledger, until, since, sectors=sectors, sector="west")
    sums = sums_of(control, ledger, scene, frames)
    period = {"since": since, "until": until, "control": control}
    expected = {
        "West sector": tr.summarise(ledger[ledger["ground"] == "west"], **period),
        "Whole front": tr.summarise(ledger, **period),
    }
    assert list(sums) == list(expected)
    for name, table in expected.items():
        for column in ("gain_km2", "loss_km2", "net_km2"):
            assert sums[name][column].iloc[-1] == pytest.approx(table[column].iloc[0], abs=1e-9)
    assert [f"{day:%F}" for day in sums["Whole front"].index] == [f"{day:%F}" for day in frames]


@pytest.mark.shared
def test_running_sums_are_those_of_the_advances(shared):
    # A raw export is named by the second of its publication.
    first, last = (int(pd.Timestamp(day, tz="Europe/Kyiv").timestamp()) for day in ("2024-12-31", "2025-02-01"))
    paths = [
        path
        for path in (shared / "data" / "deepstate-raw").rglob("*.geojson")
        if path.stem.isdigit() and first <= int(path.stem) < last
    ]
    january = tr.last_of_day(tr.load("deepstate", paths))
    sectors = tr.sectors(on="2025-01-31")
    ledger = tr.split(label_causes(tr.track(january), january), sectors)
    days = frame_days("2025-01-01", "2025-01-31")
    scene = scene_of(january, ledger, days[-1], days[0], sectors=sectors, sector="pokrovsk")
    sums = sums_of(january, ledger, scene, days)
    for day in ("2025-01-01", "2025-01-06", "2025-01-31"):
        period = {"since": "2025-01-01", "until": day, "control": january}
        whole, by = tr.summarise(ledger, **period), tr.summarise(ledger, by="ground", **period).set_index("ground")
        for column in ("gain_km2", "loss_km2", "net_km2"):
            assert sums["Whole front"].loc[day, column] == pytest.approx(whole[column].iloc[0], abs=1e-9)
            assert sums["Pokrovsk sector"].loc[day, column] == pytest.approx(by.loc["pokrovsk", column], abs=1e-9)


def test_sums_of_the_picture_count_what_is_seen(control):
    far = control.copy()
    far.loc[far["status"] == "occupied", "geometry"] = [
        shapely.union(shape, square(900, 0, 1 if number < 3 else 5))
        for number, shape in enumerate(far.geometry[far["status"] == "occupied"])
    ]
    _, story = story_of(far)
    assert story.sums["In this picture"]["gain_km2"].iloc[-1] == pytest.approx(72)
    assert story.sums["Whole front"]["gain_km2"].iloc[-1] == pytest.approx(72 + 24)


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_the_legend_says_what_the_colours_mean(control, lang):
    scene, story = story_of(control)
    assert ages_of(story) == (1, 7, 11)
    words = [text for _, text in legend(scene, story, lang)]
    assert len(words) == len(set(words)) == 8
    assert sum("2 January 2025" in text or "2 січня 2025" in text for text in words) == 2
    patches = [style["fc"] for style, _ in legend(scene, story, lang) if "fc" in style]
    assert patches[:3] == [DAY, WEEK, LONGER]


# ---- the files


def test_same_tables_same_bytes(tables, films):
    """For the frames see test_leaves_matplotlib_alone, for the encoders test_frames_are_drawn_one_at_a_time."""
    assert render(**tables, format="mp4") == films["mp4"], "it is encoded by several threads"


def test_what_the_files_say(films):
    gif, webp = (Image.open(io.BytesIO(films[format])) for format in ("gif", "webp"))
    assert (gif.format, webp.format, films["mp4"][4:8]) == ("GIF", "WEBP", b"ftyp")
    assert gif.size == webp.size == (1080, 1080)
    assert gif.info["loop"] == webp.info["loop"] == 0
    alt = "Animated map, a frame a day. Front line: 2–12 January 2025. In the end, km² since 2 January 2025: "
    assert gif.info["comment"].decode().startswith(alt)
    assert "Whole front gained 72.0, lost 61.0, net +11.0" in gif.info["comment"].decode()
    assert alt in webp.info["xmp"].decode()
    command = [ffmpeg_path(), "-loglevel", "error", "-i", "pipe:0", "-f", "ffmetadata", "pipe:1"]
    told = subprocess.run(command, input=films["mp4"], capture_output=True, check=True).stdout.decode()
    assert "title=Front line: 2–12 January 2025" in told
    assert f"comment={alt}" in told
    # The index comes first, so that a player can begin before it has everything.
    assert films["mp4"].index(b"moov") < films["mp4"].index(b"mdat")


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_frames_last_as_long_as_asked_for(tables, format):
    about = {"title": "T", "alt": "A"}
    film = render(**tables, fps=8) if format == "gif" else encoded(painted, 11, format=format, fps=8, about=about)
    picture = Image.open(io.BytesIO(film))
    lasting = []
    for number in range(picture.n_frames):
        picture.seek(number)
        picture.load()
        lasting.append(picture.info["duration"])
    assert lasting == durations_ms(11, 8)
    assert sum(lasting) == 11 * 125 + 2000 - 5, "a GIF counts in hundredths of a second"
    assert durations_ms(3, 10) == [100, 100, 2100]


@pytest.mark.parametrize(("size", "lang"), [("web", "en"), ("square", "uk"), ("story", "uk")])
def test_sizes_and_languages(tables, size, lang):
    film = render(**{**tables, "size": size, "every": "month", "lang": lang, "note": "illustrative sample"})
    picture = Image.open(io.BytesIO(film))
    assert picture.size == {"web": (1600, 1200), "square": (1080, 1080), "story": (1080, 1920)}[size]
    assert picture.n_frames == 2
    assert ("Анімована" if lang == "uk" else "Animated") in picture.info["comment"].decode()


@pytest.mark.parametrize("format", ["gif", "webp", "mp4"])
def test_one_day_is_one_frame(tables, format):
    film = render(**{**tables, "since": UNTIL, "on": UNTIL}, format=format)
    frames = frames_of(film)
    assert len(frames) == (63 if format == "mp4" else 1)
    assert (frames[0] != frames[-1]).sum() <= (frames[0] != 0).sum() // 50


def test_a_quiet_period_is_no_error(tables):
    frames = frames_of(render(**{**tables, "since": "2025-01-09", "on": "2025-01-11"}))
    assert len(frames) == 3


def test_names_are_only_text(tables):
    names = ["<img src=x onerror=alert(1)>", "$x^2$ \\frac{", "two\nlines\x00", "%s {0}", "]]>&amp;"]
    places = places_of(
        {name: shapely.Point(15_000 + 3000 * n, 5_000) for n, name in enumerate(names)}, place="town", population=9000
    )
    sectors = sectors_of({"all": shapely.box(-1e6, -1e6, 1e6, 1e6)}, name_en="]]></rdf:li><b>", name_uk="А & Б")
    shown = {**tables, "places": places, "sectors": sectors, "sector": "all", "credits": ["%d {x} $y$"]}
    film = render(**shown, format="webp", every="month")
    xmp = Image.open(io.BytesIO(film)).info["xmp"]
    assert b"<b>" not in xmp
    assert b"]]&gt;&lt;/rdf:li&gt;&lt;b&gt; sector" in xmp
    assert render(**shown, format="mp4", every="month")[4:8] == b"ftyp"


def test_leaves_matplotlib_alone(tables, films):
    with matplotlib.rc_context({"font.size": 3, "hatch.linewidth": 9, "text.parse_math": True}):
        before = dict(dict.items(matplotlib.rcParams.copy()))
        assert render(**tables) == films["gif"]
        assert dict(dict.items(matplotlib.rcParams)) == before


# ---- encoding


def painted(number):
    """A frame of noise with a square that moves over it."""
    frame = np.random.default_rng(5).integers(0, 256, (40, 60, 4), dtype=np.uint8)
    frame[..., 3] = 255
    frame[5:15, 3 * number : 3 * number + 10] = (200, 30, 30, 255)
    return frame


def reused(buffer, number):
    buffer[...] = painted(number)
    return buffer


@pytest.mark.parametrize("format", ["gif", "webp", "mp4"])
def test_frames_are_drawn_one_at_a_time(format):
    """Whoever draws may use one buffer for all frames, and progress moves with them."""
    order, buffer, about = [], np.empty((40, 60, 4), np.uint8), {"title": "T", "alt": "A"}

    def numbers(all):
        for number in all:
            order.append(f"asked for {number}")
            yield number

    def paint(number):
        order.append(f"drew {number}")
        return reused(buffer, number)

    film = encoded(paint, 6, format=format, fps=10, about=about, numbers=numbers)
    assert film == encoded(painted, 6, format=format, fps=10, about=about)
    steps = order[order.index("asked for 0") :]
    assert steps == [step for number in range(6) for step in (f"asked for {number}", f"drew {number}")]


def test_frames_that_are_alike_are_still_frames():
    film = encoded(lambda number: painted(0), 3, format="gif", fps=10, about={"title": "", "alt": "a"})
    assert Image.open(io.BytesIO(film)).n_frames == 3


def test_common_colours_stay_as_they_are():
    frame = painted(0)
    frame[:20] = (1, 2, 3, 255)
    frame[30:, :30] = (250, 128, 7, 255)
    palette, number_of = palette_of(frame)
    assert len(palette) <= TRANSPARENT
    shown = palette[number_of[codes_of(frame)]]
    exact = (shown == frame[..., :3]).all(axis=-1)
    assert exact[:20].all()
    assert exact[30:, :30].all()
    # A colour that the sample lacks gets a near one: noise has near ones for all.
    other = np.random.default_rng(9).integers(0, 256, (50, 50, 4), dtype=np.uint8)
    away = np.linalg.norm(palette[number_of[codes_of(other)]].astype(float) - other[..., :3], axis=-1)
    best = np.linalg.norm(palette[None].astype(float) - other[..., :3].reshape(-1, 1, 3), axis=-1).min(axis=-1)
    assert (away.reshape(-1) <= best + 14).all()


def test_ffmpeg_that_fails_says_why(tables, monkeypatch):
    monkeypatch.setattr(encoding, "_H264", ("-c:v", "no-such-codec"))
    with pytest.raises(ValueError, match=r"format='mp4': .* failed: .*"):
        render(**tables, format="mp4", every="month")


def without_ffmpeg(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)


def test_without_ffmpeg_it_says_what_to_install(tables, monkeypatch):
    without_ffmpeg(monkeypatch)
    with pytest.raises(ValueError, match=r"needs ffmpeg: install it, or pip install 'frontline-tracker\[video\]'"):
        render(**tables, format="mp4")
    assert render(**tables, format="gif", every="month").startswith(b"GIF89a")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": "print"}, "size='print' is not one of web, square, story"),
        ({"format": "avi"}, "format='avi' is not one of gif, webp, mp4"),
        ({"every": "hour"}, "every='hour' is not one of day, week, month"),
        ({"fps": 0}, "fps=0 is not from 1 to 50"),
        ({"lang": "fr"}, "lang='fr'"),
        ({"sector": "x"}, "sector='x'"),
        ({"causes": ["x"]}, "causes=x"),
        ({"since": "2026-01-01"}, "since=2026-01-01 is after until=2025-01-12"),
    ],
)
def test_refuses_what_it_does_not_know(tables, options, message):
    with pytest.raises(ValueError, match=message):
        render(**{**tables, **options})


def test_a_period_before_the_first_map(tables):
    with pytest.raises(NoDataError, match="2025-01-02"):
        render(**{**tables, "since": "2024-12-01"})


def test_is_a_renderer_that_shows_itself(tables):
    assert renderer("timelapse").write is timelapses.render
    shown = {name: tables[name] for name in ("control", "ledger", "since", "size")} | {"places": None, "every": "month"}
    for format, start in (
        ("gif", '<img src="data:image/gif'),
        ("webp", '<img src="data:image/webp'),
        ("mp4", "<video"),
    ):
        film = tr.render("timelapse", **shown, format=format, **({} if format == "gif" else {"sectors": None}))
        assert isinstance(film, Film)
        assert film._repr_html_().startswith(start)


# ---- the command


@pytest.fixture(autouse=True)
def _in_a_clean_folder(clean_folder):
    """Run commands on the bundled sample."""


def run(*arguments, status=0):
    return commands.run("timelapse", *arguments, status=status)


@pytest.mark.parametrize(("name", "start"), [("a.gif", b"GIF89a"), ("b/c.WEBP", b"RIFF"), ("d.mp4", b"\0\0\0")])
def test_the_file_name_chooses_the_format(tmp_path, name, start):
    told = run("--since", "2025-01-07", "--size", "square", "-o", name).stderr
    assert f"wrote {name}" in told
    assert "illustrative sample" in told
    assert (tmp_path / name).read_bytes().startswith(start)


def test_the_format_asked_for_wins_over_the_file_name(tmp_path):
    run("--since", "2025-01-07", "--size", "square", "--format", "webp", "-o", "a.gif")
    assert (tmp_path / "a.gif").read_bytes().startswith(b"RIFF")


def test_the_command_sums_as_advances_do(tmp_path):
    period = ["--since", "2024-12-20", "--until", "2025-01-06"]
    run(*period, "--every", "month", "--size", "square", "--sector", "pokrovsk", "-o", "a.gif")
    comment = Image.open(tmp_path / "a.gif").info["comment"].decode()
    table = CliRunner().invoke(cli, ["advances", *period, "--by", "ground", "--format", "json"]).stdout
    rows = pd.read_json(io.StringIO(table)).set_index("ground")
    row = rows.loc["pokrovsk"]
    sums = f"gained {row.gain_km2:.1f}, lost {row.loss_km2:.1f}, net {row.net_km2:+.1f}"
    assert f"Pokrovsk sector {sums}" in comment


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["-o", "a.avi"], 2, "-o a.avi: name a file that ends in .gif, .webp or .mp4, or add --format"),
        (["-o", "gif"], 2, "-o gif: name a file that ends in .gif, .webp or .mp4, or add --format"),
        (["-o", "."], 2, "is a directory"),
        (["-o", "/dev/null/a.gif"], 2, "is no folder that can be written to"),
        (["--fps", "0", "-o", "a.gif"], 2, "fps"),
        (["--sector", "nowhere", "-o", "a.gif"], 2, "sector='nowhere' is not one of"),
        (["--since", "2025-01-05", "--until", "2025-01-03", "-o", "a.gif"], 2, "is after"),
        (["--since", "2020-01-01", "-o", "a.gif"], 6, "no snapshot up to 2019-12-31"),
        (["--since", "2025-03-01", "--until", "2025-03-05", "-o", "a.gif"], 6, "nothing was published"),
        (["--until", "2033-01-01", "-o", "a.gif"], 2, "take a frame a week"),
    ],
)
def test_refusals(tmp_path, arguments, status, message):
    assert message in run(*arguments, status=status).stderr
    assert not list(tmp_path.glob("*.gif"))


def test_a_period_that_outlasts_the_maps_says_how_old_the_state_is():
    told = run("--since", "2025-01-07", "--until", "2025-01-20", "--every", "month", "-o", "a.gif").stderr
    assert "13 days old" in told


def test_a_terminal_gets_no_film(monkeypatch):
    from tracker.cli import pictures

    monkeypatch.setattr(pictures.sys, "stdout", type("Terminal", (), {"isatty": lambda self: True})())
    with pytest.raises(pictures.click.UsageError, match="name a file: -o FILE"):
        pictures.require_place(None)


def test_a_command_without_ffmpeg_ends_before_it_draws(monkeypatch):
    without_ffmpeg(monkeypatch)
    told = run("-o", "a.mp4", status=2).stderr
    assert told.splitlines()[-1].startswith("tracker: format='mp4' needs ffmpeg: install it, or pip install")
