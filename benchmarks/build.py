"""What a build costs, and that a second one changes nothing.

    python benchmarks/build.py ../shared/seeds --store seeds.kg

Prints the seconds of each stage of the flow and their ratio to the baseline, which is reading and cleaning the same
reports in the same run; characters a second; the peak memory of this process; and what the store holds before and
after a second build (every node, relationship and property but the time of loading).
"""

import argparse
import hashlib
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import kg
from kg.clean import clean
from kg.config import Config
from kg.pipeline import Pipeline
from kg.reading import find_sources, read_report
from kg.split import split

_seconds: dict[str, float] = {}


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Add the time of a block to its stage."""
    start = time.perf_counter()
    yield
    _seconds[stage] = _seconds.get(stage, 0.0) + time.perf_counter() - start


def build(paths: list[str], store: kg.Store, pipeline: Pipeline) -> int:
    """Build stage by stage; the number of characters comes out."""
    chars = 0
    for source in find_sources(paths):
        with timed("read and clean"):
            report = clean(read_report(source, max_chars=pipeline.config.max_chars))
            sentences = split(report)
        with timed("extract"):
            extraction = pipeline.extractor.extract(report, sentences)
        with timed("resolve"):
            graph = pipeline.resolve(report, sentences, extraction)
        with timed("store"):
            store.write(graph, pipeline=pipeline.version)
        chars += len(report.raw)
    return chars


def fingerprint(store: kg.Store) -> str:
    """How many lines the canonical dump has, and the hash of all of them."""
    digest, lines = hashlib.sha256(), 0
    for line in store.dump():
        digest.update(line.encode())
        lines += 1
    return f"{lines} nodes and relationships, sha256 {digest.hexdigest()[:16]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--store", default="benchmark.kg")
    arguments = parser.parse_args()
    pipeline = Pipeline(Config())
    with timed("load rules and names"):
        _ = pipeline.extractor
    with timed("open the store"):
        store = kg.open_store(arguments.store)
    with store:
        chars = build(arguments.paths, store, pipeline)
        first = fingerprint(store)
        with timed("second build"):
            summary = kg.build(arguments.paths, store=store)
        second = fingerprint(store)
        counts = store.counts()
    baseline = _seconds["read and clean"]
    for stage, seconds in _seconds.items():
        print(f"{stage:22} {seconds:8.2f} s  {seconds / baseline:6.2f} x read and clean")
    work = sum(_seconds[stage] for stage in ("read and clean", "extract", "resolve", "store"))
    print(f"{chars} characters, {chars / work:.0f} a second from file to store")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB, without the engine")
    print(f"entities {counts.entities}\nfacts {counts.facts}\nevidence {counts.evidence}, chunks {counts.chunks}")
    print(f"first build:  {first}\nsecond build: {second}\nsecond build said {dict(summary.counts)}")
    print("nothing changed" if first == second else "THE SECOND BUILD CHANGED THE STORE")


if __name__ == "__main__":
    main()
