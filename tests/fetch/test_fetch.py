"""The wire: every way in which a server can answer, on a real one, and what is kept of it."""

from __future__ import annotations

import gzip
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from tracker.errors import FetchError, MissingError, SourceError
from tracker.fetch.register import (
    Answer,
    RegisterLine,
    action,
    put_checked,
    read_register,
    register_line,
    sha256_of,
    write_register,
)
from tracker.fetch.wire import BusyError, get, open_wire, web_address

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
AGENT = "frontline-tracker/test (+https://example.org)"
BODY = b'{"type": "FeatureCollection", "features": []}'


@pytest.fixture(scope="module")
def _server():
    with HTTPServer(host="localhost", port=0, threaded=True) as server:
        yield server


@pytest.fixture
def server(_server):
    _server.clear()
    yield _server
    _server.clear()


@pytest.fixture
def slept():
    """Collect the seconds that the wire would have slept."""
    return []


@pytest.fixture
def wire(slept):
    return open_wire(AGENT, sleep=slept.append, now=lambda: NOW, pause_s=0, timeout_s=5, limit_bytes=100_000)


def opened(slept, **limits):
    limits = {"pause_s": 0, "timeout_s": 5, "limit_bytes": 100_000, "now": lambda: NOW} | limits
    return open_wire(AGENT, sleep=slept.append, **limits)


def waits(slept):
    """List the pauses that are not the polite one of nothing."""
    return [seconds for seconds in slept if seconds]


