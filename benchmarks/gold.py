"""How good extraction is on reports that nothing was learned from: the gold passages, source by source.

    python benchmarks/gold.py ../shared                                  # the shipped model
    python benchmarks/gold.py ../shared --model build/model/landscape --learned seeds/train

The passages of ../shared/gold/dev.jsonl come from five sources, the first part of their ids, and no model that
`benchmarks/rebuild.py` makes has learned from any of them. The one thing that is chosen on them, the score from which
a relation counts, is chosen for each source on the other four. Printed are entities, triples and qualifiers end to
end, and triples with the gold entities given, over all sources and for each; and the recall of names that the name
list or the passages of --learned hold, and of all others. What a part is worth: `--without-names` reads without the
name list, `--without-model` without the model, and a model that was trained without some passages without those;
`--sources s002,gh` are these alone.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.annotated import Annotated, ExampleMaker, read_annotated
from kg.config import Config
from kg.extraction import Extractor, Recogniser
from kg.lexicon import Lexicon, name_key
from kg.neural.model import Model
from kg.passage import to_given, to_row
from kg.pipeline import Pipeline
from kg.resources import models_path
from kg.score import score
from kg.table import Table

Row = dict[str, Any]  # a line of the JSON Lines contract
CUTS = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder with gold/")
    parser.add_argument("--model", type=Path, default=models_path() / "landscape", help="a model folder")
    parser.add_argument("--learned", type=Path, action="append", default=[], help="what the model learned from")
    parser.add_argument("--without-names", action="store_true", help="read without the name list")
    parser.add_argument("--without-model", action="store_true", help="read by name list and rules alone")
    parser.add_argument("--sources", default="")
    given = parser.parse_args()
    model = None if given.without_model else given.model
    with tempfile.TemporaryDirectory(prefix="kg-gold-") as work:
        gold = Gold(given.shared / "gold" / "dev.jsonl", Path(work))
        sources = given.sources.split(",") if given.sources else sorted({source_of(one.id) for one in gold.passages})
        parts = {source: gold.of(source) for source in sources}
        extractor = make_extractor(model, names=not given.without_names)
        found = {source: extract(extractor, passages) for source, passages in parts.items()}
        related = {source: relate(model, passages) for source, passages in parts.items()} if model else {}
        for title, rows in (("end to end", found), ("gold entities given", related)):
            if rows:
                print_scores(title, {source: cut_by_others(source, rows, gold) for source in rows}, gold)
        lexicon = Lexicon(()) if given.without_names else Pipeline(Config()).lexicon
        print_recall(found, gold, Known(lexicon, frozenset(surfaces_of(read_annotated(given.learned)))))


def cut_by_others(source: str, found: dict[str, list[Row]], gold: "Gold") -> list[Row]:
    """The rows of a source with the relations that are surer than the best cut of the other sources."""
    others = [row for one, rows in found.items() if one != source for row in rows]
    cut = gold.choose_cut(others) if others else Config().min_score
    print(f"{source}: cut {cut}")
    return keep(found[source], cut)


def source_of(passage_id: str) -> str:
    """The report a passage comes from."""
    return passage_id.partition("-")[0]


def make_extractor(folder: Path | None, *, names: bool) -> Extractor:
    """The extractor of a model, or of rules and names alone."""
    pipeline = Pipeline(Config())
    lexicon = pipeline.lexicon if names else Lexicon(())
    chosen = Recogniser("model", str(folder)) if folder else Recogniser()
    return Extractor(pipeline.ontology, lexicon, chosen=chosen)


def extract(extractor: Extractor, passages: Iterable[Annotated]) -> list[Row]:
    """What is found in passages, every score."""
    pipeline = Pipeline(Config(recogniser="lexicon"))
    rows = []
    for passage in passages:
        report, sentences = pipeline.prepare_text(passage.text, passage.id)
        rows.append(to_row(passage.id, to_given(report, extractor.extract(report, sentences))))
    return rows


def relate(folder: Path, passages: Iterable[Annotated]) -> list[Row]:
    """What a model says of the gold entities."""
    model = Model.from_folder(folder)
    maker = ExampleMaker(Pipeline(Config(recogniser="lexicon")))
    rows = []
    for passage in passages:
        triples = []
        for example in maker.make(passage):
            reading = model.read([example.section])[0]
            for one in model.relate(example.section, reading, example.names, example.findings, least=CUTS[0]):
                ends = [example.names[at].entity for at in (one.subject, one.object)]
                triples.append({"subject": ends[0], "relation": one.relation, "object": ends[1], "score": one.score})
        rows.append({"id": passage.id, "entities": [], "triples": _named(passage, triples)})
    return rows


def _named(passage: Annotated, triples: list[Row]) -> list[Row]:
    """Triples with a surface of the passage for each entity."""
    surfaces = {name_key(canonical): surface for surface, _, canonical in passage.entities}
    return [{**one, "subject": surfaces[one["subject"]], "object": surfaces[one["object"]]} for one in triples]


def keep(rows: list[Row], cut: float) -> list[Row]:
    """Rows with the triples that are sure enough."""
    return [{**row, "triples": [one for one in row["triples"] if one["score"] >= cut]} for row in rows]


class Gold:
    """The gold passages, and scores of rows against those of them that a set of ids names."""

    def __init__(self, path: Path, work: Path) -> None:
        self.passages = read_annotated([path])
        self._lines = {json.loads(line)["id"]: line for line in path.read_text(encoding="utf-8").splitlines()}
        self._work = work

    def of(self, source: str) -> list[Annotated]:
        """The passages of a source."""
        return [one for one in self.passages if source_of(one.id) == source]

    def measure(self, rows: Sequence[Row]) -> dict[str, tuple[float, float, float]]:
        """Precision, recall and F1 of each measure on the passages that the rows are of."""
        gold, predicted = self._work / "gold.jsonl", self._work / "predicted.jsonl"
        gold.write_text("\n".join(self._lines[row["id"]] for row in rows) + "\n", encoding="utf-8")
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        predicted.write_text(text + "\n", encoding="utf-8")
        return {str(row[0]): (row[1], row[2], row[3]) for row in score(gold, predicted).rows}

    def choose_cut(self, rows: list[Row]) -> float:
        """The cut with the best F1 of triples."""
        return max(CUTS, key=lambda cut: self.measure(keep(rows, cut))["triples"][2])


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a model has met: those of the list, and those of the passages that it learned from."""

    lexicon: Lexicon
    learned: frozenset[str]

    def has(self, surface: str, kind: str) -> bool:
        """Whether a name is one of them."""
        return name_key(surface) in self.learned or self.lexicon.find(surface, kind) is not None


