"""The name list: canonical names of known entities, their aliases and what else is known of them.

TSV files in a folder such as `seeds/names/`: `Company.tsv`, and `Company.listed.tsv` too, hold companies.
A header names the columns: `canonical`, `aliases` (separated by `|`), then attributes such as `ticker`.
`#` begins a comment line.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from kg.errors import SeedError

_GAPS = re.compile(r"[\s\-‐-―_·・•.。《》“”\"'‘’「」]+")


def name_key(name: str) -> str:
    """What two spellings of one name share: width, case, spaces, hyphens and quotes folded, nothing else.

    A dot between two digits stays, so that versions do: GPT-3.5 is not GPT-35.

    >>> name_key("Chat-GPT") == name_key("ChatGPT"), name_key("GPT-4") == name_key("GPT-4o")
    (True, False)
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    kept = re.sub(r"(?<=\d)\.(?=\d)", "\0", folded)
    # A gap between two digits stays too, as one hyphen: 2 7B, 2-7B and 2 – 7B are not 27B.
    kept = re.sub(r"(?<=\d)[\s\-‐-―_·・•]+(?=\d)", "\1", kept)
    return _GAPS.sub("", kept).replace("\0", ".").replace("\1", "-")


@dataclass(frozen=True, slots=True)
class Name:
    """An entity of the name list."""

    type: str
    canonical: str
    aliases: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lexicon:
    """All names, looked up by any spelling of any alias."""

    names: tuple[Name, ...]

    @classmethod
    def from_folder(cls, folder: Path, types: Iterable[str]) -> Self:
        """The names of every `<Type>.tsv` and `<Type>.<list>.tsv` in a folder, for the given types.

        Raises:
            SeedError: the folder or a line of a file cannot be used.
        """
        if not folder.is_dir():
            raise SeedError(f"{folder}: no such folder of name lists; see seeds/names/ for one")
        known = set(types)
        names: list[Name] = []
        for path in sorted(folder.glob("*.tsv")):
            if (label := path.name.partition(".")[0]) not in known:
                raise SeedError(f"{path}: {label!r} is not a type of the ontology; it declares {sorted(known)}")
            names.extend(_read_names(path))
        return cls(tuple(names))

    @cached_property
    def _by_key(self) -> dict[str, tuple[Name, ...]]:
        table: defaultdict[str, list[Name]] = defaultdict(list)
        for name in self.names:
            for key in sorted({name_key(spelling) for spelling in (name.canonical, *name.aliases)}):
                table[key].append(name)
        return {key: tuple(names) for key, names in table.items()}

    def find(self, surface: str, type_label: str | None = None) -> Name | None:
        """The name a surface stands for, of the given type where one is given; None where there is none."""
        for name in self._by_key.get(name_key(surface), ()):
            if type_label in (None, name.type):
                return name
        return None

    def find_all(self, surface: str) -> tuple[Name, ...]:
        """Every name a surface can stand for, one a type."""
        return self._by_key.get(name_key(surface), ())


def _read_names(path: Path) -> Iterator[Name]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: cannot read the name list: {error}; it must be a UTF-8 TSV file") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    header = next(csv.reader([lines[0][1]], delimiter="\t"), []) if lines else []
    if header[:2] != ["canonical", "aliases"]:
        raise SeedError(f"{path}: the header must begin with canonical and aliases, separated by a tab")
    seen: dict[str, int] = {}
    for number, line in lines[1:]:
        cells = line.split("\t")
        if len(cells) > len(header) or not cells[0].strip():
            raise SeedError(f"{path}:{number}: needs 1 to {len(header)} cells separated by tabs, the first not empty")
        name = _to_name(path.name.partition(".")[0], header, cells)
        for key in {name_key(spelling) for spelling in (name.canonical, *name.aliases)}:
            if key in seen:
                raise SeedError(f"{path}:{number}: a spelling of {name.canonical!r} stands on line {seen[key]} already")
            seen[key] = number
        yield name


def _to_name(type_label: str, header: list[str], cells: list[str]) -> Name:
    row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    aliases = tuple(alias.strip() for alias in row.get("aliases", "").split("|") if alias.strip())
    attributes = {key: value for key, value in row.items() if key not in ("canonical", "aliases") and value}
    return Name(type_label, row["canonical"], aliases, attributes)
