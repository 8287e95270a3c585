"""A made-up landscape of any size, report by report; the same scale and seed give the same graphs.

Nothing is kept from one report to the next: an entity and a fact follow from their numbers alone, so memory does not
grow with the size. Ends of facts follow a power law (the first entity stands in nearly every report, most stand in
one or two), and a report says again some facts of earlier ones, the oldest most often.
"""

import hashlib
import random
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from kg.graph import Appearance, Chunk, Document, Entity, Evidence, Fact, Graph
from kg.mention import Amount, Status, Time
from kg.ontology import Ontology
from kg.resolve.chunks import digest

ENTITIES, FACTS, REPORTS = 100_000, 300_000, 3_000
REPEATED = 15  # facts of earlier reports in each report
CHUNK_CHARS = 300
_SYLLABLES = (
    "星河云海山岳松竹光华启明远景天元北辰南东湖西岭长风清泉金石玉兰白鹭青"
    "禾紫荆蓝鲸百川千帆万象九思一诺三江四维五洲六合七弦"
)
_SUFFIXES = {
    "Company": ("科技", "智能", "资本", "传媒", "芯片"),
    "Product": ("大模型", "平台", "助手"),
    "Person": ("",),
    "Technology": ("技术", "算法"),
    "Organization": ("大学", "研究院"),
    "Sector": ("行业", "服务"),
}
_SHARES = (("Company", 35), ("Product", 60), ("Person", 72), ("Technology", 82), ("Organization", 92), ("Sector", 100))
_FILLERS = (
    "业内人士认为这一安排将在未来两年内持续影响上下游的竞争格局",
    "公开资料显示双方此前已就数据、算力与人才展开多轮接触",
    "该项目的商业化进度仍取决于算力成本与合规审查的结果",
    "与去年同期相比，相关业务的收入占比有了较为明显的提高",
)
_MONEY = {"INVESTS_IN", "ACQUIRES", "SUPPLIES"}
_STATUSES: tuple[Status, ...] = ("asserted",) * 17 + ("planned", "rumored", "negated")
_HEADINGS = ("一、产业格局", "二、公司动态", "三、产品与技术", "四、风险提示")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a report and the fact it says."""

    text: str
    ends: tuple[Entity, Entity]
    surfaces: tuple[str, str]
    triple: tuple[str, str, str]
    status: Status
    time: Time | None
    amount: Amount | None
    score: float


@dataclass(slots=True)
class _Draft:
    """The parts of a report's graph while its sentences come in."""

    document: str
    texts: list[list[Said]] = field(default_factory=lambda: [[]])
    length: int = 0

    def add(self, said: Said) -> None:
        if self.length + len(said.text) > CHUNK_CHARS and self.texts[-1]:
            self.texts.append([])
            self.length = 0
        self.texts[-1].append(said)
        self.length += len(said.text)


