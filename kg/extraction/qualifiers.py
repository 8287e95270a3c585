"""Is it so, when, and how much: the status, time and amount of relations, from the words around them."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.amounts import find_amounts, join_amounts
from kg.extraction.cues import StatusCues, Words
from kg.extraction.document import FROM_LAYOUT, SPANS, DocRelation, published_of, relations_of
from kg.extraction.scene import Scene
from kg.extraction.times import TimeSpan, find_times
from kg.mention import Amount, Status, Time
from kg.resources import seeds_path

_POST_CHANGE = re.compile(
    r"加入|出任|担任|任命|接任|升任|入职|离职|离开|卸任|辞|退出|跳槽|转任|改任|聘|兼任|调任|上任|就任"
)
_SIDE_BY_SIDE = re.compile(r"(?:旗下|公司)?的?[\s“”\"‘’《》「」·]*")
_ANNOUNCED = re.compile(r"(?:宣布|公告称?|披露|透露|表示|获悉|公布|发布公告|[讯电称])\s*$")
_STATES = ("PART_OF",)  # what a clause plans or denies is not what a thing is
_CARRIED = ("planned", "rumored")  # 拟收购A，并投资B plans both; 未收购A，但投资B denies one
# An order or a contract has an amount; a customer's or partner's own funding is not one.
_DEALS = ("SUPPLIES", "PARTNERS_WITH")
_DEAL = re.compile(r"合同|订单|采购|中标|协议|租赁|签|供货|货款|总价|出资")
_SUM_CLAUSE = re.compile(
    r"\s*(?:交易)?(?:作价|对价|金额|总额|涉资|合同|总价|价款|投资额|融资额|持股|占|交易完成后|[A-Z天种]\+?轮|获得?其?\d)"
)
_RAISED = re.compile(r"[^，。；]{0,12}(?:融资|投资|注资|增资)")
_AMOUNTS = ["INVESTS_IN", "ACQUIRES", "SUPPLIES", "PARTNERS_WITH"]
_DATED = [*_AMOUNTS, "DEVELOPS", "USES", "SUCCESSOR_OF", "FOUNDED_BY", "WORKS_FOR"]


@Language.factory("kg_qualifiers", default_config={"cues": "", "dated": _DATED, "amounts": _AMOUNTS})
def make_qualifiers(nlp: Language, name: str, cues: str, dated: list[str], amounts: list[str]) -> "Qualifiers":
    """The component.

    Args:
        nlp: the pipeline.
        name: of the component in it.
        cues: a file as seeds/qualifiers.toml, which an empty path stands for.
        dated: the relations that have a time.
        amounts: the relations that have an amount.
    """
    path = Path(cues) if cues else seeds_path() / "qualifiers.toml"
    return Qualifiers(StatusCues.from_toml(path), frozenset(dated), frozenset(amounts))


@dataclass(frozen=True)
class Qualifiers:
    """Gives every relation of a Doc its status, time and amount where it has none yet."""

    cues: StatusCues
    dated: frozenset[str]
    with_amount: frozenset[str]

    def __call__(self, doc: Doc) -> Doc:
        """The same Doc, its relations qualified."""
        relations = relations_of(doc)
        text, published = doc.text, published_of(doc)
        names = sorted((name.start_char, name.end_char) for name in doc.spans.get(SPANS, ()))
        relations[:] = [
            one if one.extractor in FROM_LAYOUT else self._qualify(one, Scene.of(one, text, names), published)
            for one in relations
        ]
        return doc

    def _qualify(self, relation: DocRelation, scene: Scene, published: date | None) -> DocRelation:
        when = _time(scene, relation.relation, published) if relation.relation in self.dated else None
        amount = _amount(scene, relation.relation) if relation.relation in self.with_amount else None
        status = relation.status if relation.status != "asserted" else self._status(scene, relation.relation)
        return replace(relation, status=status, time=relation.time or when, amount=relation.amount or amount)

    def _status(self, scene: Scene, relation: str) -> Status:
        """The status of the clause that says it; where that clause goes on from the subject's, of both."""
        is_event = relation in self.dated
        if _is_apposition(scene) or relation in _STATES:
            return self.cues.status_of_cell(scene.note)
        start, end = scene.focus
        said = scene.trigger[0] if scene.has_trigger else scene.last[0]
        before = scene.plain[start : max(said, start)]
        if scene.has_trigger:
            before += scene.plain[slice(*scene.trigger)]
        after = scene.plain[max(said, scene.last[1]) : end]
        above = scene.plain[scene.part_start(start) : said]
        own = self.cues.status_of(Words(before, after, above, relation, is_event))
        led = scene.plain[scene.clause(*scene.first)[0] : said] if scene.goes_on else ""
        carried = self.cues.status_of(Words(led, "", "", relation, is_event))
        return carried if own == "asserted" and carried in _CARRIED else own


def _time(scene: Scene, relation: str, published: date | None) -> Time | None:
    """The time of the clause that says it, else of a clause right before it that is a time and nothing else."""
    if _has_no_event(scene, relation):
        return None
    found = find_times(scene.text, published)
    for start, end in (scene.focus, scene.clause(*scene.last)):
        if inside := [one for one in found if start <= one.start and one.end <= end]:
            return min(inside, key=lambda one: _distance(one, scene)).time
    for start in (scene.focus[0], scene.clause(*scene.first)[0]):
        before = scene.clause_before(start)
        inside = [one for one in found if before and before[0] <= one.start and one.end <= before[1]]
        if before and inside and _leads_on(scene.text[slice(*before)], inside[-1], relation):
            return inside[-1].time
    return None


def _leads_on(clause: str, when: TimeSpan, relation: str) -> bool:
    """Whether a clause gives its time to the next: it is a time alone, an announcement, or a round of funding."""
    if len(clause) <= when.end - when.start + 3 or _ANNOUNCED.search(clause):
        return True
    return relation == "INVESTS_IN" and "融资" in clause


def _has_no_event(scene: Scene, relation: str) -> bool:
    """Whether a relation is a state here: a possession (OpenAI 的 ChatGPT), a post that nobody takes or leaves."""
    if relation == "WORKS_FOR":
        return not _POST_CHANGE.search(scene.text, *scene.focus)
    return relation == "DEVELOPS" and _is_apposition(scene)


def _is_apposition(scene: Scene) -> bool:
    """Whether the two names stand side by side (谷歌的Bard, 大模型“混元”): what the clause says is not of the two."""
    return not scene.has_trigger and _SIDE_BY_SIDE.fullmatch(scene.text, scene.first[1], scene.last[0]) is not None


def _distance(one: TimeSpan, scene: Scene) -> int:
    return min(abs(one.start - scene.trigger[1]), abs(scene.trigger[0] - one.end))


def _amount(scene: Scene, relation: str) -> Amount | None:
    """The sum and stake nearest to what says it: in its clauses, those that follow up on it, or those it follows up."""
    found = find_amounts(scene.text)
    start, end = scene.clause(scene.start, scene.end)
    while (stop := scene.clause(end + 1, end + 1)[1]) > end + 1 and _SUM_CLAUSE.match(scene.text, end + 1):
        end = stop
    if relation in _DEALS and not _DEAL.search(scene.text, start, end):
        return None
    near = [one for one in found if start <= one.start and one.end <= end]
    if not near and relation not in _DEALS:
        near = [
            one for one in found if scene.part_start(start) <= one.start < start and _RAISED.match(scene.text, one.end)
        ]
    near.sort(key=lambda one: min(abs(one.start - scene.trigger[1]), abs(scene.trigger[0] - one.end)))
    return join_amounts(tuple(near))
