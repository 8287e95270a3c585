"""Docs for tests of extraction: text with its names marked `[百度:Company]`, one block a line."""

import re
from datetime import date
from itertools import pairwise

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

import kg.extraction.tokenizer  # noqa: F401  registers the tokenizer
from kg.extraction.document import SPANS, DocBlock, DocRelation, DocSentence, relations_of
from kg.report import Block, Sentence
from kg.report import Span as Range

_MARK = re.compile(r"\[([^\]:]+):([A-Z][a-z]+)\]")
_KIND = re.compile(r"(heading|list|caption|furniture)\| ")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？\n]*")


def make_pipeline(*factories: str) -> Language:
    """A pipeline of some components, with the tokenizer of the real one."""
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "kg.mixed_tokenizer.v1"}}})
    for factory in factories:
        nlp.add_pipe(factory)
    return nlp


def make_doc(nlp: Language, marked: str, published: date | None = None) -> Doc:
    """The Doc of a marked text; a line may begin with its block's kind: `heading| 算力`."""
    lines = [
        (found[1] if (found := _KIND.match(line)) else "paragraph", _KIND.sub("", line)) for line in marked.split("\n")
    ]
    text, marks = _unmark("\n".join(line for _, line in lines))
    doc = nlp.make_doc(text)
    doc._.kg_published = published
    doc._.kg_blocks = tuple(_blocks(doc, [kind for kind, _ in lines]))
    doc._.kg_sentences = tuple(
        DocSentence(_span(doc, one.start(), one.end()), Sentence(one.start(), one.end(), block.block))
        for block in doc._.kg_blocks
        for one in _SENTENCE.finditer(text, block.block.start, block.block.end)
    )
    doc.spans[SPANS] = [_span(doc, start, end, label) for start, end, label in marks]
    return doc


def make_table(nlp: Language, rows: list[list[str]], marked: dict[str, str], published: date | None = None) -> Doc:
    """The Doc of one table block; `marked` gives the types of the names that are known."""
    text = "\n".join("\t".join(row) for row in rows)
    cells, offset = [], 0
    for row in rows:
        line = []
        for cell in row:
            line.append(Range(offset, offset + len(cell)))
            offset += len(cell) + 1
        cells.append(tuple(line))
    doc = nlp.make_doc(text)
    block = Block("table", 0, len(text), cells=tuple(cells))
    doc._.kg_published = published
    doc._.kg_blocks = (DocBlock(doc[:], block),)
    starts = [row[0].start for row in cells] + [len(text)]
    doc._.kg_sentences = tuple(
        DocSentence(_span(doc, start, end), Sentence(start, end, block)) for start, end in pairwise(starts)
    )
    doc.spans[SPANS] = [
        _span(doc, found.start(), found.end(), label)
        for name, label in marked.items()
        for found in re.finditer(re.escape(name), text)
    ]
    return doc


def facts(doc: Doc) -> set[tuple[str, str, str]]:
    """The relations of a Doc as text."""
    return {(one.subject.text, one.relation, one.object.text) for one in relations_of(doc)}


def find(doc: Doc, subject: str, relation: str, obj: str) -> DocRelation:
    """The one relation of a Doc that says a fact."""
    ends = (subject, relation, obj)
    (found,) = [one for one in relations_of(doc) if (one.subject.text, one.relation, one.object.text) == ends]
    return found


def _unmark(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    text, marks, reached = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[reached : mark.start()]
        marks.append((len(text), len(text) + len(mark[1]), mark[2]))
        text += mark[1]
        reached = mark.end()
    return text + marked[reached:], marks


def _blocks(doc: Doc, kinds: list[str]) -> list[DocBlock]:
    offset, above, found = 0, (), []
    for kind, line in zip(kinds, doc.text.split("\n"), strict=True):
        if line.strip():
            block = Block(kind, offset, offset + len(line), heading_path=above)
            found.append(DocBlock(_span(doc, block.start, block.end), block))
            above = (line,) if kind == "heading" else above
        offset += len(line) + 1
    return found


def _span(doc: Doc, start: int, end: int, label: str = "") -> Span:
    span = doc.char_span(start, end, label=label, kb_id=doc.text[start:end] if label else "", alignment_mode="expand")
    return span
