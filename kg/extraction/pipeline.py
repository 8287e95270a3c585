"""The extraction pipeline: a report and its sentences in, mentions and relations out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extraction import qualifiers  # noqa: F401  it registers its factory
from kg.extraction.document import SPANS, DocBlock, DocRelation, DocSentence, relations_of
from kg.extraction.names import LexiconComponent
from kg.extraction.relations import RelationComponent
from kg.extraction.structure import Structure
from kg.extraction.tokenizer import TOKENIZER, cover
from kg.lexicon import Lexicon
from kg.mention import Extraction, Mention, Relation
from kg.ontology import Ontology
from kg.report import Block, Report, Sentence
from kg.resources import seeds_path

_SECTION_CHARS = 20_000  # spaCy stops at a million; short Docs also keep memory flat


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The files that say how things are said; the shipped ones unless others are named.

    Attributes:
        triggers: words and patterns of relations, and forms of names.
        qualifiers: cue words of a status.
        tables: header words of tables and what their columns relate.
    """

    triggers: Path = seeds_path() / "triggers.toml"
    qualifiers: Path = seeds_path() / "qualifiers.toml"
    tables: Path = seeds_path() / "tables.toml"


class Extractor:
    """Finds mentions and relations in reports.

    Args:
        rules: the files of rules.

    Raises:
        SeedError: a file of rules cannot be used.
    """

    def __init__(self, ontology: Ontology, lexicon: Lexicon, *, rules: RuleFiles | None = None) -> None:
        self.nlp = create_pipeline(ontology, lexicon, rules or RuleFiles())

    def extract(self, report: Report, sentences: Sequence[Sentence]) -> Extraction:
        """All that one cleaned report says; `sentences` are its sentences in order.

        Mentions and relations count their offsets in `report.text`.
        """
        mentions: list[Mention] = []
        relations: list[Relation] = []
        with self.nlp.memory_zone():
            for doc in self.nlp.pipe(self._to_docs(report, sentences)):
                known = {_key(span): _to_mention(span) for span in doc.spans.get(SPANS, ())}
                mentions.extend(sorted(known.values(), key=lambda mention: (mention.start, mention.end, mention.type)))
                relations.extend(_to_relation(relation, known) for relation in relations_of(doc))
        return Extraction(tuple(mentions), tuple(relations))

    def extract_many(self, pairs: Iterable[tuple[Report, Sequence[Sentence]]]) -> Iterator[Extraction]:
        """One extraction a report, in order; holds one report at a time."""
        for report, sentences in pairs:
            yield self.extract(report, sentences)

    def _to_docs(self, report: Report, sentences: Sequence[Sentence]) -> Iterator[Doc]:
        stated = cast(LexiconComponent, self.nlp.get_pipe("kg_lexicon")).find_stated(report.text)
        rest = iter(sentences)
        sentence = next(rest, None)
        for blocks in _to_sections(report.blocks):
            start, end = blocks[0].start, blocks[-1].end
            inside: list[Sentence] = []
            while sentence is not None and sentence.start < end:
                inside.append(sentence)
                sentence = next(rest, None)
            doc = self.nlp.make_doc(report.text[start:end])
            doc._.kg_start, doc._.kg_published, doc._.kg_stated = start, report.published, stated
            doc._.kg_blocks = tuple(DocBlock(_to_span(doc, block.start, block.end), block) for block in blocks)
            doc._.kg_sentences = tuple(DocSentence(_to_span(doc, one.start, one.end), one) for one in inside)
            yield doc


def create_pipeline(ontology: Ontology, lexicon: Lexicon, rules: RuleFiles) -> Language:
    """The spaCy pipeline: names, then relations, structure and qualifiers.

    A component that writes `doc.spans["kg"]`, such as a trained tagger, has its place after `kg_lexicon`:
    `nlp.add_pipe("my_tagger", after="kg_lexicon")`.
    """
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    triggers, cues, tables = str(rules.triggers), str(rules.qualifiers), str(rules.tables)
    names = nlp.add_pipe("kg_lexicon", config={"triggers": triggers, "names": None})
    relations = nlp.add_pipe("kg_relations", config={"triggers": triggers, "ontology": None})
    structure = nlp.add_pipe("kg_structure", config={"tables": tables, "cues": cues, "ontology": None})
    nlp.add_pipe("kg_qualifiers", config={"cues": cues})
    cast(LexiconComponent, names).use(ontology, lexicon)
    cast(RelationComponent, relations).use(ontology)
    cast(Structure, structure).use(ontology)
    return nlp


def _to_sections(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """A heading and what stands under it, cut where that grows long."""
    section: list[Block] = []
    for block in blocks:
        if section and (block.kind == "heading" or block.end - section[0].start > _SECTION_CHARS):
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _to_span(doc: Doc, start: int, end: int) -> Span:
    """The tokens of characters of the report's text."""
    return cover(doc, start - doc._.kg_start, end - doc._.kg_start)


def _to_mention(span: Span) -> Mention:
    offset = span.doc._.kg_start
    start, end = span.start_char, span.end_char
    return Mention(start + offset, end + offset, span.label_, span.text, span.kb_id_, span._.kg_score)


def _to_relation(relation: DocRelation, known: dict[tuple[int, int, str], Mention]) -> Relation:
    return Relation(
        subject=known.get(_key(relation.subject)) or _to_mention(relation.subject),
        relation=relation.relation,
        object=known.get(_key(relation.object)) or _to_mention(relation.object),
        status=relation.status,
        time=relation.time,
        amount=relation.amount,
        score=relation.score,
        sentence=relation.sentence.sentence,
        extractor=relation.extractor,
    )


def _key(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.label_
