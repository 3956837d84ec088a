"""Ask the web for one address, with patience, manners and limits. The clock and the sleeper come in as arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from tracker.errors import FetchError, MissingError
from tracker.fetch.register import Answer, RegisterLine

LONGEST_WAIT_S = 120
"""A server that asks for a longer pause than this is left alone until the next run."""

_TRIES_AGAIN = 3
_BUSY = (429, 500, 502, 503, 504)
_MOST_REDIRECTS = 5
_PIECE_BYTES = 16_384
_TO_DO = {
    401: "it is for those who have its permission; see the terms of the source",
    403: "it refuses; see the terms of the source",
    429: "it is asked too often; try again later",
}


class BusyError(FetchError):
    """A server wants to be left alone for longer than a fetch waits."""


@dataclass(frozen=True)
class Wire:
    """
    A session and its limits.

    Parameters
    ----------
    session
        Made by `open_wire`: it names us, tries again with patience, and sends no credentials.
    sleep, now
        Waits so many seconds; tells the time.
    pause_s
        Seconds to wait before each request.
    timeout_s
        Seconds to wait for an answer, and for each next piece of it.
    limit_bytes, limit_s
        What one answer may take, unpacked; seconds are looked at between its pieces.
    redirects
        Hosts that other hosts may send us on to. Elsewhere a redirect has to stay with its host: whose terms were
        accepted is who may answer.
    """

    session: requests.Session
    sleep: Callable[[float], None]
    now: Callable[[], datetime]
    pause_s: float = 1.0
    timeout_s: float = 60.0
    limit_bytes: int = 200_000_000
    limit_s: float = 900.0
    redirects: frozenset[str] = frozenset()


def web_address(url: str) -> str:
    """
    Take an address as one of the web, without credentials in it.

    Raises
    ------
    ValueError
        If it is not.
    """
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.scheme not in ("http", "https"):
        raise ValueError(f"{url!r} is not an address of the web; it must begin with https:// or http://")
    if "@" in parts.netloc:
        raise ValueError(f"the address of {parts.hostname} holds a name or a password; these would be written down")
    return url


def open_wire(user_agent: str, *, sleep: Callable[[float], None], now: Callable[[], datetime], **limits: Any) -> Wire:
    """Open a session that says who we are; `limits` are those of `Wire`."""
    session = requests.Session()
    session.headers.update({"User-Agent": user_agent, "Accept-Encoding": "gzip"})
    # Proxies of the environment are used; a login that ~/.netrc keeps for the host, and cookies, are not sent.
    session.auth = lambda request: request
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=_patience(sleep)))
    return Wire(session, sleep, now, **limits)


def _patience(sleep: Callable[[float], None]) -> Retry:
    """Try again what failed on the server's side, after the pause it asks for or a growing one of our own."""

    class Patience(Retry):
        """A Retry that waits by our sleeper, with a bound, and does not read error pages: one may never end."""

        def sleep(self, response: Any = None) -> None:
            asked_s = self.get_retry_after(response) if response is not None else None
            wait_s = asked_s or self.get_backoff_time()
            if wait_s > LONGEST_WAIT_S:
                raise BusyError(f"it asks for a pause of {wait_s:.0f} seconds; fetch again after that")
            sleep(wait_s)

        def increment(self, method: Any = None, url: Any = None, response: Any = None, *rest: Any, **more: Any) -> Any:
            if response is not None:
                response.close()
            return super().increment(method, url, response, *rest, **more)

    return Patience(
        total=_TRIES_AGAIN,
        read=1,
        backoff_factor=2,
        status_forcelist=_BUSY,
        allowed_methods={"GET", "POST"},
        respect_retry_after_header=True,
        raise_on_status=False,
    )