def surfaces_of(passages: Iterable[Annotated]) -> set[str]:
    """The folded names of passages."""
    return {name_key(surface) for passage in passages for surface, _, _ in passage.entities}


def print_recall(found: dict[str, list[Row]], gold: "Gold", known: Known) -> None:
    """Recall on names that were seen in the name list or in training, and on all others."""
    counts = {True: [0, 0], False: [0, 0]}
    for source, rows in found.items():
        by_id = {row["id"]: {(name_key(one["text"]), one["type"]) for one in row["entities"]} for row in rows}
        for passage in gold.of(source):
            for surface, kind in {(surface, kind) for surface, kind, _ in passage.entities}:
                count = counts[known.has(surface, kind)]
                count[0] += (name_key(surface), kind) in by_id[passage.id]
                count[1] += 1
    lines = tuple(
        (title, total, round(100 * hits / max(total, 1), 1))
        for title, (hits, total) in (("seen", counts[True]), ("unseen", counts[False]))
    )
    print(f"\n## names\n\n{Table(('names', 'gold', 'recall'), lines).to_markdown()}", flush=True)


def print_scores(title: str, found: dict[str, list[Row]], gold: Gold) -> None:
    """All sources together by measure, then each source."""
    figures = gold.measure([row for rows in found.values() for row in rows])
    rows = tuple((name, *row) for name, row in figures.items())
    print(f"\n## {title}\n\n{Table(('measure', 'precision', 'recall', 'f1'), rows).to_markdown()}")
    parts = {source: gold.measure(rows) for source, rows in found.items()}
    lines = tuple((source, one.get("entities", (0, 0, 0))[2], one["triples"][2]) for source, one in parts.items())
    print(Table(("source", "entities f1", "triples f1"), lines).to_markdown(), flush=True)


if __name__ == "__main__":
    main()
