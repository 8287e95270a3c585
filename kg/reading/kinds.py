"""What kind of file it is: by its first bytes, then by what its name or server says."""

from pathlib import PurePath

TEXT = "text/plain"
MARKDOWN = "text/markdown"
HTML = "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_BY_SUFFIX = {
    ".txt": TEXT,
    ".text": TEXT,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".pdf": PDF,
    ".docx": DOCX,
}
SUFFIXES = tuple(_BY_SUFFIX)
KINDS = frozenset(_BY_SUFFIX.values())


def kind_of_name(name: str) -> str:
    """The media type that the suffix of a path says; empty where it says none.

    >>> kind_of_name("报告.PDF")
    'application/pdf'
    """
    return _BY_SUFFIX.get(PurePath(name).suffix.lower(), "")


def kind_of_bytes(data: bytes) -> str:
    """The media type that the first bytes show, whatever the file is called; empty where they show none."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf-"):
        return PDF
    if head.startswith(b"pk\x03\x04"):
        return DOCX
    return HTML if head.startswith((b"<!doctype html", b"<html")) else ""