def get(wire: Wire, url: str, *, known: RegisterLine | None = None, form: Mapping[str, str] | None = None) -> Answer:
    """
    Ask for one address.

    Parameters
    ----------
    wire
        The session and its limits.
    url
        The address.
    known
        What is there already: the answer is then without content where it has not changed.
    form
        Sent by POST.

    Returns
    -------
    Answer
        Whole, and no web page.

    Raises
    ------
    MissingError
        If the server has no such file (404, 410).
    BusyError
        If it wants to be left alone.
    FetchError
        For everything else that goes wrong: what, where, what to do.
    """
    wire.sleep(wire.pause_s)
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
    try:
        with _send(wire, url, {name: value for name, value in conditions.items() if value}, form) as response:
            said = {name: response.headers.get(name.replace("_", "-"), "") for name in ("etag", "last_modified")}
            if known and response.status_code == HTTPStatus.NOT_MODIFIED:
                return Answer(url, None, **said)
            _refuse_status(response.status_code)
            content = _body(wire, response)
    except (FetchError, requests.RequestException, HTTPError, OSError) as error:
        kind = type(error) if isinstance(error, FetchError) else FetchError
        raise kind(f"{url}: {_words(wire, error)}") from None
    if content.lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
        raise FetchError(f"{url}: the answer is a web page (HTML), not a file; is the address right?")
    return Answer(url, content, **said)


def _send(wire: Wire, url: str, headers: dict[str, str], form: Mapping[str, str] | None) -> requests.Response:
    """Send a request, and follow redirects as far as they are trusted."""
    address = _trusted(url)
    for _ in range(_MOST_REDIRECTS):
        response = wire.session.request(
            "GET" if form is None else "POST",
            address,
            data=form,
            headers=headers,
            timeout=wire.timeout_s,
            stream=True,
            allow_redirects=False,
        )
        if not response.is_redirect:
            return response
        response.close()
        address = _redirected(wire, address, response.headers["Location"])
    raise FetchError(f"it redirects more than {_MOST_REDIRECTS} times; is the address right?")


def _trusted(url: str) -> str:
    """Take an address of the web; anything else is an error of fetching here."""
    try:
        return web_address(url)
    except ValueError as error:
        raise FetchError(f"refused: {error}") from None


def _redirected(wire: Wire, address: str, location: str) -> str:
    """Find where a redirect leads, if it is one to follow: to the same host or a known one, and never out of TLS."""
    target = _trusted(urljoin(address, location))
    there, here = urlsplit(target), urlsplit(address)
    if there.hostname not in {here.hostname, *wire.redirects}:
        raise FetchError(
            f"it redirects to another host, {there.hostname}, which is not followed; "
            "if that host is the right one, name its address by --url or in tracker.toml"
        )
    if here.scheme == "https" and there.scheme != "https":
        raise FetchError("it redirects from https to http, which is not followed")
    return target


def _refuse_status(status: int) -> None:
    """Say what a status other than 200 means."""
    if status == HTTPStatus.OK:
        return
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise MissingError(f"there is no such file ({status})")
    meaning = next((f" {known.phrase}" for known in HTTPStatus if known == status), "")
    to_do = _TO_DO.get(status, "try again later" if status >= 500 else "is the address right?")
    raise FetchError(f"the server answered {status}{meaning}; {to_do}")


def _body(wire: Wire, response: requests.Response) -> bytes:
    """Read an answer piece by piece, up to the limits, and see that it is whole."""
    length = response.headers.get("Content-Length", "")
    promised = int(length) if length.isdecimal() else None
    pieces, size = [], promised or 0
    end = wire.now() + timedelta(seconds=wire.limit_s)
    if size <= wire.limit_bytes:
        size = 0
        for piece in response.iter_content(_PIECE_BYTES):
            pieces.append(piece)
            size += len(piece)
            if size > wire.limit_bytes:
                break
            if wire.now() > end:
                raise FetchError(f"the answer takes longer than {wire.limit_s:.0f} seconds; try again later")
    if size > wire.limit_bytes:
        raise FetchError(f"the answer is larger than {wire.limit_bytes / 1e6:.0f} MB; is the address right?")
    # Counted as it came over the wire, where it may have been packed.
    if promised is not None and response.raw.tell() != promised:
        raise FetchError(f"the answer was cut short ({response.raw.tell()} of {promised} bytes); fetch it again")
    return b"".join(pieces)


def _words(wire: Wire, error: Exception) -> str:
    """Put what went wrong on the wire into words."""
    if isinstance(error, FetchError):
        return str(error)
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"no answer within {wire.timeout_s:g} seconds; try again later"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted; is the address right?"
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return "the answer was cut short or damaged; fetch it again"
    if isinstance(error, requests.ConnectionError):
        return "the server cannot be reached; is there a network, and is the address right?"
    return f"{type(error).__name__}: {error}"
