"""Known series of writes and removals, and a process that works one off and says of each step when it has returned.

    python tests/series.py URL KIND SEED RETRY FOLDER GUESTS

It retries for RETRY seconds what a store does not answer, and begins when GUESTS processes have met in FOLDER. The
password of a server comes from KG_PASSWORD.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from stores import ENTITIES, Said, Server, dump, report, wipe

import kg.store.connection
import kg.store.embedded
import kg.store.load
import kg.store.rows
from kg.errors import StoreError
from kg.graph import Graph
from kg.ontology import Ontology
from kg.resources import seeds_path
from kg.store import Store

Step = Graph | str  # a report that is written, or the id of one that is removed

HERE = Path(__file__).resolve().parent
NAMES = ("a.txt", "b.txt", "c.txt", "d.txt", "e.txt")
PATIENCE = 0.5  # seconds that one who only removes waits for a report to come in
# What is so whenever nobody writes; each question counts what is not.
FLAWS = {
    "a report that is half in": "MATCH (d:Document) WHERE d.state <> 'complete' RETURN count(d) AS n",
    "a chunk of no report": "MATCH (c:Chunk) WHERE NOT (c)-[:FROM_DOCUMENT]->(:Document) RETURN count(c) AS n",
    "a fact without evidence": "MATCH (f:Fact) WHERE NOT (f)-[:SUPPORTED_BY]->(:Chunk) RETURN count(f) AS n",
    "an entity that nothing names": "MATCH (e:Entity) WHERE NOT (e)-[:FROM_CHUNK]->(:Chunk) RETURN count(e) AS n",
    "an edge without its fact": """
        MATCH (:Entity)-[r]->(:Entity) OPTIONAL MATCH (f:Fact {id: r.fact_id})
        WITH r, f WHERE f IS NULL OR NOT 'asserted' IN f.statuses RETURN count(r) AS n
    """,
}


def flaws(store: Store) -> dict[str, int]:
    """What is half visible in a store, and how often."""
    found = {what: store._connection.read(question)[0]["n"] for what, question in FLAWS.items()}
    return {what: number for what, number in found.items() if number}


def some_report(random: Random, name: str) -> Graph:
    """A report of one to five sentences; any two share facts or entities."""
    said = [
        Said(
            random.choice(ENTITIES[:3]),
            random.choice(("DEVELOPS", "USES")),
            random.choice(ENTITIES[3:]),
            random.choice(("asserted", "planned")),
            surface=random.choice((None, "别名")),
        )
        for _ in range(random.randint(1, 5))
    ]
    return report(name, *said)


def mixed(seed: int, length: int = 14) -> list[Step]:
    """Reports that come in, come again with the same or with other content, and go."""
    random = Random(seed)
    steps: list[Step] = []
    for _ in range(length):
        name = random.choice(NAMES)
        before = left(steps).get(name)
        kind = random.choices(("new", "again", "gone"), (3, 1, 3))[0] if before else "new"
        steps.append({"new": some_report(random, name), "again": before or name, "gone": name}[kind])
    return steps


def additions(seed: int, length: int = 16) -> list[Step]:
    """Two reports in ever new versions."""
    random = Random(seed)
    return [some_report(random, NAMES[number % 2]) for number in range(length)]


def removals(_: int, length: int = 16) -> list[Step]:
    """The same two reports, taken back again and again."""
    return [NAMES[number % 2] for number in range(length)]


SERIES = {"mixed": mixed, "additions": additions, "removals": removals}


def left(steps: Sequence[Step]) -> dict[str, Graph]:
    """What is in after these steps."""
    found: dict[str, Graph] = {}
    for step in steps:
        if isinstance(step, Graph):
            found[step.documents[0].id] = step
        else:
            found.pop(step, None)
    return found


def take(step: Step, store: Store, *, patience: float = 0.0) -> str:
    """Take a step; what came of it. To take back what is not in is no error: a step may be taken a second time."""
    if isinstance(step, Graph):
        return store.write(step, pipeline="1").outcome
    deadline = time.monotonic() + patience
    while not store.find_document(step):
        if time.monotonic() >= deadline:
            return "absent"
        time.sleep(0.001)
    try:
        store.remove(step)
    except StoreError as error:  # another was faster
        if "no report" not in str(error):
            raise
        return "absent"
    return "removed"


def fresh_dump(store: Store, graphs: Sequence[Graph]) -> list[str]:
    """What a store holds that has been given these reports and nothing else."""
    wipe(store)
    for graph in graphs:
        store.write(graph, pipeline="1", keep_copies=True)
    return dump(store)


def start(
    server: Server, kind: str, seed: int, folder: Path, *, guests: int = 1, retry: float = 15.0
) -> subprocess.Popen:
    """Start a process that works off a series, and writes a line `NUMBER OUTCOME` for each step that has returned."""
    arguments = [server.url, kind, str(seed), str(retry), str(folder), str(guests)]
    return subprocess.Popen(
        [sys.executable, __file__, *arguments],
        cwd=HERE.parent,
        env=os.environ | {"KG_PASSWORD": server.password or "", "PYTHONPATH": str(HERE.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen) -> tuple[list[str], str]:
    """The lines that are still to come from a process, and what it had to say of errors, when it has ended."""
    with process:
        return process.stdout.read().splitlines(), process.stderr.read()


def main() -> None:
    url, kind, seed, retry, folder, guests = sys.argv[1:]
    kg.store.embedded.LINGER_SECONDS = 0.0
    kg.store.connection.RETRY_SECONDS = float(retry)
    kg.store.load.FEW_CHUNKS = kg.store.rows.MAX_ROWS = 2  # more than two sentences go in step by step, in batches
    steps = SERIES[kind](int(seed))
    ontology = Ontology.from_toml(seeds_path() / "ontology.toml")
    with Server(url, ontology, os.environ["KG_PASSWORD"] or None).open() as store:
        (Path(folder) / str(os.getpid())).touch()
        while len(list(Path(folder).iterdir())) < int(guests):
            time.sleep(0.005)
        for number, step in enumerate(steps):
            outcome = take(step, store, patience=PATIENCE if kind == "removals" else 0.0)
            print(number, outcome, flush=True)


if __name__ == "__main__":
    try:
        main()
    except StoreError as problem:
        sys.exit(f"kg: {problem}")
