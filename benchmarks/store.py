"""What writing to a store costs beside the driver alone, on the embedded engine and on Neo4j.

    python benchmarks/store.py --scale 0.1 --shared ../shared

The landscape is made up and streamed (`synthetic.py`): at scale 1, 100,000 entities and 300,000 facts with evidence
in 3,000 reports. Printed is a table: how many documents and facts a second `Store.write` takes, beside a loop that
makes the same nodes and relationships through the bare driver and computes nothing (`bare.py`); the same beside the
writer of neo4j-graphrag, without and with its joining of entities, for a tenth of the reports; the peak memory of
this process after each third; what a query costs beside the same query on the bare driver; the five real reports; and
removing 100 documents. What is compared takes turns in one run. The Neo4j is that of SHARED/neo4j; without --shared
only the embedded engine is measured.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from bare import Bare, GraphRag, to_graphrag
from places import Place, embedded_place, neo4j_place, reset_peak, resident
from synthetic import Landscape

from kg.config import Config
from kg.graph import Graph
from kg.ontology import Ontology
from kg.pipeline import Pipeline
from kg.query import Query
from kg.reading import find_sources, read_report
from kg.resources import seeds_path
from kg.table import Table

TURN = 10  # documents that one writer takes before it is the other's turn
REMOVED = 100
REAL_ROUNDS = 3
COLUMNS = ("engine", "measure", "kg", "beside", "ratio", "goal")
QUERY = """
MATCH (e:Entity)-[r:FROM_CHUNK]->(c:Chunk) RETURN e.name AS name, c.id AS chunk, r.count AS count LIMIT $rows
"""
REPEATS = {1: 400, 100: 200, 5_000: 20}
Cells = tuple[str, ...]
PlaceMaker = AbstractContextManager[Place]


@dataclass(slots=True)
class Race:
    """Ways to do the same thing, and the seconds that each has taken; they take turns, and who begins changes."""

    ways: dict[str, Callable[[Any], object]]  # Any: what they take
    seconds: dict[str, float] = field(default_factory=dict)
    turns: int = 0

    def turn(self, things: Iterable[Any]) -> None:
        """Let each do all of these."""
        things = list(things)
        for name in sorted(self.ways, reverse=self.turns % 2 == 1):
            start = time.perf_counter()
            for one in things:
                self.ways[name](one)
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        self.turns += 1

    def per_second(self, number: int) -> Cells:
        """How many a second each has done of a number, and the ratio of the first to the second."""
        return beside(*(number / self.seconds[name] for name in self.ways))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shared", type=Path, help="the folder with neo4j/ and seeds/")
    parser.add_argument("--engines", default="embedded,neo4j")
    given = parser.parse_args()
    ontology = Ontology.from_toml(seeds_path() / "ontology.toml")
    landscape = Landscape(given.scale, given.seed, ontology)
    real = real_graphs(given.shared) if given.shared else []
    if not given.shared:
        print("Left out: Neo4j and the real reports (no --shared)")
    elif not find_spec("neo4j_graphrag"):
        print("Left out: neo4j-graphrag (it is not installed)")
    print(heading(given.scale, landscape))
    print(Table(COLUMNS, ()).to_markdown())
    with tempfile.TemporaryDirectory(prefix="kg-benchmark-") as work:
        for name, places in engines(given, Path(work), ontology):
            with places[0] as ours, places[1] as theirs:
                for row in Engine(name, ours, theirs, ontology).measure(landscape, real):
                    show((name, *row))
        if given.shared and find_spec("neo4j_graphrag"):
            for joins in (False, True):
                with (
                    neo4j_place(given.shared, Path(work) / f"tenth{joins:d}", ontology, apoc=True) as ours,
                    neo4j_place(given.shared, Path(work) / f"graphrag{joins:d}", None, apoc=True) as theirs,
                ):
                    show(("neo4j", *race_graphrag(ours, theirs, landscape, joins=joins)))


def show(row: Cells) -> None:
    """A further row of the printed table, as soon as it is known."""
    print(Table(COLUMNS, (row,)).to_markdown().splitlines()[-1], flush=True)


def engines(given: argparse.Namespace, work: Path, ontology: Ontology) -> Iterator[tuple[str, list[PlaceMaker]]]:
    """Each engine that is there, with two databases of it to be opened."""
    if "embedded" in given.engines:
        yield "embedded", [embedded_place(work / f"{name}.kg", ontology) for name in ("ours", "bare")]
    if "neo4j" in given.engines and given.shared:
        yield "neo4j", [neo4j_place(given.shared, work / name, ontology) for name in ("ours", "bare")]


def heading(scale: float, landscape: Landscape) -> str:
    """What was measured, with what, and where."""
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?")
    packages = ", ".join(f"{name} {version(name)}" for name in ("kg-landscape", "neo4j", "arcadedb-embedded"))
    return (
        f"scale {scale:g}: {landscape.entities:,} entities, {landscape.facts:,} facts, {landscape.reports:,} reports; "
        f"Python {platform.python_version()}, {packages}, Neo4j 5.26; {os.cpu_count()} cores of {cpu}, "
        f"load {os.getloadavg()[1]:.1f}\n"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()


def real_graphs(shared: Path) -> list[Graph]:
    """The graphs of the real reports, extracted by the name list and rules."""
    pipeline = Pipeline(Config(recogniser="lexicon"))
    sources = find_sources([str(shared / "seeds")])
    return [pipeline.graph(read_report(one, max_chars=pipeline.config.max_chars)) for one in sources]


@dataclass(frozen=True, slots=True)
class Engine:
    """Two databases of one engine: the store writes the one, the bare driver the other."""

    name: str
    ours: Place
    theirs: Place
    ontology: Ontology

    @property
    def bare(self) -> Bare:
        """The bare driver."""
        return Bare(self.theirs.driver, self.theirs.database, self.ontology)

    def writers(self) -> Race:
        """Both of them, to write graphs."""
        return Race({"kg": lambda graph: self.ours.store.write(graph, pipeline="1"), "bare": self.bare.write})

    def measure(self, landscape: Landscape, real: list[Graph]) -> Iterator[Cells]:
        """All rows of the table."""
        yield from race_writers(self, landscape)
        yield from race_queries(self.ours)
        if real:
            yield race_real(self, real)
        yield race_removal(self, landscape)


def race_writers(engine: Engine, landscape: Landscape) -> Iterator[Cells]:
    """Documents and facts a second, and the memory of this process after each third."""
    race = engine.writers()
    documents, facts = 0, 0
    peaks: list[float] = []
    reset_peak()
    for turn in turns(landscape.graphs()):
        race.turn(turn)
        documents += len(turn)
        facts += sum(len(graph.facts) for graph in turn)
        if documents * 3 >= landscape.reports * (len(peaks) + 1):
            peaks.append(resident(os.getpid())[1])
    yield f"write, documents/s ({documents:,})", *race.per_second(documents), ">= 0.8"
    yield f"write, facts/s ({facts:,})", *race.per_second(facts), ">= 0.8"
    peak, engines = (", ".join(f"{one:.0f}" for one in some) for some in (peaks, resident(engine.ours.pid)))
    yield "peak MiB of this process after 1/3, 2/3, all", peak, "", f"{peaks[-1] / peaks[0]:.2f}", "flat"
    yield "MiB of the engine: now, at its peak", engines, "", "", ""


def turns(graphs: Iterable[Graph]) -> Iterator[list[Graph]]:
    """The graphs in short lists."""
    graphs = iter(graphs)
    while turn := list(islice(graphs, TURN)):
        yield turn


def beside(ours: float, theirs: float) -> Cells:
    """Two figures and the ratio of the first to the second."""
    return f"{ours:.4g}", f"{theirs:.4g}", f"{ours / theirs:.2f}"


def race_queries(place: Place) -> Iterator[Cells]:
    """Milliseconds of a query through the store and through the bare driver, by turns; medians."""
    query = Query("names", "Names in chunks", "名称", (), ("name", "chunk", "count"), QUERY)
    ways: dict[str, Callable[[dict[str, int]], object]] = {
        "run": lambda given: place.store.run(query, given),
        "cypher": lambda given: place.store.cypher(QUERY, given),
        "bare": lambda given: place.ask(QUERY, given),
    }
    for rows, repeats in REPEATS.items():
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(repeats):
            for name, way in ways.items():
                start = time.perf_counter()
                way({"rows": rows})
                taken[name].append(1000 * (time.perf_counter() - start))
        found = {name: median(times) for name, times in taken.items()}
        goal = "adds <= 0.3" if rows == 1 else "<= 1.1"
        for name in ("run", "cypher"):
            measure = f"{name} of {rows:,} rows, ms (adds {found[name] - found['bare']:.2f})"
            yield measure, *beside(found[name], found["bare"]), goal


def race_real(engine: Engine, graphs: list[Graph]) -> Cells:
    """Facts a second of the real reports into the loaded stores: the fastest of some rounds each."""
    rounds = []
    for _ in range(REAL_ROUNDS):
        rounds.append(engine.writers())
        rounds[-1].turn(graphs)
        for graph in graphs:
            engine.ours.store.remove(graph.documents[0].id)
            engine.bare.remove(graph.documents[0].id)
    facts = sum(len(graph.facts) for graph in graphs)
    figures = beside(*(facts / min(race.seconds[name] for race in rounds) for name in ("kg", "bare")))
    return f"write {len(graphs)} real reports, facts/s ({facts:,})", *figures, ""


def race_removal(engine: Engine, landscape: Landscape) -> Cells:
    """Documents a second taken out again; the bare driver only deletes, and leaves facts and entities."""
    step = max(landscape.reports // REMOVED, 1)
    ids = [f"reports/{number:05d}.txt" for number in range(0, landscape.reports, step)][:REMOVED]
    race = Race({"kg": engine.ours.store.remove, "bare": engine.bare.remove})
    for start in range(0, len(ids), TURN):
        race.turn(ids[start : start + TURN])
    return f"remove, documents/s ({len(ids)}; the bare driver only deletes)", *race.per_second(len(ids)), ""


def race_graphrag(ours: Place, theirs: Place, landscape: Landscape, *, joins: bool) -> Cells:
    """Documents a second of a tenth of the reports, through the store and through neo4j-graphrag."""
    writer = GraphRag(theirs.driver, theirs.database, joins=joins)
    race = Race(
        {
            "kg": lambda pair: ours.store.write(pair[0], pipeline="1"),
            "graphrag": lambda pair: writer.write(pair[1]),
        }
    )
    documents = max(landscape.reports // 10, TURN)
    for turn in turns(islice(landscape.graphs(), documents)):
        race.turn((graph, to_graphrag(graph)) for graph in turn)
    what = "writer and resolver" if joins else "writer"
    measure = f"write beside the {what} of neo4j-graphrag {version('neo4j-graphrag')}, documents/s ({documents:,})"
    return measure, *race.per_second(documents), ">= 5"


if __name__ == "__main__":
    main()
