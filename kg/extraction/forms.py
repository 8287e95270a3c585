"""Names told by their form: suffixes, titles, class words, versions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kg.extraction.triggers import read_toml
from kg.ontology import Ontology


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of names, from the [names.…] tables of a trigger file."""

    path: Path

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The forms of a file such as `seeds/triggers.toml`."""
        read_toml(path)
        return cls(path)

    def check(self, ontology: Ontology) -> None:
        """Refuse forms of a type that the ontology does not declare."""
