"""Makes the shipped model anew, and says what it is made of.

    python benchmarks/rebuild.py --shared ../shared        # what ships
    python benchmarks/rebuild.py                           # from the project's own passages alone

One training, which goes on where it stopped. A tenth of the passages is held back, to choose the epoch and to fit
scores. It learns from no gold passage: `benchmarks/gold.py` asks it about them. The model shares the word embeddings
of the shipped encoder, which no training here changes.
"""

import argparse
import hashlib
import json
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from kg.annotated import files_of, held_back
from kg.config import Config
from kg.neural.model import Model
from kg.resources import models_path, seeds_path
from kg.terminal import progress
from kg.training import Settings, TrainingData, train

HELD_BACK = 0.1
ENCODER = models_path() / "bge-small-zh-v1.5"

FILES = """## The files that the card names
`benchmarks/rebuild.py` writes them; of all of them only weights are here, no text.

- learned.jsonl, checked.jsonl: seeds/train of this project (Apache-2.0) and, with data beside the project, news.jsonl
  (720 passages of Chinese finance news and broker notes from CFBenchmark, TongjiFinLab, Apache-2.0) and own.jsonl (400
  passages written for this project); a share of {held_back} of the passages, chosen by their ids, is checked.jsonl.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="the folder with train/")
    parser.add_argument("--work", type=Path, default=Path("build/model"))
    parser.add_argument("--out", type=Path, default=models_path() / "landscape")
    parser.add_argument("--start", type=Path, default=ENCODER)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--limit", type=int, default=0, help="so many passages a file only, to try the command out")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    shared = [given.shared / "train" / name for name in ("news.jsonl", "own.jsonl")] if given.shared else []
    learned, checked = part(files_of([seeds_path() / "train", *shared]), given.work, given.limit)
    finished = given.work / "trained"
    settings = Settings(epochs=given.epochs, patience=given.epochs)
    run(TrainingData((learned,), (checked,)), finished, given.start, settings)
    shares = given.start.resolve() == ENCODER.resolve() and given.out.parent.resolve() == ENCODER.parent.resolve()
    Model.from_folder(finished, "cpu").save(given.out, embeddings=f"../{ENCODER.name}" if shares else "")
    card = (finished / "README.md").read_text(encoding="utf-8")
    (given.out / "README.md").write_text(card + "\n" + FILES.format(held_back=HELD_BACK), encoding="utf-8")


def run(data: TrainingData, out: Path, start: Path, settings: Settings) -> None:
    """The training, with a bar; nothing where the same was finished before."""
    given = repr((settings, str(start), *(hashlib.sha256(file.read_bytes()).hexdigest() for file in files_in(data))))
    made = out / "made-from.txt"
    if made.is_file() and made.read_text(encoding="utf-8") == given:
        return
    console = Console(stderr=True)
    with progress(console) as bar:
        line = bar.add_task(out.name, total=None)
        figures = train(
            data,
            out,
            start=start,
            settings=settings,
            config=replace(Config(), recogniser="lexicon"),
            on_step=lambda step: bar.update(line, total=step.steps, completed=step.step),
        )
    made.write_text(given, encoding="utf-8")
    print(
        f"{out.name}: names {figures.names}, relations with names given {figures.relations} F1 on the held-back tenth"
    )


def files_in(data: TrainingData) -> tuple[Path, ...]:
    """All that a training reads."""
    return *data.files, *data.valid


def part(files: list[Path], work: Path, limit: int) -> tuple[Path, Path]:
    """Two files: the passages to learn from, and the tenth that is held back."""
    lines = [line for file in files for line in lines_of(file, limit)]
    back = [held_back(json.loads(line)["id"], HELD_BACK) for line in lines]
    learned = [line for line, kept in zip(lines, back, strict=True) if not kept]
    checked = [line for line, kept in zip(lines, back, strict=True) if kept]
    return write(work / "learned.jsonl", learned), write(work / "checked.jsonl", checked or learned[:1])


def lines_of(path: Path, limit: int = 0) -> list[str]:
    """The lines of a file that are not empty, or the first of them."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return lines[: limit or None]


def write(path: Path, lines: list[str]) -> Path:
    """A file of lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