class Landscape:
    """All reports of a landscape of some scale; 1.0 is 100,000 entities and 300,000 facts in 3,000 reports."""

    def __init__(self, scale: float, seed: int, ontology: Ontology) -> None:
        self.entities, self.facts, self.reports = (round(one * scale) for one in (ENTITIES, FACTS, REPORTS))
        self._seed = seed
        self._ontology = ontology
        self._relations: dict[tuple[str, str], list[str]] = defaultdict(list)
        for label, kind in sorted(ontology.relations.items()):
            for subject in kind.subject:
                for obj in kind.object:
                    self._relations[subject, obj].append(label)

    def graphs(self) -> Iterator[Graph]:
        """The graph of each report in turn."""
        for number in range(self.reports):
            yield self._graph(number)

    def _graph(self, number: int) -> Graph:
        rng = random.Random(f"{self._seed} report {number}")
        first, last = (self.facts * one // self.reports for one in (number, number + 1))
        again = {int(first * rng.random() ** 3) for _ in range(REPEATED)} if first else set()
        document = f"reports/{number:05d}.txt"
        draft = _Draft(document)
        for fact in (*range(first, last), *sorted(again)):
            for _ in range(1 + (rng.random() < 0.05)):  # some facts are said twice
                draft.add(self._say(fact, rng))
        return _to_graph(self._document(number, rng), draft)

    def _document(self, number: int, rng: random.Random) -> Document:
        name = f"reports/{number:05d}.txt"
        is_described = rng.random() < 0.97
        return Document(
            id=name,
            title=f"人工智能产业周报第{number}期",
            publisher=f"第{int(30 * rng.random() ** 2)}证券" if is_described else None,
            published=date(2021, 1, 1) + timedelta(days=number % 1_400) if is_described else None,
            source=name,
            content_hash=hashlib.sha256(f"{self._seed} {name}".encode()).hexdigest(),
            media_type="text/plain",
            chars=0,
            pages=None,
        )

    def _say(self, fact: int, rng: random.Random) -> Said:
        subject, relation, obj = self._triple(fact)
        month = rng.randrange(48)
        year, month = 2021 + month // 12, month % 12 + 1
        days = monthrange(year, month)[1]
        time = Time(f"{year}年{month}月", f"{year}-{month:02d}-01", f"{year}-{month:02d}-{days}")
        tenths = rng.randrange(1, 1_000)
        amount = Amount(f"{tenths / 10}亿元", Decimal(tenths) * 10_000_000, "元", "CNY")
        if rng.random() < 0.6:
            time = None
        if relation not in _MONEY and rng.random() < 0.9:
            amount = None
        surfaces = _surface(subject, rng), _surface(obj, rng)
        verb = self._ontology.relations[relation].zh
        head = f"{time.text}，" if time else ""
        tail = f"（{amount.text}）" if amount else ""
        text = f"{head}{surfaces[0]}{verb}{surfaces[1]}{tail}，{rng.choice(_FILLERS)}。"
        triple = (subject.id, relation, obj.id)
        score = rng.randrange(40, 100) / 100
        return Said(text, (subject, obj), surfaces, triple, rng.choice(_STATUSES), time, amount, score)

    def _triple(self, fact: int) -> tuple[Entity, str, Entity]:
        """The fact of a number: one in three brings a new entity, all else is between known ones."""
        rng = random.Random(f"{self._seed} fact {fact}")
        known = self.entities * fact // self.facts
        is_new = known != self.entities * (fact - 1) // self.facts
        obj = self._entity(known) if is_new else self._draw(rng, known)
        while True:
            subject = self._draw(rng, known)
            relations = self._relations.get((subject.type, obj.type))
            if relations and subject.id != obj.id:
                break
        relation = rng.choice(relations)
        if self._ontology.relations[relation].symmetric and obj.id < subject.id:
            subject, obj = obj, subject
        return subject, relation, obj

    def _draw(self, rng: random.Random, known: int) -> Entity:
        return self._entity(int(max(known, 64) * rng.random() ** 4))

    def _entity(self, number: int) -> Entity:
        place = (number * 2_654_435_761 >> 7) % 100
        label = next(label for label, below in _SHARES if place < below)
        suffixes = _SUFFIXES[label]
        name = _stem(number) + suffixes[number % len(suffixes)]
        if number % 10:
            return Entity(f"{label}:{name}", label, name)
        ticker = {"ticker": f"{number:06d}.SZ"} if label == "Company" else {}
        return Entity(f"{label}:{name}", label, name, (f"Alias{number}",), ticker, listed=True)


def _stem(number: int) -> str:
    """Two syllables or more, another for every number."""
    digits = []
    while number or len(digits) < 2:
        number, digit = divmod(number, len(_SYLLABLES))
        digits.append(_SYLLABLES[digit])
    return "".join(reversed(digits))


def _surface(entity: Entity, rng: random.Random) -> str:
    """How a sentence names an entity: mostly by its name."""
    return entity.name[:2] if len(entity.name) > 3 and rng.random() < 0.2 else entity.name


def _to_graph(document: Document, draft: _Draft) -> Graph:
    chunks: list[Chunk] = []
    evidence: dict[tuple[str, str, str], list[Evidence]] = defaultdict(list)
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    offset = 0
    for index, sentences in enumerate(draft.texts):
        chunk = _chunk(document.id, index, offset, "".join(said.text for said in sentences))
        for said in sentences:
            evidence[said.triple].append(_evidence(said, chunk, offset))
            offset += len(said.text)
            for entity, surface in zip(said.ends, said.surfaces, strict=True):
                named[entity.id, chunk.id].append(surface)
        chunks.append(chunk)
    entities = {one.id: one for sentences in draft.texts for said in sentences for one in said.ends}
    return Graph(
        documents=(replace(document, chars=offset),),
        chunks=tuple(chunks),
        entities=tuple(entities.values()),
        appearances=tuple(Appearance(*key, len(found), tuple(sorted(set(found)))) for key, found in named.items()),
        facts=tuple(Fact(digest(*triple), *triple, tuple(found)) for triple, found in evidence.items()),
    )


def _chunk(document: str, index: int, start: int, text: str) -> Chunk:
    heading = _HEADINGS[index % len(_HEADINGS)]
    return Chunk(digest(document, index), document, index, text, start, start + len(text), index // 5 + 1, heading)


def _evidence(said: Said, chunk: Chunk, offset: int) -> Evidence:
    return Evidence(
        document=chunk.document,
        chunk=chunk.id,
        start=offset,
        end=offset + len(said.text),
        quote=said.text,
        status=said.status,
        time=said.time,
        amount=said.amount,
        score=said.score,
        extractor="rules",
    )
