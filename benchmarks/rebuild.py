"""Makes the shipped model anew, and measures what it is made of.

    python benchmarks/rebuild.py --shared ../shared        # what ships
    python benchmarks/rebuild.py                           # from the project's own passages alone

Two trainings, each resumed where it stopped: a base on all passages but the gold ones, which `benchmarks/folds.py`
needs too, then some epochs at a third of the rate on the gold passages and a share of the others. A tenth of the
passages that are not gold is held back from both, to choose epochs and to fit scores. The model shares the word
embeddings of the shipped encoder, which no training here changes.
"""

import argparse
import random
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
- gold.jsonl: 130 adjudicated passages of five reports, kept beside the project; their text does not ship.
- replay.jsonl: some passages of learned.jsonl again.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="the folder with train/ and gold/")
    parser.add_argument("--work", type=Path, default=Path("build/model"))
    parser.add_argument("--out", type=Path, default=models_path() / "landscape")
    parser.add_argument("--start", type=Path, default=ENCODER)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--further", type=int, default=3, help="epochs on the gold passages")
    parser.add_argument("--replay", type=int, default=150, help="passages that are learned again beside the gold ones")
    parser.add_argument("--limit", type=int, default=0, help="so many passages a file only, to try the command out")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    shared = [given.shared / "train" / name for name in ("news.jsonl", "own.jsonl")] if given.shared else []
    learned, checked = part(files_of([seeds_path() / "train", *shared]), given.work, given.limit)
    base = given.work / "base"
    run(TrainingData((learned,), (checked,)), base, given.start, Settings(epochs=given.epochs, patience=given.epochs))
    finished = base
    if given.shared:
        replayed = write(given.work / "replay.jsonl", sample(learned, given.replay))
        gold = write(given.work / "gold.jsonl", lines_of(given.shared / "gold" / "dev.jsonl", given.limit))
        finished = given.work / "further"
        settings = Settings(epochs=given.further, patience=given.further, rate=0.3)
        run(TrainingData((gold, replayed), (checked,)), finished, base, settings)
    shares = given.start.resolve() == ENCODER.resolve() and given.out.parent.resolve() == ENCODER.parent.resolve()
    Model.from_folder(finished, "cpu").save(given.out, embeddings=f"../{ENCODER.name}" if shares else "")
    card = (finished / "README.md").read_text(encoding="utf-8")
    (given.out / "README.md").write_text(card + "\n" + FILES.format(held_back=HELD_BACK), encoding="utf-8")


def run(data: TrainingData, out: Path, start: Path, settings: Settings) -> None:
    """One training with a bar; nothing where it was finished before."""
    if (out / "README.md").is_file():
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
    print(
        f"{out.name}: names {figures.names}, relations with names given {figures.relations} F1 on the held-back tenth"
    )


def part(files: list[Path], work: Path, limit: int) -> tuple[Path, Path]:
    """Two files: the passages to learn from, and the tenth that is held back."""
    lines = [line for file in files for line in lines_of(file, limit)]
    back = [held_back(line, HELD_BACK) for line in lines]
    learned = [line for line, kept in zip(lines, back, strict=True) if not kept]
    checked = [line for line, kept in zip(lines, back, strict=True) if kept]
    return write(work / "learned.jsonl", learned), write(work / "checked.jsonl", checked or learned[:1])


def lines_of(path: Path, limit: int = 0) -> list[str]:
    """The lines of a file that are not empty, or the first of them."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return lines[: limit or None]


def sample(path: Path, number: int) -> list[str]:
    """Some lines of a file, always the same."""
    lines = lines_of(path)
    return random.Random(0).sample(lines, min(number, len(lines)))


def write(path: Path, lines: list[str]) -> Path:
    """A file of lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
