"""The extraction pipeline: a report and its sentences in, mentions and relations out."""

import sys
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
from kg.extraction.recognisers import RecogniserComponent, read_labels
from kg.extraction.relations import RelationComponent
from kg.extraction.sections import findings_of, mark, names_of_doc, to_section
from kg.extraction.structure import Structure
from kg.extraction.tagger import TaggerComponent, load_model
from kg.extraction.tokenizer import TOKENIZER, cover
from kg.extraction.weigher import ask, find_candidates, stated_relations
from kg.lexicon import Lexicon
from kg.mention import Extraction, Mention, Relation
from kg.neural.section import Learnable, Marked
from kg.ontology import Ontology
from kg.report import Block, Report, Sentence
from kg.resources import seeds_path

_SECTION_CHARS = 4_000  # a Doc ends at the first heading behind this many characters; short Docs keep memory flat
_TOGETHER_CHARS = 40_000  # reports are read together until they hold so many
_LONGEST_SECTION = 20_000  # and here in any case, between two blocks


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


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What finds names besides the name list, and how to compute with it.

    Attributes:
        kind: `model` (that `kg train` wrote), `hanlp`, `transformers`, or `lexicon` for nothing.
        model: its folder, or the name of an official one of HanLP.
        device: `auto` takes CUDA where there is one; any other name is torch's own.
        int8: read with int8 weights on a CPU; only `model` heeds it.
        labels: a file of what labels of other recognisers mean.
    """

    kind: str = "lexicon"
    model: str = ""
    device: str = "auto"
    int8: bool = False
    labels: Path = seeds_path() / "labels.toml"


class Extractor:
    """Finds mentions and relations in reports.

    Args:
        rules: the files of rules.
        chosen: what finds names besides the list and the rules.

    Raises:
        SeedError: a file of rules cannot be used.
        ConfigError: the model cannot be used.
    """

    def __init__(
        self,
        ontology: Ontology,
        lexicon: Lexicon,
        *,
        rules: RuleFiles | None = None,
        chosen: Recogniser | None = None,
    ) -> None:
        self.nlp = create_pipeline(ontology, lexicon, rules or RuleFiles())
        add_recogniser(self.nlp, chosen or Recogniser(), ontology, lexicon)

    def extract(self, report: Report, sentences: Sequence[Sentence]) -> Extraction:
        """All that one cleaned report says; `sentences` are its sentences in order.

        Mentions and relations count their offsets in `report.text`.
        """
        return next(self.extract_many([(report, sentences)]))

    def extract_many(self, pairs: Iterable[tuple[Report, Sequence[Sentence]]]) -> Iterator[Extraction]:
        """One extraction a report, in order; short reports are read together, so that batches are full."""
        for together in _to_batches(pairs):
            mentions: list[list[Mention]] = [[] for _ in together]
            relations: list[list[Relation]] = [[] for _ in together]
            docs = (doc for at, pair in enumerate(together) for doc in self._to_docs(*pair, at))
            with self.nlp.memory_zone():
                for doc in self.nlp.pipe(docs):
                    known = {_key(span): _to_mention(span) for span in doc.spans.get(SPANS, ())}
                    mentions[doc._.kg_report].extend(sorted(known.values(), key=_place))
                    relations[doc._.kg_report].extend(_to_relation(relation, known) for relation in relations_of(doc))
            yield from (Extraction(tuple(a), tuple(b)) for a, b in zip(mentions, relations, strict=True))

    def learnable(
        self,
        report: Report,
        sentences: Sequence[Sentence],
        names: Sequence[Marked],
        facts: Sequence[tuple[str, str, str]] = (),
    ) -> Iterator[Learnable]:
        """Each section of a cleaned report with given names (offsets of the report's text), to learn from.

        The names of the list are its hints; its findings are what the rules say of the given names, its questions
        what they say of the given facts: (subject, relation, object), ends by `Marked.entity`.
        """
        with self.nlp.memory_zone():
            for doc in self._to_docs(report, sentences):
                section = to_section(self.nlp.get_pipe("kg_lexicon")(doc))
                inside = tuple(names_of_doc(doc, names))
                doc.spans[SPANS] = spans = [mark(doc, name) for name in inside]
                for component in ("kg_relations", "kg_structure"):
                    doc = self.nlp.get_pipe(component)(doc)
                findings = tuple(findings_of(doc, spans))
                relations_of(doc)[:], numbers = stated_relations(doc, spans, facts)
                doc, found = self.nlp.get_pipe("kg_qualifiers")(doc), find_candidates(doc)
                questions = {numbers[at]: one for at, one in ask(relations_of(doc), spans, found).items()}
                candidates = tuple(one.candidate for one in found)
                yield Learnable(section, doc._.kg_start, inside, findings, candidates, questions)

    def _to_docs(self, report: Report, sentences: Sequence[Sentence], number: int = 0) -> Iterator[Doc]:
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
            doc._.kg_report, doc._.kg_start = number, start
            doc._.kg_published, doc._.kg_stated = report.published, stated
            doc._.kg_blocks = tuple(DocBlock(_to_span(doc, block.start, block.end), block) for block in blocks)
            doc._.kg_sentences = tuple(DocSentence(_to_span(doc, one.start, one.end), one) for one in inside)
            yield doc


def create_pipeline(ontology: Ontology, lexicon: Lexicon, rules: RuleFiles) -> Language:
    """The spaCy pipeline: names, then relations, structure and qualifiers.

    A component that writes `doc.spans["kg"]`, such as a trained tagger, has its place after `kg_lexicon`:
    `nlp.add_pipe("my_tagger", after="kg_lexicon")`.
    """
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    nlp.max_length = sys.maxsize  # a report without a line end is one long Doc; nothing here is quadratic in it
    triggers, cues, tables = str(rules.triggers), str(rules.qualifiers), str(rules.tables)
    names = nlp.add_pipe("kg_lexicon", config={"triggers": triggers, "names": None})
    relations = nlp.add_pipe("kg_relations", config={"triggers": triggers, "ontology": None})
    structure = nlp.add_pipe("kg_structure", config={"tables": tables, "cues": cues, "ontology": None})
    nlp.add_pipe("kg_qualifiers", config={"cues": cues})
    cast(LexiconComponent, names).use(ontology, lexicon)
    cast(RelationComponent, relations).use(ontology)
    cast(Structure, structure).use(ontology)
    return nlp


def add_recogniser(nlp: Language, chosen: Recogniser, ontology: Ontology, lexicon: Lexicon) -> None:
    """Put a recogniser into a pipeline: a trained model's names replace the list's, those of others are added to it."""
    if chosen.kind == "model":
        model = load_model(Path(chosen.model), chosen.device, int8=chosen.int8)
        model.check_ontology(ontology)
        cast(TaggerComponent, nlp.add_pipe("kg_tagger", after="kg_lexicon")).use(model, lexicon)
        nlp.add_pipe("kg_relater", after="kg_structure")
        nlp.add_pipe("kg_weigher", last=True)
    elif chosen.kind != "lexicon":
        settings = {"model": chosen.model, "labels": dict(read_labels(chosen.labels, ontology))}
        if chosen.kind == "transformers":
            settings["device"] = chosen.device
        component = nlp.add_pipe(f"kg_{chosen.kind}", config=settings, after="kg_lexicon")
        cast(RecogniserComponent, component).use(lexicon)


def _to_batches(
    pairs: Iterable[tuple[Report, Sequence[Sentence]]],
) -> Iterator[list[tuple[Report, Sequence[Sentence]]]]:
    """Reports in order, so many together as hold enough characters for full batches."""
    together: list[tuple[Report, Sequence[Sentence]]] = []
    for pair in pairs:
        together.append(pair)
        if sum(len(report.text) for report, _ in together) >= _TOGETHER_CHARS:
            yield together
            together = []
    if together:
        yield together


def _place(mention: Mention) -> tuple[int, int, str]:
    return mention.start, mention.end, mention.type


def _to_sections(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks that are read together: what stands under a few headings, cut where that grows long."""
    section: list[Block] = []
    for block in blocks:
        room = _SECTION_CHARS if block.kind == "heading" else _LONGEST_SECTION
        if section and block.end - section[0].start > room:
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
