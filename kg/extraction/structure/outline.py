"""Lists under a heading or lead-in to relations: who belongs to which segment, and which segment to which."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, product

from spacy.tokens import Span as Name

from kg.extraction.cues import StatusCues
from kg.extraction.document import DocRelation
from kg.extraction.structure.entries import Entry, entries_of
from kg.extraction.structure.grids import Line
from kg.extraction.structure.pieces import Names, Piece, cut
from kg.extraction.structure.relate import Layout, relate
from kg.mention import Status
from kg.ontology import Ontology

LIST_SCORE = 0.7
_FIRMS = ("Company", "Organization")
_FIELDS = ("Sector", "Technology")
_OTHERS = (*_FIRMS, "Product", "Person")
_FILLER = re.compile(
    r"[\s\d.、，,+＋/／&\-—·“”\"'（）()【】]+|包括|包含|主要|相关|标的|公司|厂商|企业|环节|领域|方向|行业|板块|产业链?|图谱|上游|中游|下游"
    r"|层面?|类|代表|龙头|受益|建议|推荐|关注|重点|个股|玩家|供应商|服务商|提供商|如下|方面|业务|赛道|概念|股票|机构|平台|国内|海外|国外|全球"
    r"|技术|系统|设备|产品|应用|面|主要为|拟|切入|布局|未|潜在|规划中|[和及与的有为等]|分别"
)
_NO_LEAD = re.compile(
    r"来源|资料|^注|备注|风险|声明|数据截至|说明|作者|整理|分析师|联系|电话|电邮|地址|网址|关键词|问|答|^[QA]\d*$|摘要"
)
_NO_SEGMENT = re.compile(
    r"投资|客户|伙伴|股东|竞争|对手|创始|关注|推荐|标的|受益|合作|公司|企业|厂商|签约|名单|其他|其它|嘉宾|上游|中游|下游"
    r"|国内|海外|国外|中国|美国|代表|单位|编写|起草|主持|承办|主办|协办|赞助|媒体|地区|时间|第[一二三]|参展|获奖|入选"
)
_INCLUDES = re.compile(r"包括|包含|涵盖|分为")
_TREE = re.compile(r"产业链|图谱|构成|全景|组成|分类|体系|架构|版图|地图|梳理")
_AROUND = re.compile(r"[\s“”\"'·-]+|等|股份|集团|科技|公司|控股|[A-Z]$")


@dataclass(frozen=True, slots=True)
class _Level:
    """A heading or lead that stands above what follows, and the segments that it names."""

    depth: tuple[int, int]
    segments: tuple[Name, ...]
    status: Status = "asserted"


@dataclass
class OutlineReader:
    """Reads the relations that lists say."""

    ontology: Ontology
    cues: StatusCues
    _levels: list[_Level] = field(default_factory=list)

    def read(self, lines: tuple[Line, ...], names: Names) -> Iterator[DocRelation]:
        """The relations of a Doc's lines; names that lists hold are added to `names`."""
        self._levels = []
        for line in lines:
            if line.kind == "heading":
                self._open_heading(line, names)
            for entry in entries_of(names.text, line):
                yield from self._read_entry(entry, line, names)

    def _open_heading(self, line: Line, names: Names) -> None:
        depth = (-1, len(line.heading_path))
        self._close(depth)
        lead = next(cut(names.text, line.start, line.end, marks=""), None)
        self._levels.append(_Level(depth, _segments(lead, names) if lead else ()))

    def _close(self, depth: tuple[int, int]) -> None:
        while self._levels and self._levels[-1].depth >= depth:
            self._levels.pop()

    def _read_entry(self, entry: Entry, line: Line, names: Names) -> Iterator[DocRelation]:
        text = names.text
        self._close(entry.depth)
        lead = entry.lead
        if lead is None:
            if line.kind == "list" or (entry.has_bullet and line.kind != "heading"):
                yield from self._read_bare(entry, names)
            elif line.kind != "heading" and len(entry.pieces) == 1 and _TREE.search(text, line.start, line.end):
                self._levels = [_Level((-1, 99), _segments(entry.pieces[0], names))]
            return
        words = text[lead.start : lead.end]
        if _NO_LEAD.search(words):
            return
        outer, segments = _split_lead(lead, names)
        segments = segments or self._new_segment(entry, names)
        status = self.cues.status_of_cell(f"{words} {lead.note}")
        for segment in segments if len(outer) == 1 else ():
            yield from self._relate(segment, "PART_OF", outer[0], status)
        if segments and not outer:
            yield from self._nest(segments, status)
        if not entry.pieces:
            self._levels.append(_Level(entry.depth, segments, status))
        elif segments:
            yield from self._list(entry, segments, status, names)

    def _new_segment(self, entry: Entry, names: Names) -> tuple[Name, ...]:
        """A lead that no name list knows is a segment where only known firms stand behind it."""
        lead, text = entry.lead, names.text
        if lead is None or _NO_SEGMENT.search(text[lead.start : lead.end]):
            return ()
        firms = [bool(_firms(piece, names)) for piece in entry.pieces]
        if 2 * sum(firms) < len(firms) or len(firms) < 2 or not (entry.has_bullet or (all(firms) and len(firms) > 2)):
            return ()
        parts = list(cut(text, lead.start, lead.end, marks="+＋/／、和及与"))
        short = [
            part for part in parts if part.end - part.start <= 12 and not names.inside(part.start, part.end, _OTHERS)
        ]
        return tuple(name for part in short for name in names.of_piece(part, _FIELDS, "Sector"))

    def _read_bare(self, entry: Entry, names: Names) -> Iterator[DocRelation]:
        """A line without a lead: a sub-heading where it is a segment alone, else items of what stands above."""
        if len(entry.pieces) == 1 and (segments := _segments(entry.pieces[0], names)):
            # A list item whose bullet the cleaning took off may stand at any depth: above what follows, at least.
            depth = entry.depth if entry.has_bullet else (entry.depth[0], 0)
            self._close(depth)
            yield from self._nest(segments, "asserted")
            self._levels.append(_Level(depth, segments))
        elif self._levels and self._levels[-1].segments:
            above = self._levels[-1]
            yield from self._list(entry, above.segments, above.status, names)

    def _nest(self, segments: tuple[Name, ...], status: Status) -> Iterator[DocRelation]:
        parent = next((level for level in reversed(self._levels) if level.segments), None)
        if parent is not None and len(parent.segments) == 1:
            for segment in segments:
                yield from self._relate(segment, "PART_OF", parent.segments[0], status)

    def _list(self, entry: Entry, segments: tuple[Name, ...], status: Status, names: Names) -> Iterator[DocRelation]:
        if members := _members(entry, names):
            for member, segment in product(members, segments):
                yield from self._relate(member, "PART_OF", segment, status)
            return
        found = [(piece, _firms(piece, names)) for piece in entry.pieces]
        unknown = [piece for piece, firms in found if not firms]
        if 2 * len(unknown) > len(found) or any(_is_prose(piece, names) for piece in unknown):
            return
        for piece, firms in found:
            own = self.cues.status_of_cell(piece.note)
            for firm in firms or _new_firm(piece, names):
                yield from self._place(firm, piece, segments, status if own == "asserted" else own, names)

    def _place(
        self, firm: Name, piece: Piece, segments: tuple[Name, ...], status: Status, names: Names
    ) -> Iterator[DocRelation]:
        """A firm in its own segment where brackets name one (英伟达（GPU）), else in those of the list."""
        if own := names.inside(piece.start, piece.end, ("Product",)):  # 字节跳动扣子: the firm's product is the item
            yield from self._relate(firm, "DEVELOPS", own[0], status)
            for segment in segments:
                yield from self._relate(own[0], "PART_OF", segment, status)
            return
        noted = names.inside(piece.end, piece.end + len(piece.note) + 2, ("Product", *_FIELDS)) if piece.note else []
        fields = tuple(one for one in noted if one.label_ in _FIELDS)
        for made in (one for one in noted if one.label_ == "Product" and not fields):
            yield from self._relate(firm, "DEVELOPS", made, status)
        for segment in fields or segments:
            yield from self._relate(firm, "OPERATES_IN", segment, status)
        for segment in fields if len(segments) == 1 else ():
            yield from self._relate(segment, "PART_OF", segments[0], status)

    def _relate(self, subject: Name, relation: str, obj: Name, status: Status) -> Iterator[DocRelation]:
        if found := relate(self.ontology, subject, relation, obj, Layout("list", LIST_SCORE, status)):
            yield found


