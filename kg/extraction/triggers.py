"""Trigger words and patterns of relations, read from a TOML file and compiled once."""

import logging
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from kg.errors import SeedError
from kg.extraction.skeleton import SIGN, Group
from kg.ontology import Ontology
from kg.resources import read_seed

_log = logging.getLogger(__name__)
_END = re.compile(r"\{([SO])(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the trigger file.

    Attributes:
        table: `verbs`: subject … key … object; `inverse`: object … key … subject; `patterns`; `brackets`.
        score: how often it is right where subject and object stand in one clause (0 to 1).
    """

    relation: str
    table: str
    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over a skeleton with the groups `S` and `O`, which may be bound to a type."""

    rule: Rule
    regex: re.Pattern[str]
    subject_type: str | None
    object_type: str | None

    def allows(self, subjects: Group, objects: Group) -> bool:
        """Whether both lists begin with a name of the type that the pattern asks for."""
        types = subjects.names[0].label_, objects.names[0].label_
        return self.subject_type in (None, types[0]) and self.object_type in (None, types[1])


@dataclass(frozen=True, slots=True)
class Guard:
    """Words around a name that say it is no `end` (S or O) of some relations: 类ChatGPT is not ChatGPT."""

    relations: frozenset[str]
    end: str
    regex: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Triggers:
    """All rules.

    Attributes:
        kinds: the number of the kind of each type; names of one kind can stand in one list.
        least: what scores less is not said.
        factors: (relation, frame, `Type>Type` or distance) to what it makes of the odds of a score.
        guards: patterns around one end; where one matches, that name is no such end of the relation.
    """

    kinds: dict[str, int]
    least: float
    factors: dict[tuple[str, str], float]
    guards: tuple[Guard, ...]
    verbs: dict[str, tuple[Rule, ...]]
    verb_regex: re.Pattern[str]
    patterns: tuple[Pattern, ...]
    brackets: tuple[Rule, ...]

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The triggers of a file such as `seeds/triggers.toml`.

        Raises:
            SeedError: the file is missing, is not TOML, or has an entry that cannot be used.
        """
        tables = read_seed(path, "triggers")
        kinds = {label: number for number, labels in enumerate(tables.get("kinds", [])) for label in labels}
        rules = list(_read_rules(path, tables))
        verbs: dict[str, tuple[Rule, ...]] = {}
        for rule in rules:
            if rule.table in ("verbs", "inverse"):
                verbs[rule.key] = (*verbs.get(rule.key, ()), rule)
        longest_first = sorted(verbs, key=lambda word: (-len(word), word))
        return cls(
            kinds,
            float(tables.get("least", 0.0)),
            {(rule.relation, rule.key): rule.score for rule in rules if rule.table == "factors"},
            tuple(_read_guards(path, tables.get("guards", {}))),
            verbs,
            re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"),
            tuple(compile_pattern(path, rule) for rule in rules if rule.table == "patterns"),
            tuple(rule for rule in rules if rule.table == "brackets"),
        )

    def score(self, rule: Rule, features: tuple[str, ...]) -> float:
        """How sure a rule is of ends with these features: their types, where they stand, how far (0 to 1)."""
        sure = min(rule.score, 0.99)
        odds = sure / (1 - sure)
        for feature in features:
            odds *= self.factors.get((rule.relation, feature), 1.0)
        return odds / (1 + odds)

    def restrict(self, path: Path, ontology: Ontology) -> Self:
        """The triggers of the relations that an ontology declares; one warning names the others."""
        rules = [*(rule for rules in self.verbs.values() for rule in rules), *self.brackets]
        named = {rule.relation for rule in rules} | {pattern.rule.relation for pattern in self.patterns}
        warn_unknown(path, "relations", named - ontology.relations.keys())

        def known(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
            return tuple(rule for rule in rules if rule.relation in ontology.relations)

        return replace(
            self,
            verbs={word: known(rules) for word, rules in self.verbs.items()},
            patterns=tuple(one for one in self.patterns if one.rule.relation in ontology.relations),
            brackets=known(self.brackets),
        )


def warn_unknown(path: Path, what: str, unknown: Set[str]) -> None:
    """Say once which types or relations of a rule file the ontology does not declare: their rules rest."""
    if unknown:
        _log.warning(
            "%s: the ontology does not declare the %s %s; their rules are not used", path, what, sorted(unknown)
        )


def _read_rules(path: Path, tables: dict[str, Any]) -> Iterator[Rule]:  # Any: TOML values
    for relation, table in tables.get("relations", {}).items():
        for name, entries in table.items():
            if name not in ("verbs", "inverse", "patterns", "brackets", "factors"):
                raise SeedError(f"{path}: relations.{relation}.{name} is not a table of triggers")
            for key, score in entries.items():
                if not isinstance(score, int | float):
                    raise SeedError(f"{path}: relations.{relation}.{name}: {key!r} needs a number, not {score!r}")
                yield Rule(relation, name, key, float(score))


def _read_guards(path: Path, table: dict[str, Any]) -> Iterator[Guard]:  # Any: TOML values
    for key, relations in table.items():
        ends = {end for end, _ in _END.findall(key)}
        if len(ends) != 1 or not isinstance(relations, list):
            raise SeedError(f"{path}: guards: {key!r} must have one end, {{S}} or {{O}}, and a list of relations")
        yield Guard(frozenset(relations), ends.pop(), _compile(path, key))


def _compile(path: Path, key: str) -> re.Pattern[str]:
    text = _END.sub(lambda end: f"(?P<{end.group(1)}>{SIGN})", key)
    text = text.replace("{N}", SIGN).replace("…", "[^\ue000-\ue0ff，,；;。！!？?：:\n\t]{0,12}?")
    try:
        return re.compile(text)
    except re.error as error:
        raise SeedError(f"{path}: pattern {key!r} cannot be read: {error}") from error


def compile_pattern(path: Path, rule: Rule) -> Pattern:
    """A pattern over skeletons.

    `{S}` and `{O}` are its ends, `{S:Company}` is an end of one type, `{N}` is any name, `…` up to twelve signs
    without a name or break.

    Raises:
        SeedError: it is no regular expression, or has not both ends.
    """
    types = {end: label for end, label in _END.findall(rule.key) if label}
    regex = _compile(path, rule.key)
    if not {"S", "O"} <= regex.groupindex.keys():
        raise SeedError(f"{path}: pattern {rule.key!r} must have {{S}} and {{O}}")
    return Pattern(rule, regex, types.get("S"), types.get("O"))
