"""Reports from the web."""

import httpx

from kg.errors import ReadError

_TIMEOUT = 20.0  # seconds for each step: connecting, and between two pieces of the answer
_MAX_BYTES = 200_000_000
_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
            return _read_body(url, answer), _media_type(url, answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise ReadError(f"{url}: cannot be fetched: {reason}; check the URL and the network") from error


def _read_body(url: str, answer: httpx.Response) -> bytes:
    data = bytearray()
    for piece in answer.iter_bytes():
        data += piece
        if len(data) > _MAX_BYTES:
            raise ReadError(f"{url}: more than {_MAX_BYTES} bytes; download it and give the file")
    return bytes(data)


def _media_type(url: str, answer: httpx.Response) -> str:
    """The type of an answer; empty where the server does not say, then the bytes decide."""
    media_type = str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()
    if media_type in ("", "application/octet-stream", "binary/octet-stream"):
        return ""
    if media_type == "application/xhtml+xml":
        return "text/html"
    if media_type in _TYPES or media_type == _DOCX:
        return media_type
    raise ReadError(f"{url}: the server sent {media_type}, which kg cannot read; it reads html, text, pdf and docx")
