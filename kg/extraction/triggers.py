"""Trigger words and patterns of relations, read from a TOML file and compiled once."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kg.errors import SeedError
from kg.extraction.skeleton import SIGN
from kg.ontology import Ontology


@dataclass(frozen=True, slots=True)
class Verb:
    """A word between subject and object, and the relations it can mean with their scores.

    `inverse` relations have the object before the word: `张三创立了某某` is FOUNDED_BY the other way round.
    """

    word: str
    relations: tuple[tuple[str, float, bool], ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over a skeleton with the groups `S` and `O`."""

    relation: str
    source: str
    regex: re.Pattern[str]
    score: float


@dataclass(frozen=True, slots=True)
class Triggers:
    """All trigger words and patterns."""

    kinds: dict[str, int]
    verbs: dict[str, Verb]
    verb_regex: re.Pattern[str]
    patterns: tuple[Pattern, ...]

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The triggers of a file such as `seeds/triggers.toml`.

        Raises:
            SeedError: the file is missing, is not TOML, or has an entry that cannot be used.
        """
        tables = read_toml(path)
        kinds = {label: number for number, labels in enumerate(tables.get("kinds", [])) for label in labels}
        words: dict[str, list[tuple[str, float, bool]]] = {}
        patterns: list[Pattern] = []
        for relation, table in tables.get("relations", {}).items():
            for key in ("verbs", "inverse"):
                for word, score in table.get(key, {}).items():
                    words.setdefault(word, []).append((relation, float(score), key == "inverse"))
            for source, score in table.get("patterns", {}).items():
                patterns.append(Pattern(relation, source, compile_pattern(path, source), float(score)))
        verbs = {word: Verb(word, tuple(relations)) for word, relations in words.items()}
        longest_first = sorted(verbs, key=lambda word: (-len(word), word))
        regex = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        return cls(kinds, verbs, regex, tuple(patterns))

    def check(self, path: Path, ontology: Ontology) -> None:
        """Refuse triggers of an unknown type or relation.

        Raises:
            SeedError: the ontology does not declare it.
        """
        named = {pattern.relation for pattern in self.patterns}
        named |= {relation for verb in self.verbs.values() for relation, *_ in verb.relations}
        if unknown := sorted(named - ontology.relations.keys()):
            raise SeedError(f"{path}: unknown relations {unknown}; the ontology declares {sorted(ontology.relations)}")


def read_toml(path: Path) -> dict[str, Any]:  # Any: TOML values have no narrower type
    """The tables of a seed file.

    Raises:
        SeedError: the file cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SeedError(f"{path}: cannot read the triggers: {error}; see seeds/triggers.toml for some") from error


def compile_pattern(path: Path, source: str) -> re.Pattern[str]:
    """A pattern as a regular expression.

    `{S}` and `{O}` are its ends, `{N}` is any name, `…` up to twelve signs without a name or break.

    Raises:
        SeedError: it is no regular expression, or has not both ends.
    """
    text = source.replace("{S}", f"(?P<S>{SIGN})", 1).replace("{O}", f"(?P<O>{SIGN})", 1)
    text = text.replace("{N}", SIGN).replace("…", "[^\ue000-\ue0ff，,；;。！!？?：:\n\t]{0,12}?")
    try:
        regex = re.compile(text)
    except re.error as error:
        raise SeedError(f"{path}: pattern {source!r} cannot be read: {error}") from error
    if not {"S", "O"} <= regex.groupindex.keys():
        raise SeedError(f"{path}: pattern {source!r} must have {{S}} and {{O}}")
    return regex