def _split_lead(lead: Piece, names: Names) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """The segment that a lead speaks of, and those of the firms: of 软件层包括自然语言处理, first 软件层."""
    fields, text = _segments(lead, names), names.text
    for at, (left, right) in enumerate(pairwise(fields), 1):
        if _INCLUDES.search(text, left.end_char, right.start_char):
            return fields[:at], fields[at:]
    return (), fields


def _segments(lead: Piece, names: Names) -> tuple[Name, ...]:
    """The segments that a heading or lead names; none where it says more than their names."""
    fields = names.inside(lead.start, lead.end, _FIELDS)
    rest = _outside_of(fields, lead, names)
    return tuple(fields) if fields and len(_FILLER.sub("", rest)) <= 2 else ()


def _members(entry: Entry, names: Names) -> list[Name]:
    """The products or fields that a list enumerates; none where an item is anything else."""
    for types in (("Product",), _FIELDS):
        found = [names.inside(piece.start, piece.end, types) for piece in entry.pieces]
        if len(found) > 1 and all(
            len(inner) == 1 and len(_AROUND.sub("", _outside_of(inner, piece, names))) <= 1
            for inner, piece in zip(found, entry.pieces, strict=True)
        ):
            return [inner[0] for inner in found]
    return []


def _firms(piece: Piece, names: Names) -> list[Name]:
    """The firms that a piece is, not those that it speaks of."""
    firms = names.inside(piece.start, piece.end, _FIRMS)
    known = [*firms, *names.inside(piece.start, piece.end, ("Product",))]
    return firms if len(_AROUND.sub("", _outside_of(known, piece, names))) <= 1 else []


def _outside_of(inner: list[Name], piece: Piece, names: Names) -> str:
    """The characters of a piece that stand in none of its names."""
    places = range(piece.start, piece.end)
    return "".join(names.text[at] for at in places if not any(one.start_char <= at < one.end_char for one in inner))


def _is_prose(piece: Piece, names: Names) -> bool:
    """Whether an item says something, so that the list is a sentence: a name is in it, or it is long."""
    inner = names.inside(piece.start, piece.end, _OTHERS)
    whole = bool(inner) and not _AROUND.sub("", _outside_of(inner, piece, names))
    return not whole and (piece.end - piece.start > 12 or bool(inner))


def _new_firm(piece: Piece, names: Names) -> list[Name]:
    """An item that is neither known nor of a class (三大运营商) is a firm among firms."""
    made = None if names.inside(piece.start, piece.end, (*_FIELDS, *_OTHERS)) else names.make(piece, "Company")
    return [made] if made is not None else []
