"""How good `kg train` is on public data: CLUENER2020 (names) and FinRE (relations between given names).

    python benchmarks/trainer.py ../shared cluener
    python benchmarks/trainer.py ../shared finre

CLUENER: every tenth line of its train file is held back; F1 of names. It states no licence; no model of it ships.
FinRE (MIT): train to valid, the pair given; micro-F1 over relations without `unknown`, and the same for the answer
"the commonest relation", the baseline. Labels of both become the labels of an ontology that is written for the run.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from kg.annotated import ExampleMaker, read_annotated
from kg.config import Config
from kg.lexicon import name_key
from kg.neural.model import Model
from kg.pipeline import Pipeline
from kg.terminal import progress
from kg.training import Settings, TrainingData, train

TENTH = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="the folder with data/ and models/")
    parser.add_argument("task", choices=("cluener", "finre"))
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--limit", type=int, default=0, help="learn from so many passages only")
    parser.add_argument("--work", type=Path, default=None, help="where the run is kept, to go on after a stop")
    given = parser.parse_args()
    folder = given.work or Path(tempfile.mkdtemp(prefix="kg-trainer-"))
    folder.mkdir(parents=True, exist_ok=True)
    prepare = prepare_cluener if given.task == "cluener" else prepare_finre
    prepare(given.shared / "data" / given.task, folder)
    (folder / "names").mkdir(exist_ok=True)
    config = replace(Config(), ontology=folder / "ontology.toml", names=folder / "names", recogniser="lexicon")
    data = TrainingData((folder / "train.jsonl",), (folder / "valid.jsonl",), given.limit)
    console = Console(stderr=True)
    with progress(console) as bar:
        line = bar.add_task("training", total=None)
        figures = train(
            data,
            folder / "model",
            tasks=("ner",) if given.task == "cluener" else ("re",),
            start=given.shared / "models" / "bge-small-zh-v1.5",
            settings=Settings(epochs=given.epochs, patience=given.epochs),
            config=config,
            on_step=lambda step: bar.update(line, total=step.steps, completed=step.step),
        )
    if given.task == "cluener":
        print(f"CLUENER, every tenth line of train held back: F1 {figures.names}")
        for label, value in figures.by_class.items():
            print(f"  {label}: {value}")
        return
    print_finre(folder, config)


def prepare_cluener(source: Path, folder: Path) -> None:
    """Lines of CLUENER as passages; its ten labels become types."""
    parts: dict[str, list[dict[str, object]]] = {"train": [], "valid": []}
    types = set()
    for number, line in enumerate((source / "train.json").read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        entities = [
            {"text": surface, "type": label.capitalize(), "canonical": surface}
            for label, surfaces in row["label"].items()
            for surface in surfaces
        ]
        types |= {str(one["type"]) for one in entities}
        part = "valid" if number % TENTH == 0 else "train"
        parts[part].append({"id": f"c{number}", "text": row["text"], "entities": entities, "triples": []})
    write_parts(parts, folder)
    write_ontology(folder, sorted(types), {})


def prepare_finre(source: Path, folder: Path) -> None:
    """Pairs of FinRE as passages of two names; its relations become R1 to R43 between names of one type."""
    parts: dict[str, list[dict[str, object]]] = {"train": [], "valid": []}
    labels: dict[str, str] = {}
    for part in parts:
        pairs: dict[tuple[str, str, str], set[str]] = {}
        for head, tail, relation, text in read_finre(source / f"{part}.txt"):
            pairs.setdefault((head, tail, text), set()).add(relation)
        for number, ((head, tail, text), relations) in enumerate(pairs.items()):
            for relation in sorted(relations - {"unknown"}):
                labels.setdefault(relation, f"R{len(labels) + 1}")
            parts[part].append(
                {
                    "id": f"{part}{number}",
                    "text": text,
                    "entities": [{"text": name, "type": "Name", "canonical": name} for name in (head, tail)],
                    "triples": [
                        {"subject": head, "relation": labels[relation], "object": tail, "status": "asserted"}
                        for relation in sorted(relations - {"unknown"})
                    ],
                }
            )
    write_parts(parts, folder)
    write_ontology(folder, ["Name"], labels)


def read_finre(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield line.split("\t")


def write_parts(parts: dict[str, list[dict[str, object]]], folder: Path) -> None:
    for part, rows in parts.items():
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{part}.jsonl").write_text(text + "\n", encoding="utf-8")


def write_ontology(folder: Path, types: list[str], relations: dict[str, str]) -> None:
    lines = [f'[types.{label}]\nzh = "{label}"\ncolour = "#2f6fdb"' for label in types]
    lines += [
        f'[relations.{label}]\nzh = "{zh}"\nsubject = ["Name"]\nobject = ["Name"]' for zh, label in relations.items()
    ]
    (folder / "ontology.toml").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def print_finre(folder: Path, config: Config) -> None:
    """Micro-F1 of the given, ordered pairs: one answer a pair, right where it is one of the pair's relations."""
    model = Model.from_folder(folder / "model")
    maker = ExampleMaker(Pipeline(config))
    hits = predicted = gold = 0
    commonest: Counter[str] = Counter()
    for passage in read_annotated([folder / "valid.jsonl"]):
        head = name_key(passage.entities[0][2])
        wanted = {triple.relation for triple in passage.triples}
        commonest.update(wanted)
        gold += len(wanted)
        answers: dict[str, float] = {}
        for example in maker.make(passage):
            reading = model.read([example.section])[0]
            for one in model.relate(example.section, reading, example.names, least=0.5):
                if example.names[one.subject].entity == head:
                    answers[one.relation] = max(one.score, answers.get(one.relation, 0.0))
        if answers:
            predicted += 1
            hits += max(answers, key=lambda label: answers[label]) in wanted
    f1 = 200 * hits / max(predicted + gold, 1)
    print(f"FinRE train to valid, pair given: precision {100 * hits / max(predicted, 1):.1f}, "
          f"recall {100 * hits / max(gold, 1):.1f}, micro-F1 without unknown {f1:.1f}")  # fmt: skip
    label, number = commonest.most_common(1)[0]
    pairs = len(read_annotated([folder / "valid.jsonl"]))
    print(f"baseline, always {label}: micro-F1 {200 * number / (pairs + gold):.1f}")


if __name__ == "__main__":
    main()
