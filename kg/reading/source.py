"""Where reports come from: files, folders, standard input and URLs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx")
STDIN = "-"
_URL = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One report to read.

    Attributes:
        id: the absolute path, the URL, or `-`.
        location: the path, URL or `-` as given or found.
        problem: why it cannot be read, known before reading; reading raises it.
    """

    id: str
    location: str
    problem: str | None = None

    @property
    def is_url(self) -> bool:
        """Whether it is fetched from the web."""
        return is_url(self.location)


def is_url(location: str) -> bool:
    """Whether a location is an http or https URL."""
    return _URL.match(location) is not None


def normalise_location(location: str, *, folder: Path | None = None) -> str:
    """The identity of a location: an absolute path with `/`, or a URL without fragment and default port.

    >>> normalise_location("HTTP://Example.com:80/a?b=1#c")
    'http://example.com/a?b=1'
    """
    if location == STDIN:
        return STDIN
    if not is_url(location):
        return (folder or Path()).joinpath(location).expanduser().resolve().as_posix()
    parts = urlsplit(location)
    scheme = parts.scheme.lower()
    default = {"http": ":80", "https": ":443"}[scheme]
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(default)
    return urlunsplit((scheme, host, parts.path or "/", parts.query, ""))


def find_sources(paths: Iterable[str | Path]) -> Iterator[Source]:
    """The reports of some paths, in their order: folders are walked, sorted, without hidden files.

    A path that cannot give a report is a source too; reading it raises why, so that the others go on.
    """
    seen: set[str] = set()
    for path in paths:
        for source in _expand(str(path)):
            if source.id not in seen:
                seen.add(source.id)
                yield source


def _expand(location: str) -> Iterator[Source]:
    if location == STDIN or is_url(location):
        yield Source(_url_id(location), location)
        return
    path = Path(location).expanduser()
    if path.is_dir():
        yield from _walk(path)
    elif path.exists():
        yield Source(normalise_location(location), location)
    else:
        problem = f"{location}: no such file or folder; check the path"
        yield Source(normalise_location(location), location, problem)


def _url_id(location: str) -> str:
    try:
        return normalise_location(location)
    except ValueError:  # urlsplit: a malformed IPv6 host; the fetch says what is wrong
        return location


def _walk(folder: Path) -> Iterator[Source]:
    found = False
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        found = True
        yield Source(normalise_location(str(path)), str(path))
    if not found:
        kinds = " ".join(SUFFIXES)
        yield Source(
            normalise_location(str(folder)), str(folder), f"{folder}: no report in this folder; kg reads {kinds}"
        )
