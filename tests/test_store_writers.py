"""Two processes that write and remove the same reports at once, on every engine: whole reports are left."""

from collections import Counter
from pathlib import Path

import pytest
from series import SERIES, finish, flaws, fresh_dump, start
from stores import Server, dump

from kg.graph import Graph
from kg.store import Store


def run_at_once(server: Server, folder: Path, *series: tuple[str, int]) -> list[Counter[str]]:
    """Work off several series at the same time, each in its process; how often each had which outcome."""
    writers = [start(server, kind, seed, folder, guests=len(series)) for kind, seed in series]
    done = [finish(writer) for writer in writers]
    assert [(writer.returncode, errors) for writer, (_, errors) in zip(writers, done, strict=True)] == [(0, "")] * 2
    return [Counter(line.split()[1] for line in lines) for lines, _ in done]


def check(store: Store, *series: tuple[str, int]) -> None:
    """Hold a store against a fresh build of those versions that are left in it."""
    steps = [step for kind, seed in series for step in SERIES[kind](seed) if isinstance(step, Graph)]
    versions = {(one.documents[0].id, one.documents[0].content_hash): one for one in steps}
    kept = [versions[one.id, one.content_hash] for one in store.documents()]
    found = dump(store)
    assert flaws(store) == {}
    assert fresh_dump(store, kept) == found


@pytest.mark.parametrize("seed", [1, 11, 21])
def test_of_the_same_reports_leave_whole_ones(store: Store, server: Server, tmp_path: Path, seed: int):
    series = ("mixed", seed), ("mixed", seed + 1)
    outcomes = run_at_once(server, tmp_path, *series)
    assert [one.total() for one in outcomes] == [len(SERIES[kind](number)) for kind, number in series]
    check(store, *series)


@pytest.mark.parametrize("seed", [1, 2])
def test_of_which_one_removes_what_the_other_adds(store: Store, server: Server, tmp_path: Path, seed: int):
    series = ("additions", seed), ("removals", seed)
    added, removed = run_at_once(server, tmp_path, *series)
    assert added["added"] > 2
    assert removed["removed"] > 2
    check(store, *series)


def test_of_one_series_end_as_one_alone(store: Store, server: Server, tmp_path: Path):
    """Both bring the same versions of the same reports in the same order."""
    series = ("additions", 5), ("additions", 5)
    run_at_once(server, tmp_path, *series)
    check(store, *series)
    assert len(store.documents()) == 2
