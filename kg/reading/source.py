"""Where reports come from: files, folders, standard input and URLs."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from kg.reading.kinds import SUFFIXES
from kg.reading.problems import to_line

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
    def name(self) -> str:
        """The location for messages, on one line."""
        return to_line(self.location)

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
    try:
        path = Path(location).expanduser()
        identity, is_folder, is_there = normalise_location(location), path.is_dir(), bool(location) and path.exists()
    except (OSError, ValueError, RuntimeError) as error:  # no permission, a NUL, a loop of links, no such user
        yield Source(location, location, f"{to_line(location)}: cannot be opened: {to_line(error)}; check the path")
        return
    if is_there and is_folder:
        yield from _walk(path)
    else:
        problem = None if is_there else f"{to_line(location)}: no such file or folder; check the path"
        yield Source(identity, location, problem)


def _url_id(location: str) -> str:
    try:
        return normalise_location(location)
    except ValueError:  # urlsplit: a malformed IPv6 host; the fetch says what is wrong
        return location


def _walk(folder: Path) -> Iterator[Source]:
    found: list[Path] = []
    problems: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=problems.append):  # without the folders that links lead to
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if _is_report(Path(parent, name))]
    for path in sorted(found):
        yield _found(path, None)
    for error in problems:
        place = Path(error.filename)
        yield _found(place, f"{to_line(place)}: cannot be opened: {error.strerror}; check its permissions")
    if not found and not problems:
        kinds = " ".join(SUFFIXES)
        yield _found(folder, f"{to_line(folder)}: no report in this folder; kg reads {kinds}")


def _is_report(path: Path) -> bool:
    """Whether a file is to be read: of a known kind, not hidden, and not the lock that Word puts beside a file."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$")) and path.is_file()


def _found(path: Path, problem: str | None) -> Source:
    return Source(normalise_location(str(path)), str(path), problem)
