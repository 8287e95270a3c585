"""Small reports with their mentions and relations, written by hand, and what resolution makes of them."""

import re
from dataclasses import replace
from datetime import date

from kg.graph import Entity
from kg.lexicon import Lexicon, Name
from kg.mention import Extraction, Mention, Relation
from kg.ontology import Ontology
from kg.report import Block, Report, Sentence
from kg.resolve import resolve
from kg.resources import seeds_path

ONTOLOGY = Ontology.from_toml(seeds_path() / "ontology.toml")
NAMES = Lexicon(
    (
        Name("Company", "星河科技", ("星河", "Galaxy Tech"), {"ticker": "688999.SH"}),
        Name("Company", "谷歌", ("Google",)),
        Name("Company", "DeepMind"),
        Name("Product", "银汉大模型", ("银汉",)),
        Name("Product", "双子", ()),
        Name("Company", "双子", ()),
    )
)


def make_report(*paragraphs: str, kinds: str = "") -> tuple[Report, list[Sentence]]:
    """A report of one block a paragraph; a letter of `kinds` each: p, h(eading), f(urniture)."""
    names = {"p": "paragraph", "h": "heading", "f": "furniture"}
    text = "\n".join(paragraphs)
    blocks, sentences, start, heading = [], [], 0, ()
    for paragraph, kind in zip(paragraphs, kinds or "p" * len(paragraphs), strict=True):
        block = Block(names[kind], start, start + len(paragraph), 1, () if kind == "h" else heading)
        heading = (paragraph,) if kind == "h" else heading
        blocks.append(block)
        spans = re.finditer(r"[^。]*。|[^。]+$", paragraph)
        sentences.extend(Sentence(start + found.start(), start + found.end(), block) for found in spans)
        start += len(paragraph) + 1
    report = Report(
        "r1", "测试", "某证券", date(2024, 5, 6), "r1.txt", "0" * 64, "text/plain", text, text, tuple(blocks)
    )
    return report, sentences


def mention(report: Report, text: str, type_label: str = "Company", nth: int = 0) -> Mention:
    start = [found.start() for found in re.finditer(re.escape(text), report.text)][nth]
    return Mention(start, start + len(text), type_label, text, text, 0.9)


def relate(subject: Mention, label: str, obj: Mention, sentence: Sentence, **changes: object) -> Relation:
    return replace(Relation(subject, label, obj, "asserted", None, None, 0.8, sentence, "rules"), **changes)


def entities(*surfaces: str, type_label: str = "Company", lexicon: Lexicon = NAMES) -> list[Entity]:
    """The entities of a report that names these surfaces, one a sentence."""
    report, sentences = make_report(*(f"「{surface}」。" for surface in surfaces))
    starts = [block.start + 1 for block in report.blocks]
    mentions = [
        Mention(start, start + len(surface), type_label, surface, surface, 1.0)
        for start, surface in zip(starts, surfaces, strict=True)
    ]
    return list(
        resolve(report, sentences, Extraction(tuple(mentions), ()), lexicon=lexicon, ontology=ONTOLOGY).entities
    )


def names_in(text: str, *named: tuple[str, str]) -> list[str]:
    """Entity ids of a one-paragraph report with mentions (surface, type) at their first places."""
    report, sentences = make_report(text)
    mentions = tuple(mention(report, surface, label) for surface, label in named)
    graph = resolve(report, sentences, Extraction(mentions, ()), lexicon=NAMES, ontology=ONTOLOGY)
    return [entity.id for entity in graph.entities]
