"""The nouns of what a text says: mentions of names, relations between them, and their qualifiers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kg.report import Sentence

Status = Literal["asserted", "planned", "rumored", "negated"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a report: characters `start:end` of its text.

    Attributes:
        text: the name as the clean text spells it, line breaks joined.
        canonical: the name list's name for it, or the text itself.
        score: 0 to 1.
    """

    start: int
    end: int
    type: str
    text: str
    canonical: str
    score: float


@dataclass(frozen=True, slots=True)
class Time:
    """When, as written and as ISO dates: `2023年1月` is 2023-01-01 to 2023-01-31.

    `start` and `end` (inclusive) are None where the report does not fix the year.
    """

    text: str
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Amount:
    """How much, as written and as a number: `3亿美元` is 300000000 USD; `49%` is 49 with unit `%`."""

    text: str
    value: Decimal | None
    unit: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """What one sentence says of two mentions.

    Attributes:
        relation: a label of the ontology.
        extractor: the component that found it, such as `rules` or `table`.
    """

    subject: Mention
    relation: str
    object: Mention
    status: Status
    time: Time | None
    amount: Amount | None
    score: float
    sentence: Sentence
    extractor: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was found in one report, in the order of its text."""

    mentions: tuple[Mention, ...]
    relations: tuple[Relation, ...]
