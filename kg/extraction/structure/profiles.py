"""Lines of a profile: `创始人：梁文锋` under the name of a firm, and chains of versions, `GPT-3.5 → GPT-4`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Span as Name

from kg.extraction.cues import StatusCues
from kg.extraction.document import DocRelation, published_of
from kg.extraction.structure.entries import Entry, entries_of
from kg.extraction.structure.grids import Line
from kg.extraction.structure.pieces import Names, Piece, cut
from kg.extraction.structure.relate import Layout, relate
from kg.extraction.structure.roles import Role, Roles, RowRelation
from kg.extraction.times import read_time
from kg.ontology import Ontology

PROFILE_SCORE = 0.7
_ARROW = re.compile(r"[ \u3000]*(?:→|->|⇒|—>)[ \u3000]*")
_TOPICS = {"Company": "company", "Organization": "company", "Product": "product"}
_BESIDE = re.compile(r"[\s#\d.、（）()一二三四五六七八九十:：*_“”《》-]+|公司(?:简介|概况)|简介|概况|案例")


@dataclass(frozen=True)
class ProfileReader:
    """Reads the relations of profile lines and of version chains."""

    roles: Roles
    ontology: Ontology
    cues: StatusCues

    def read(self, lines: tuple[Line, ...], names: Names) -> Iterator[DocRelation]:
        """The relations of a Doc's lines; names that they hold are added to `names`."""
        topic: Name | None = None
        for line in lines:
            yield from self._chain(line, names)
            if line.kind == "heading":
                title = next(cut(names.text, line.start, line.end, marks=""), None)
                topic = _only_name(title, names) if title else None
                continue
            for entry in entries_of(names.text, line):
                role = self._role(entry, names)
                if role is None:
                    continue
                if role.name in _TOPICS.values() and len(entry.pieces) == 1 and topic is None:
                    topic = next(iter(names.of_piece(entry.pieces[0], role.types, None)), None)
                elif topic is not None:
                    yield from self._relations(topic, role, entry, names)

    def _role(self, entry: Entry, names: Names) -> Role | None:
        if entry.lead is None or not entry.pieces:
            return None
        role = self.roles.find(names.text[entry.lead.start : entry.lead.end])
        return role if role is not None and role.types else None

    def _relations(self, topic: Name, role: Role, entry: Entry, names: Names) -> Iterator[DocRelation]:
        own = _TOPICS[topic.label_]
        rules = [rule for rule in self.roles.relations if {rule.subject, rule.object} == {own, role.name}]
        for piece in entry.pieces if rules else ():
            for name in names.of_piece(piece, role.types, None):
                for rule in rules:
                    yield from self._relation(rule, topic, name, piece)

    def _relation(self, rule: RowRelation, topic: Name, name: Name, piece: Piece) -> Iterator[DocRelation]:
        subject, obj = (topic, name) if rule.subject == _TOPICS[topic.label_] else (name, topic)
        time = read_time(piece.note, published_of(topic.doc)) if rule.dated else None
        layout = Layout("list", PROFILE_SCORE, self.cues.status_of_cell(piece.note), time)
        if relation := relate(self.ontology, subject, rule.relation, obj, layout):
            yield relation

    def _chain(self, line: Line, names: Names) -> Iterator[DocRelation]:
        """Every version is the successor of the one before it; the brackets behind it say when."""
        text, start, links = names.text, line.start, []
        for arrow in _ARROW.finditer(text, line.start, line.end):
            links.append((start, arrow.start()))
            start = arrow.end()
        pieces = (
            [list(cut(text, first, last, marks="")) for first, last in [*links, (start, line.end)]] if links else []
        )
        named = [(_only_product(found[0], names), found[0]) if found else (None, None) for found in pieces]
        for (old, _), (new, piece) in pairwise(named):
            if old is None or new is None or piece is None:
                continue
            time = read_time(piece.note, published_of(names.doc))
            layout = Layout("list", PROFILE_SCORE, self.cues.status_of_cell(piece.note), time)
            if relation := relate(self.ontology, new, "SUCCESSOR_OF", old, layout):
                yield relation


def _only_name(piece: Piece, names: Names) -> Name | None:
    """The firm or product that a heading is, None where it says more."""
    found = names.inside(piece.start, piece.end, _TOPICS)
    if len(found) != 1:
        return None
    name, text = found[0], names.text
    beside = text[piece.start : name.start_char] + text[name.end_char : piece.end]
    return name if not _BESIDE.sub("", beside) else None


def _only_product(piece: Piece, names: Names) -> Name | None:
    found = names.inside(piece.start, piece.end, ("Product",))
    whole = len(found) == 1 and piece.end - piece.start - (found[0].end_char - found[0].start_char) <= 6
    return found[0] if whole else None
