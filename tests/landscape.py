"""A made-up landscape of three small reports, one graph each, whose answers a reader can check by eye."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kg.graph import Appearance, Chunk, Document, Entity, Evidence, Fact, Graph
from kg.mention import Amount, Status, Time

_ENTITIES = {
    "Company": ("星河科技", "北辰智能", "云图资本", "海岳芯片", "墨言"),
    "Organization": ("江城大学",),
    "Person": ("林远",),
    "Product": ("银汉大模型", "银汉2.0", "银汉3.0", "墨言写作"),
    "Technology": ("大模型", "扩散模型", "Transformer"),
    "Sector": ("智能客服", "AI应用", "传媒"),
}
_TYPE_OF = {name: label for label, names in _ENTITIES.items() for name in names}
_ALIASES = {"星河科技": ("Galaxy",), "银汉大模型": ("银汉",)}
_SYMMETRIC = {"PARTNERS_WITH", "COMPETES_WITH"}


@dataclass(frozen=True)
class Said:
    """One sentence and the fact it says."""

    quote: str
    subject: str
    relation: str
    object: str
    status: Status = "asserted"
    time: Time | None = None
    amount: Amount | None = None


def _yuan(text: str, value: int) -> Amount:
    return Amount(text, Decimal(value), "元", "CNY")


_JANUARY = Time("2023年1月", "2023-01-01", "2023-01-31")
_NEXT_YEAR = Time("2024年", "2024-01-01", "2024-12-31")
_FIRST = (
    Said("2023年1月，星河科技发布银汉大模型。", "星河科技", "DEVELOPS", "银汉大模型", time=_JANUARY),
    Said("银汉大模型以大模型为底座。", "银汉大模型", "BASED_ON", "大模型"),
    Said("大模型多采用Transformer架构。", "大模型", "BASED_ON", "Transformer"),
    Said("墨言写作的底层是银汉大模型。", "墨言写作", "BASED_ON", "银汉大模型"),
    Said("云图资本向星河科技投资3亿元。", "云图资本", "INVESTS_IN", "星河科技", amount=_yuan("3亿元", 300_000_000)),
    Said("云图资本还投了北辰智能2亿元。", "云图资本", "INVESTS_IN", "北辰智能", amount=_yuan("2亿元", 200_000_000)),
    Said("星河科技深耕智能客服。", "星河科技", "OPERATES_IN", "智能客服"),
    Said("北辰智能布局AI应用。", "北辰智能", "OPERATES_IN", "AI应用"),
    Said("智能客服是AI应用的一支。", "智能客服", "PART_OF", "AI应用"),
    Said("海岳芯片为星河科技供应算力卡。", "海岳芯片", "SUPPLIES", "星河科技"),
    Said("星河科技向墨言提供接口。", "星河科技", "SUPPLIES", "墨言"),
    Said("林远任星河科技首席科学家。", "林远", "WORKS_FOR", "星河科技"),
    Said("星河科技由林远创立。", "星河科技", "FOUNDED_BY", "林远"),
)
_SECOND = (
    Said("星河科技的银汉大模型已经开放。", "星河科技", "DEVELOPS", "银汉大模型"),
    Said("云图资本投资星河科技5亿元。", "云图资本", "INVESTS_IN", "星河科技", amount=_yuan("5亿元", 500_000_000)),
    Said("北辰智能获云图资本 2 亿元。", "云图资本", "INVESTS_IN", "北辰智能", amount=_yuan("2 亿元", 200_000_000)),
    Said("星河科技的对手是北辰智能。", "星河科技", "COMPETES_WITH", "北辰智能"),
    Said("星河科技与江城大学合作。", "星河科技", "PARTNERS_WITH", "江城大学"),
    Said("墨言接入了银汉大模型。", "墨言", "USES", "银汉大模型"),
    Said("银汉大模型已用于传媒。", "银汉大模型", "APPLIED_IN", "传媒"),
    Said("银汉3.0是银汉2.0的升级版。", "银汉3.0", "SUCCESSOR_OF", "银汉2.0"),
    Said("银汉2.0是银汉大模型的升级版。", "银汉2.0", "SUCCESSOR_OF", "银汉大模型"),
    Said("市场传闻星河科技收购墨言。", "星河科技", "ACQUIRES", "墨言", "rumored"),
    Said("星河科技拟于2024年推出扩散模型。", "星河科技", "DEVELOPS", "扩散模型", "planned", _NEXT_YEAR),
)
_THIRD = (Said("星河科技与江城大学并无合作。", "星河科技", "PARTNERS_WITH", "江城大学", "negated"),)


def landscape() -> tuple[Graph, ...]:
    """The graphs of the three reports, in the order of their dates; the third has neither date nor publisher."""
    return (
        _graph(_document("r1", "大模型周报", "东湖证券", date(2023, 2, 1)), _FIRST),
        _graph(_document("r2", "应用月报", "南山证券", date(2023, 6, 10)), _SECOND),
        _graph(_document("r3", "公司公告", None, None), _THIRD),
    )


def _document(key: str, title: str, publisher: str | None, published: date | None) -> Document:
    return Document(key, title, publisher, published, f"{key}.txt", key * 32, "text/plain", 0, 1)


def _graph(document: Document, said: tuple[Said, ...]) -> Graph:
    chunks, appearances, facts = [], [], {}
    offset = 0
    for index, one in enumerate(said):
        chunk = Chunk(f"{document.id}-{index}", document.id, index, one.quote, offset, offset + len(one.quote), 1, None)
        ends = [f"{_TYPE_OF[name]}:{name}" for name in (one.subject, one.object)]
        appearances += [Appearance(end, chunk.id, 1, (end.partition(":")[2],)) for end in ends]
        subject, obj = sorted(ends) if one.relation in _SYMMETRIC else ends
        qualifiers = one.status, one.time, one.amount
        evidence = Evidence(document.id, chunk.id, chunk.start, chunk.end, one.quote, *qualifiers, 0.9, "rules")
        fact_id = f"{subject}|{one.relation}|{obj}"
        facts[fact_id] = Fact(fact_id, subject, one.relation, obj, (evidence,))
        chunks.append(chunk)
        offset = chunk.end
    named = sorted({name for one in said for name in (one.subject, one.object)})
    return Graph((document,), tuple(chunks), tuple(map(_entity, named)), tuple(appearances), tuple(facts.values()))


def _entity(name: str) -> Entity:
    label = _TYPE_OF[name]
    return Entity(f"{label}:{name}", label, name, _ALIASES.get(name, ()), {}, listed=True)
