"""What exports read and where they write."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.errors import ConfigError
from kg.graph import Node, Noun


@dataclass(frozen=True, slots=True)
class Stored:
    """An open store as exports see it; each call reads it from the beginning, in the order of ids.

    Attributes:
        nouns: all of the given kinds, kind by kind.
        nodes: everything as the database keeps it, label by label.
        entity_keys: the properties that entities have, sorted.
        schema: the statements that make a Neo4j's constraints and indexes.
    """

    nouns: Callable[[Iterable[type[Noun]]], Iterator[Noun]]
    nodes: Callable[[], Iterator[Node]]
    entity_keys: Callable[[], tuple[str, ...]]
    schema: tuple[str, ...]


@contextmanager
def replacing(out: Path, *, is_folder: bool) -> Iterator[Path]:
    """A new place beside `out`, whose content goes to `out` when the block ends well; else nothing has changed.

    Raises:
        ConfigError: nothing can be written there.
    """
    if out.exists() and out.is_dir() != is_folder:
        kinds = ("a folder", "a file") if is_folder else ("a file", "a folder")
        raise ConfigError(f"{out}: must be {kinds[0]} and is {kinds[1]}; name another path")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
            place = Path(folder) / "new"
            if is_folder:
                place.mkdir()
            yield place
            _move(place, out)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror or error}; name another path") from error


def _move(place: Path, out: Path) -> None:
    if not place.is_dir():
        place.replace(out)
        return
    out.mkdir(exist_ok=True)
    for one in sorted(place.iterdir()):
        one.replace(out / one.name)
