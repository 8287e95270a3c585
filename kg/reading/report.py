"""One source to one report: the reader of its format, then what is known of it."""

import hashlib
import sys
from datetime import date
from pathlib import Path

from kg.errors import ReadError
from kg.reading.contents import Contents
from kg.reading.description import Description
from kg.reading.encoding import decode, find_charset
from kg.reading.front import find_front
from kg.reading.kinds import DOCX, HTML, MARKDOWN, PDF, TEXT, kind_of_bytes, kind_of_name
from kg.reading.plain import read_plain
from kg.reading.problems import to_line
from kg.reading.source import STDIN, Source
from kg.report import Report


def read_report(source: Source, *, max_chars: int, described: Description | None = None) -> Report:
    """The report of a source as its file has it: not cleaned, `text` is `raw`.

    A text of more than `max_chars` is refused; what the user described goes before what the file says.

    Raises:
        ReadError: it cannot be read; says where, what and what to do.
    """
    if source.problem is not None:
        raise ReadError(source.problem)
    _refuse_size(source, max_chars)
    data, media_type = _read_bytes(source)
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ReadError(f"{source.name}: the file is empty; remove it or give a report with text")
    contents = _parse(data, media_type, source.name)
    if len(contents.text) > max_chars:
        raise _too_long(source, f"{len(contents.text)} characters", max_chars)
    if not any(map(str.isalnum, contents.text)):
        raise ReadError(f"{source.name}: no text in it; give a report with text")
    return _to_report(contents, source, described or Description())


def report_from_text(
    text: str,
    *,
    id: str = "text",  # noqa: A002  # the noun's own field
    published: date | None = None,
    media_type: str = "text/plain",
) -> Report:
    """The report of a text that is in memory.

    >>> report_from_text("百度发布文心一言。").blocks[0].kind
    'paragraph'
    """
    contents = read_plain(text, media_type)
    return Report(
        id=id,
        title=contents.title or id,
        publisher=contents.publisher,
        published=published or contents.published,
        source=id,
        content_hash=_hash(text),
        media_type=media_type,
        text=text,
        raw=text,
        blocks=contents.blocks,
    )


def _refuse_size(source: Source, max_chars: int) -> None:
    """Refuses a text file that must be too long, before it is in memory: no encoding needs over 4 bytes a character."""
    if source.is_url or source.location == STDIN or (kind_of_name(source.location) or TEXT) not in (TEXT, MARKDOWN):
        return
    path = Path(source.location).expanduser()
    size = path.stat().st_size if path.is_file() else 0
    if size > 4 * max_chars + 4:
        raise _too_long(source, f"{size} bytes", max_chars)


def _too_long(source: Source, found: str, max_chars: int) -> ReadError:
    return ReadError(
        f"{source.name}: {found}, more than max_chars = {max_chars};"
        " raise max_chars in the configuration, or split the report"
    )


def _read_bytes(source: Source) -> tuple[bytes, str]:
    if source.is_url:
        from kg.reading.web import fetch  # httpx takes 0.2 s to import

        return fetch(source.location)
    if source.location == STDIN:
        return sys.stdin.buffer.read(), ""
    path = Path(source.location).expanduser()
    try:
        return path.read_bytes(), kind_of_name(source.location)
    except OSError as error:
        reason = error.strerror or to_line(error)
        raise ReadError(f"{source.name}: cannot be opened: {reason}; check the path and its permissions") from error


def _parse(data: bytes, media_type: str, where: str) -> Contents:
    """Parsers are imported when first used: a run over text files does not wait for them."""
    kind = kind_of_bytes(data) or media_type or TEXT
    if kind == PDF:
        from kg.reading.pdf import read_pdf

        return read_pdf(data, where)
    if kind == DOCX:
        from kg.reading.docx import read_docx

        return read_docx(data, where)
    if kind == HTML:
        from kg.reading.html import read_html

        return read_html(decode(data, where, hint=find_charset(data)), where)
    return read_plain(decode(data, where), kind)


def _to_report(contents: Contents, source: Source, described: Description) -> Report:
    content_hash = _hash(contents.text)
    front = find_front(contents)
    name = f"stdin:{content_hash[:16]}" if source.location == STDIN else source.id
    return Report(
        id=described.id or name,
        title=described.title or front.title or _stem(source),
        publisher=described.publisher or front.publisher,
        published=described.published or front.published,
        source=name,
        content_hash=content_hash,
        media_type=contents.media_type,
        text=contents.text,
        raw=contents.text,
        blocks=contents.blocks,
    )


def _stem(source: Source) -> str:
    return source.location if source.is_url or source.location == STDIN else Path(source.location).stem


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