def promising(content, length, **headers):
    """Answer with another length than the content has."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: Response(iter([content]), headers=headers | {"Content-Length": str(length)})


def endless(_request):
    def pieces():
        while True:
            yield b"x" * 10_000

    return Response(pieces(), mimetype="application/json")


# ---- 200 and 304


def test_a_file_comes_with_what_is_needed_to_ask_for_it_again(server, wire):
    headers = {"ETag": '"7"', "Last-Modified": "Mon, 06 Jan 2025 20:00:00 GMT"}
    server.expect_request("/a.json").respond_with_data(BODY, headers=headers)
    answer = get(wire, server.url_for("/a.json"))
    assert answer == Answer(server.url_for("/a.json"), BODY, '"7"', "Mon, 06 Jan 2025 20:00:00 GMT")


def test_requests_say_who_we_are_and_ask_for_no_more_than_the_file(server, wire):
    server.expect_request("/a.json").respond_with_data(BODY)
    get(wire, server.url_for("/a.json"))
    headers = server.log[0][0].headers
    assert headers["User-Agent"] == AGENT
    assert "If-None-Match" not in headers
    assert "If-Modified-Since" not in headers


def test_what_is_known_is_asked_for_conditionally(server, wire):
    server.expect_request("/a.json", headers={"If-None-Match": '"7"'}).respond_with_data(status=304)
    known = RegisterLine("a.json", server.url_for("/a.json"), etag='"7"', last_modified="Mon, 06 Jan 2025 20:00:00 GMT")
    assert get(wire, known.url, known=known).content is None
    assert server.log[0][0].headers["If-Modified-Since"] == known.last_modified


def test_a_304_that_nobody_asked_for_is_an_error(server, wire):
    server.expect_request("/a.json").respond_with_data(status=304)
    with pytest.raises(FetchError, match="304 Not Modified"):
        get(wire, server.url_for("/a.json"))


def test_a_packed_answer_is_unpacked_and_its_length_is_that_of_the_packed_one(server, wire):
    headers = {"Content-Encoding": "gzip"}
    server.expect_request("/a.json").respond_with_data(gzip.compress(BODY * 100), headers=headers)
    assert get(wire, server.url_for("/a.json")).content == BODY * 100


def test_a_form_is_sent_by_post(server, wire):
    server.expect_request("/api", method="POST", data="data=out+geom%3B").respond_with_data(BODY)
    assert get(wire, server.url_for("/api"), form={"data": "out geom;"}).content == BODY


# ---- no such file, no permission


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_file_is_told_apart(server, wire, status):
    server.expect_request("/a.json").respond_with_data(status=status)
    with pytest.raises(MissingError, match=rf"a\.json: there is no such file \({status}\)"):
        get(wire, server.url_for("/a.json"))


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "terms"), (403, "403 Forbidden; it refuses; see the terms"), (400, "is the address right"), (206, "206")],
)
def test_other_statuses_say_what_to_do(server, wire, status, words):
    server.expect_request("/a.json").respond_with_data(BODY, status=status)
    with pytest.raises(FetchError, match=words):
        get(wire, server.url_for("/a.json"))


# ---- trying again


def test_a_server_error_is_tried_again_with_growing_pauses(server, wire, slept):
    for status in (500, 503, 200):
        server.expect_ordered_request("/a.json").respond_with_data(BODY, status=status)
    assert get(wire, server.url_for("/a.json")).content == BODY
    assert len(server.log) == 3
    assert waits(slept) == sorted(waits(slept)) != []


def test_it_is_given_up_after_some_tries(server, wire):
    server.expect_request("/a.json").respond_with_data(status=502)
    with pytest.raises(FetchError, match="502 Bad Gateway; try again later"):
        get(wire, server.url_for("/a.json"))
    assert len(server.log) == 4


def test_a_pause_that_the_server_asks_for_is_kept(server, wire, slept):
    server.expect_ordered_request("/a.json").respond_with_data(status=429, headers={"Retry-After": "7"})
    server.expect_ordered_request("/a.json").respond_with_data(BODY)
    assert get(wire, server.url_for("/a.json")).content == BODY
    assert waits(slept) == [7]


def test_a_pause_until_a_date_is_kept_too(server, wire, slept):
    then = datetime.now(UTC) + timedelta(seconds=60)
    headers = {"Retry-After": f"{then:%a, %d %b %Y %H:%M:%S GMT}"}
    server.expect_ordered_request("/a.json").respond_with_data(status=503, headers=headers)
    server.expect_ordered_request("/a.json").respond_with_data(BODY)
    assert get(wire, server.url_for("/a.json")).content == BODY
    assert len(waits(slept)) == 1
    assert 0 < waits(slept)[0] <= 60


@pytest.mark.parametrize("asked", ["121", "86400", "99999999999"])
def test_a_pause_that_is_too_long_ends_the_fetch_at_once(server, wire, slept, asked):
    server.expect_request("/a.json").respond_with_data(status=429, headers={"Retry-After": asked})
    with pytest.raises(BusyError, match=r"a\.json: it asks for a pause of \d+ seconds; fetch again after that"):
        get(wire, server.url_for("/a.json"))
    assert len(server.log) == 1
    assert waits(slept) == []


@pytest.mark.parametrize("asked", ["soon", "-5", "nan", ""])
def test_a_pause_that_is_none_does_not_break_it(server, wire, asked):
    server.expect_request("/a.json").respond_with_data(status=429, headers={"Retry-After": asked})
    with pytest.raises(FetchError, match=r"a\.json"):
        get(wire, server.url_for("/a.json"))


def test_every_request_is_preceded_by_a_pause(server, slept):
    server.expect_request("/a.json").respond_with_data(BODY)
    wire = opened(slept, pause_s=1.5)
    for _ in range(2):
        get(wire, server.url_for("/a.json"))
    assert slept == [1.5, 1.5]


# ---- what is not whole, or too much


def test_a_body_that_is_cut_short_is_an_error(server, wire):
    server.expect_request("/a.json").respond_with_handler(promising(BODY, len(BODY) + 10))
    with pytest.raises(FetchError, match=r"cut short.*fetch it again"):
        get(wire, server.url_for("/a.json"))


def test_a_packed_body_that_is_cut_short_is_an_error(server, wire):
    packed = gzip.compress(BODY * 100)
    answer = promising(packed[:-20], len(packed), Content_Encoding="gzip")
    server.expect_request("/a.json").respond_with_handler(answer)
    with pytest.raises(FetchError, match="cut short"):
        get(wire, server.url_for("/a.json"))


def test_a_body_that_is_not_packed_as_it_says_is_an_error(server, wire):
    server.expect_request("/a.json").respond_with_data(BODY, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="damaged"):
        get(wire, server.url_for("/a.json"))


def test_an_endless_body_is_left_at_the_limit(server, wire):
    server.expect_request("/a.json").respond_with_handler(endless)
    with pytest.raises(FetchError, match="larger than 0 MB"):
        get(wire, server.url_for("/a.json"))


def test_an_endless_error_page_is_not_read(server, wire):
    server.expect_ordered_request("/a.json").respond_with_handler(
        lambda request: Response(endless(request).response, status=500)
    )
    server.expect_ordered_request("/a.json").respond_with_data(BODY)
    assert get(wire, server.url_for("/a.json")).content == BODY


def test_a_body_that_says_it_is_too_large_is_not_read(server, wire):
    server.expect_request("/a.json").respond_with_handler(promising(b"x", 100_000_000))
    with pytest.raises(FetchError, match="larger than"):
        get(wire, server.url_for("/a.json"))


def test_a_small_packed_body_that_unpacks_to_a_large_one_is_left_at_the_limit(server, wire):
    packed = gzip.compress(b" " * 10_000_000)
    assert len(packed) < 100_000
    server.expect_request("/a.json").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="larger than"):
        get(wire, server.url_for("/a.json"))


def test_a_body_that_takes_too_long_is_left(server, slept):
    ticks = iter(range(0, 100_000, 60))
    server.expect_request("/a.json").respond_with_handler(endless)
    wire = opened(slept, now=lambda: NOW + timedelta(seconds=next(ticks)), limit_bytes=10**9)
    with pytest.raises(FetchError, match="longer than 900 seconds"):
        get(wire, server.url_for("/a.json"))


def test_a_server_that_never_answers_is_left(server, slept):
    asleep = threading.Event()

    def sleepy(_request):
        asleep.wait(10)
        return Response(BODY)

    server.expect_request("/a.json").respond_with_handler(sleepy)
    try:
        with pytest.raises(FetchError, match=r"no answer within 0\.1 seconds; try again later"):
            get(opened(slept, timeout_s=0.1), server.url_for("/a.json"))
    finally:
        asleep.set()


def test_a_server_that_is_not_there_is_told(wire):
    with pytest.raises(FetchError, match="cannot be reached"):
        get(wire, "http://localhost:9/a.json")


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>Sorry", b"\n  <html lang='en'>", b"<!doctype HTML>"])
def test_a_web_page_is_no_file(server, wire, page):
    server.expect_request("/a.json").respond_with_data(page)
    with pytest.raises(FetchError, match="web page"):
        get(wire, server.url_for("/a.json"))


# ---- redirects, addresses, credentials


def redirect(server, path, location, status=302):
    server.expect_request(path).respond_with_data(status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_a_host_is_followed(server, wire, status):
    redirect(server, "/a.json", "/b.json", status)
    server.expect_request("/b.json").respond_with_data(BODY)
    answer = get(wire, server.url_for("/a.json"))
    assert answer.content == BODY
    assert answer.url.endswith("/a.json"), "the address that was asked for is the one to ask again"


def test_a_redirect_to_another_host_is_refused_and_names_it(server, wire):
    redirect(server, "/a.json", f"http://127.0.0.1:{server.port}/b.json")
    server.expect_request("/b.json").respond_with_data(BODY)
    with pytest.raises(FetchError, match=r"redirects to another host, 127\.0\.0\.1"):
        get(wire, server.url_for("/a.json"))
    assert len(server.log) == 1, "the other host has not been asked"


def test_a_redirect_to_a_host_that_is_known_is_followed(server, slept):
    redirect(server, "/a.json", f"http://127.0.0.1:{server.port}/b.json")
    server.expect_request("/b.json").respond_with_data(BODY)
    wire = opened(slept, redirects=frozenset({"127.0.0.1"}))
    assert get(wire, server.url_for("/a.json")).content == BODY


@pytest.mark.parametrize(
    "location", ["file:///etc/hosts", "ftp://localhost/a", "http://:80/", "//user:word@localhost/"]
)
def test_a_redirect_out_of_the_web_is_refused(server, wire, location):
    redirect(server, "/a.json", location)
    with pytest.raises(FetchError, match="refused"):
        get(wire, server.url_for("/a.json"))


def test_redirects_in_a_circle_end(server, wire):
    redirect(server, "/a.json", "/a.json")
    with pytest.raises(FetchError, match="redirects more than"):
        get(wire, server.url_for("/a.json"))


@pytest.mark.parametrize(
    "url", ["file:///etc/hosts", "ftp://example.org/a", "example.org/a", "", "http://", "https://[::1", "http://a:x/"]
)
def test_only_addresses_of_the_web_are_taken(wire, url):
    with pytest.raises(ValueError, match="must begin with https"):
        web_address(url)
    with pytest.raises(FetchError, match="refused"):
        get(wire, url)


def test_an_address_with_a_password_is_refused_without_repeating_it():
    with pytest.raises(ValueError, match=r"example\.org holds a name or a password") as refused:
        web_address("https://me:secret@example.org/a.json")
    assert "secret" not in str(refused.value)


def test_no_credentials_and_no_cookies_are_sent(server, wire, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine localhost login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.expect_request("/a.json").respond_with_data(BODY, headers={"Set-Cookie": "id=7"})
    for _ in range(2):
        get(wire, server.url_for("/a.json"))
    for request, _ in server.log:
        assert "Authorization" not in request.headers
        assert "Cookie" not in request.headers


# ---- decide

HELD = RegisterLine("a.json", "https://example.org/a.json", etag='"7"', sha256="ab")
GAP = RegisterLine("a.json", "https://example.org/a.json")
OTHER = "https://mirror.example/a.json"


@pytest.mark.parametrize(
    ("line", "sha256", "url", "settled", "decision"),
    [
        (None, None, HELD.url, True, "fetch"),  # never seen
        (None, "ab", HELD.url, True, "fetch"),  # its line was lost
        (HELD, None, HELD.url, True, "fetch"),  # the file was lost
        (HELD, "cd", HELD.url, True, "fetch"),  # changed by hand
        (HELD, "ab", HELD.url, True, "keep"),
        (HELD, "ab", HELD.url, False, "ask"),
        (HELD, "ab", OTHER, True, "keep"),
        (HELD, "ab", OTHER, False, "fetch"),  # another server's ETag means nothing
        (RegisterLine("a.json", HELD.url, sha256="ab"), "ab", HELD.url, False, "fetch"),  # nothing to ask by
        (GAP, None, GAP.url, True, "keep"),
        (GAP, None, GAP.url, False, "fetch"),
        (GAP, None, OTHER, True, "fetch"),  # a mirror may have it
        (GAP, "ab", GAP.url, True, "fetch"),  # put there by hand
    ],
)
def test_what_a_file_needs(line, sha256, url, settled, decision):
    assert action(line, sha256, url, settled=settled) == decision


# ---- keep


def refuse(_file):
    raise SourceError("no")


def test_a_file_is_checked_under_its_own_name_before_it_is_there(tmp_path):
    seen = []
    put_checked(tmp_path / "raw" / "a.json", BODY, lambda file: seen.append((file.name, file.read_bytes())))
    assert seen == [("a.json", BODY)]
    assert (tmp_path / "raw" / "a.json").read_bytes() == BODY
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["a.json"]


def test_what_fails_its_check_replaces_nothing(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"what was there")
    with pytest.raises(SourceError):
        put_checked(path, BODY, refuse)
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_while_checking_leaves_nothing_behind(tmp_path):
    def interrupt(_file):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put_checked(tmp_path / "a.json", BODY, interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_register_comes_back_as_it_was_written(tmp_path):
    answer = Answer("https://example.org/a,b.json", BODY, '"7,\n8"', "Mon, 06 Jan 2025 20:00:00 GMT")
    lines = {name: register_line(name, answer, NOW) for name in ("b.json", "a.json")}
    lines["gap.json"] = RegisterLine("gap.json", "https://example.org/gap.json", retrieved_at="2026-01-01T12:00:00Z")
    write_register(tmp_path / "fetched.csv", lines)
    assert read_register(tmp_path / "fetched.csv") == lines
    assert (tmp_path / "fetched.csv").read_text().startswith("name,url,etag,last_modified,sha256,bytes,retrieved_at\na")


def test_a_line_says_what_the_file_is(tmp_path):
    (tmp_path / "a.json").write_bytes(BODY)
    line = register_line("a.json", Answer("https://example.org/a.json", BODY), NOW)
    assert (line.sha256, line.bytes, line.retrieved_at) == (
        sha256_of(tmp_path / "a.json"),
        len(BODY),
        "2026-01-01T12:00:00Z",
    )
    assert sha256_of(tmp_path / "none.json") is None


def test_no_register_is_an_empty_one(tmp_path):
    assert read_register(tmp_path / "fetched.csv") == {}


@pytest.mark.parametrize(
    "text",
    [
        "name,url\na.json,https://example.org\n",
        "name,url,etag,last_modified,sha256,bytes,retrieved_at\na.json,u,,,ab,many,2026-01-01T12:00:00Z\n",
        "name,url,etag,last_modified,sha256,bytes,retrieved_at\na.json,u,,,ab,1,yesterday\n",
        "name,url,etag,last_modified,sha256,bytes,retrieved_at\na.json,u\n",
        "\x00\x01",
    ],
)
def test_a_broken_register_is_named(tmp_path, text):
    (tmp_path / "fetched.csv").write_text(text)
    with pytest.raises(FetchError, match=r"fetched\.csv: not a register.*remove it and fetch again"):
        read_register(Path(tmp_path / "fetched.csv"))
