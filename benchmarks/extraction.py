"""How fast extraction is beside the bare encoder, and what int8 costs.

    python benchmarks/extraction.py ../shared/seeds --threads 1

In one run and on the same windows in the same batches: characters a second of the encoder's forward pass alone (the
baseline), of the network that tags and relates, and of the whole extractor (name list, rules, qualifiers included),
with their ratios to the baseline; in float32 and int8 on a CPU, in bf16 on a GPU where there is one.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from kg.config import Config
from kg.extraction import Extractor, Recogniser
from kg.neural.batching import collate, group_by_length, make_items
from kg.neural.device import mixed_precision
from kg.neural.encoder import run_encoder
from kg.neural.model import Model
from kg.neural.section import Section, cut_windows
from kg.pipeline import Pipeline
from kg.reading import find_sources, read_report
from kg.report import Report, Sentence
from kg.table import Table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", type=Path, nargs="+")
    parser.add_argument("--model", default=Config().model)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="the fastest counts")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    pipeline = Pipeline(Config(recogniser="lexicon"))
    prepared = [
        pipeline.prepare(read_report(source, max_chars=10**8)) for source in find_sources(map(str, given.reports))
    ]
    kinds = [("cpu", False), ("cpu", True)] + ([("cuda", False)] if torch.cuda.is_available() else [])
    rows = [row for device, int8 in kinds for row in measure(prepared, given, pipeline, Kind(device, int8))]
    chars = sum(len(report.text) for report, _ in prepared)
    print(f"{chars:,} characters, {given.threads} threads, torch {torch.__version__}")
    print(Table(("kind", "what", "characters a second", "ratio"), tuple(rows)).to_markdown())


@dataclass(frozen=True, slots=True)
class Kind:
    """Where and with what numbers a model computes."""

    device: str
    int8: bool

    def __str__(self) -> str:
        numbers = "int8" if self.int8 else "bf16" if self.device == "cuda" else "float32"
        return f"{self.device} {numbers}"


Prepared = list[tuple[Report, tuple[Sentence, ...]]]


def measure(
    prepared: Prepared, given: argparse.Namespace, pipeline: Pipeline, kind: Kind
) -> list[tuple[str, str, int, float]]:
    """A row for each part: characters a second, and the ratio to the bare encoder."""
    chosen = Recogniser("model", given.model, kind.device, kind.int8)
    extractor = Extractor(pipeline.ontology, pipeline.lexicon, chosen=chosen)
    model = Model.from_folder(Path(given.model), kind.device, int8=kind.int8)
    sections = [one.section for pair in prepared for one in pipeline.extractor.learnable(*pair, [])]
    timed = {
        "encoder forward": bare_forward(model, sections),
        "network": lambda: read_and_relate(model, sections),
        "whole extractor": lambda: [extractor.extract(*one) for one in prepared],
    }
    chars = sum(len(section.text) for section in sections)
    speeds = {name: chars / fastest(run, given.rounds) for name, run in timed.items()}
    base = speeds["encoder forward"]
    return [(str(kind), name, round(speed), round(speed / base, 2)) for name, speed in speeds.items()]


def read_and_relate(model: Model, sections: list[Section]) -> None:
    """Tag and relate, with neither list nor rules."""
    for section, reading in zip(sections, model.read(sections), strict=True):
        names = [replace(name, entity=section.text[name.start : name.end]) for name in reading.names]
        model.relate(section, reading, names)


def bare_forward(model: Model, sections: list[Section]) -> Callable[[], object]:
    """The encoder alone over the windows that the model would read, in its batches, ready on the device."""
    config = model.config
    windows = [list(cut_windows(one, config.longest, config.overlap)) for one in sections]
    items = make_items(sections, windows, model.reader, model.hints)
    groups = group_by_length([len(item.text) for item in items], model.capacity)
    batches = [collate([items[at] for at in group], model.device) for group in groups]

    @torch.inference_mode()
    def run() -> None:
        with mixed_precision(model.device):
            for batch in batches:
                run_encoder(model.network.encoder, batch.ids, batch.mask)
        if model.device.type == "cuda":
            torch.cuda.synchronize()

    return run


def fastest(run: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest of some runs."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
