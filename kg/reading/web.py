"""Reports from the web."""

import time

import httpx

from kg.errors import ReadError
from kg.reading.kinds import HTML, KINDS, TEXT, kind_of_bytes
from kg.reading.problems import to_line

_TIMEOUT = 20.0  # seconds for each step: connecting, and between two pieces of the answer
_MAX_SECONDS = 300.0  # for the whole answer
_MAX_BYTES = 200_000_000
_OTHER_NAMES = {"application/xhtml+xml": HTML, "text/x-markdown": TEXT, "application/x-pdf": "application/pdf"}
_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream")


def fetch(url: str) -> tuple[bytes, str]:
    """The bytes behind a URL and their media type; redirects are followed.

    Raises:
        ReadError: the server does not answer, refuses, or sends something that is no report.
    """
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=_TIMEOUT, headers={"User-Agent": "kg"}) as answer:
            if answer.status_code != httpx.codes.OK:
                raise ReadError(
                    f"{url}: the server answered {answer.status_code} {answer.reason_phrase}; check the URL"
                )
            return _read_body(url, answer)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # UnicodeError: a host name that is too long
        raise ReadError(
            f"{to_line(url)}: cannot be fetched: {to_line(error)}; check the URL and the network"
        ) from error


def _read_body(url: str, answer: httpx.Response) -> tuple[bytes, str]:
    data = bytearray()
    media_type = ""
    end = time.monotonic() + _MAX_SECONDS
    for piece in answer.iter_bytes():
        media_type = media_type if data else _media_type(url, answer, piece)
        data += piece
        if len(data) > _MAX_BYTES or time.monotonic() > end:
            limit = f"{_MAX_BYTES} bytes" if len(data) > _MAX_BYTES else f"{_MAX_SECONDS:.0f} seconds"
            raise ReadError(f"{url}: more than {limit}; download it and give the file")
    return bytes(data), media_type


def _media_type(url: str, answer: httpx.Response, start: bytes) -> str:
    """The type of an answer; empty where the bytes decide, as the server does not say, or says what cannot be."""
    said = str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()
    media_type = _OTHER_NAMES.get(said, said)
    if media_type in _SAYS_NOTHING or kind_of_bytes(start):
        return ""
    if media_type in KINDS:
        return media_type
    raise ReadError(f"{url}: the server sent {said}, which kg cannot read; it reads html, text, pdf and docx")
