"""Graphs for tests of what stands behind the extraction: made by rule, the same at every call."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from random import Random

from kg.graph import Appearance, Chunk, Document, Entity, Evidence, Fact, Graph
from kg.mention import Amount, Status, Time

HOSTILE = (
    "</script><script>window.pwned=1</script>",
    '<img src=x onerror="window.pwned=2">\'"',
    "<!-- \u2028\u2029 & ${window.pwned=3}",
    "\u202e反转\u202c=cmd|' /C calc'!A0",
)
_NAMES = {
    "Company": [
        "星澜智能",
        "北辰云",
        "OpenAI",
        "微软",
        "百度",
        "海岳芯片",
        "商汤科技",
        "英伟达",
        "墨言科技",
        "蓝鲸资本",
        "拓维数据",
        "云帆传媒",
    ],
    "Organization": ["清华大学", "启明研究院", "中国信通院"],
    "Person": ["林启航", "周若溪", "Sam·Altman"],
    "Product": ["星语大模型", "文心一言", "ChatGPT", "GPT-4", "GPT-4o", "墨言写作", "海岳H20", "Azure", "云帆数字人"],
    "Technology": ["大模型", "扩散模型", "RLHF", "Transformer", "多模态"],
    "Sector": ["游戏", "智能客服", "传媒", "AI服务器"],
}
_SAYS = {
    "DEVELOPS": ("{s}正式推出{o}", "{s}旗下的{o}已向企业用户开放"),
    "USES": ("{s}在产品线中接入{o}",),
    "BASED_ON": ("{s}的底层是{o}",),
    "INVESTS_IN": ("{s}向{o}投资{amount}", "{s}参与{o}新一轮融资，金额约{amount}"),
    "ACQUIRES": ("{s}以{amount}收购{o}",),
    "PARTNERS_WITH": ("{s}与{o}签署合作协议",),
    "COMPETES_WITH": ("{s}的主要竞争对手是{o}",),
    "SUPPLIES": ("{s}为{o}供应算力",),
    "FOUNDED_BY": ("{s}由{o}创立",),
    "WORKS_FOR": ("{s}出任{o}首席科学家",),
    "OPERATES_IN": ("{s}深耕{o}市场",),
    "APPLIED_IN": ("{s}已用于{o}场景",),
    "PART_OF": ("{s}是{o}的一个分支",),
}
_ENDS = {
    "DEVELOPS": ("Company", "Product"),
    "USES": ("Company", "Technology"),
    "BASED_ON": ("Product", "Technology"),
    "INVESTS_IN": ("Company", "Company"),
    "ACQUIRES": ("Company", "Company"),
    "PARTNERS_WITH": ("Company", "Organization"),
    "COMPETES_WITH": ("Company", "Company"),
    "SUPPLIES": ("Company", "Company"),
    "FOUNDED_BY": ("Company", "Person"),
    "WORKS_FOR": ("Person", "Company"),
    "OPERATES_IN": ("Company", "Sector"),
    "APPLIED_IN": ("Product", "Sector"),
    "PART_OF": ("Technology", "Technology"),
}
_STATUS_WORDS: dict[Status, str] = {
    "asserted": "",
    "planned": "按计划，明年",
    "rumored": "据市场传闻，",
    "negated": "公司澄清，并不存在以下情况：",
}
_AMOUNTS = (
    Amount("3亿美元", Decimal(300_000_000), None, "USD"),
    Amount("12亿元人民币", Decimal(1_200_000_000), None, "CNY"),
    Amount("15%", Decimal(15), "%", None),
)
_PUBLISHERS = ("远山证券", "长河证券", None, "AI前哨", "远山证券")
_TITLES = ("生成式AI产业链全景", "大模型商业化观察", "算力周报第12期", "AIGC应用跟踪", "人工智能深度报告（二）")


@dataclass
class _Maker:
    """Collects chunks, appearances and evidence while sentences are made up."""

    random: Random
    documents: tuple[Document, ...]
    chunks: list[Chunk] = field(default_factory=list)
    named: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def evidence(self, subject: Entity, relation: str, obj: Entity, document: Document, status: Status) -> Evidence:
        amount = self.random.choice(_AMOUNTS) if relation in ("INVESTS_IN", "ACQUIRES") else None
        says = self.random.choice(_SAYS[relation])
        sentence = says.format(s=subject.name, o=obj.name, amount=amount.text if amount else "")
        time = self._time(document)
        sentence = f"{time.text + '，' if time else ''}{_STATUS_WORDS[status]}{sentence}。"
        lead, tail = "行业热度持续上升，产业链各环节加速落地。", "我们将持续跟踪后续进展。"
        index = len(self.chunks)
        chunk = Chunk(
            f"c{index:04}", document.id, index, lead + sentence + tail, 1000 * index,
            1000 * index + len(lead + sentence + tail), index % 40 + 1, f"{index % 5 + 1}. 产业格局",
        )  # fmt: skip
        self.chunks.append(chunk)
        for end in (subject, obj):
            self.named[end.id, chunk.id, end.name] += 1
        quote = sentence if index % 3 else sentence[:9] + "\n" + sentence[9:]  # as a PDF would break it
        start = chunk.start + len(lead)
        score = self.random.uniform(0.5, 1)
        return Evidence(
            document.id, chunk.id, start, start + len(sentence), quote, status, time, amount, score, "rules"
        )

    def _time(self, document: Document) -> Time | None:
        if self.random.random() < 0.5:
            return None
        year, month = self.random.choice((2021, 2022, 2023)), self.random.randint(1, 12)
        return Time(f"{year}年{month}月", f"{year}-{month:02}-01", f"{year}-{month:02}-28")

    def appearances(self) -> tuple[Appearance, ...]:
        return tuple(Appearance(e, c, count, (surface,)) for (e, c, surface), count in sorted(self.named.items()))


def small_graph() -> Graph:
    """40 entities, 70 facts, 5 documents: all statuses, times, amounts, and names that attack a page."""
    entities = [
        Entity(f"{kind}:{name.casefold()}", kind, name, *_details(name)) for kind in _NAMES for name in _NAMES[kind]
    ]
    entities += [Entity(f"Company:{name}", "Company", name, (f"{name}!",), {"ticker": name}) for name in HOSTILE]
    return _join(entities, 70, Random(1))


def odd_graph() -> Graph:
    """What a store may hold though it rarely does: no dates, no pages, no evidence, loops, unknown labels."""
    document = Document("d,1", "", None, None, "d", "0" * 64, "text/plain", 10, None)
    chunk = Chunk("c1", "d,1", 0, "甲用甲。", 0, 4, None, None)
    said = Evidence("d,1", "c1", 0, 4, "甲用甲。", "rumored", None, None, 1.0, "rules")
    entities = (
        Entity('Planet:甲,"%2', "Planet", "甲"),
        Entity("Company:", "Company", ""),
        Entity("Person:x", "Person", "x"),
    )
    first, second, _ = (entity.id for entity in entities)
    facts = (
        Fact("loop", first, "USES", first, (said,)),
        Fact("silent", first, "USES", second, ()),
        Fact("strange", second, "ORBITS", first, (said, replace(said, status="negated"))),
    )
    return Graph((document,), (chunk,), entities, (), facts)


def large_graph(entities: int = 400, facts: int = 800) -> Graph:
    """As many entities and facts as asked for; few have many facts, most have one or two."""
    types = list(_NAMES)
    made = [Entity(f"{types[i % 6]}:e{i}", types[i % 6], f"{_NAMES[types[i % 6]][i % 3]}{i}") for i in range(entities)]
    return _join(made, facts, Random(2))


def _details(name: str) -> tuple[tuple[str, ...], dict[str, str]]:
    known = {
        "百度": (("BIDU", "Baidu"), {"ticker": "9888.HK", "english": "Baidu", "founded": "2000"}),
        "英伟达": (("NVIDIA", "輝達"), {"ticker": "NVDA"}),
        "文心一言": (("ERNIE Bot",), {"maker": "百度"}),
        "ChatGPT": (("Chat-GPT", "chatgpt"), {"maker": "OpenAI"}),
    }
    return known.get(name, ((), {}))


def _join(entities: list[Entity], count: int, random: Random) -> Graph:
    documents = tuple(
        Document(
            f"reports/{i}.pdf", title, publisher, date(2022 + i // 2, 3 * i % 12 + 1, 5 + i) if i != 3 else None,
            f"reports/{i}.pdf", f"{i:064}", "application/pdf", 40_000 + i, 40,
        )
        for i, (title, publisher) in enumerate(zip(_TITLES, _PUBLISHERS, strict=True))
    )  # fmt: skip
    maker = _Maker(random, documents)
    facts: dict[tuple[str, str, str], Fact] = {}
    while len(facts) < count:
        relation = random.choice(list(_ENDS))
        subject, obj = (_choose(random, entities, kind) for kind in _ENDS[relation])
        key = (subject.id, relation, obj.id)
        if subject is obj or key in facts:
            continue
        statuses = random.choices(list(_STATUS_WORDS), (8, 2, 1, 1), k=1 + (random.random() < 0.35) * 2)
        said = tuple(maker.evidence(subject, relation, obj, random.choice(documents), one) for one in statuses)
        facts[key] = Fact(f"f{len(facts):04}", subject.id, relation, obj.id, said)
    return Graph(documents, tuple(maker.chunks), tuple(entities), maker.appearances(), tuple(facts.values()))


def _choose(random: Random, entities: list[Entity], kind: str) -> Entity:
    """Early entities far oftener than late ones, as in real landscapes."""
    fitting = [entity for entity in entities if entity.type == kind]
    return fitting[int(len(fitting) * random.random() ** 2.2)]
