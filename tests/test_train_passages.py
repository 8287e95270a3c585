"""The annotated passages of seeds/train keep the rules that a trainer rests on."""

import json
from pathlib import Path

import pytest

from kg.report import join_lines
from kg.resources import seeds_path

FILES = sorted((seeds_path() / "train").glob("*.jsonl"))


def rows_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def without_space(text: str) -> str:
    return "".join(join_lines(text).split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestPassages:
    def test_every_name_stands_in_its_passage(self, path):
        for row in rows_of(path):
            text = without_space(row["text"])
            assert all(without_space(one["text"]) in text for one in row["entities"]), row["id"]

    def test_every_triple_joins_names_that_the_ontology_lets_it_join(self, path, ontology):
        for row in rows_of(path):
            types: dict[str, set[str]] = {}
            for one in row["entities"]:
                types.setdefault(one["text"], set()).add(one["type"])
            for triple in row["triples"]:
                subjects, objects = types[triple["subject"]], types[triple["object"]]
                assert any(ontology.allows(a, triple["relation"], b) for a in subjects for b in objects), row["id"]

    def test_times_stand_in_their_passage(self, path):
        for row in rows_of(path):
            times = [triple["time"] for triple in row["triples"] if triple["time"]]
            assert all(without_space(time) in without_space(row["text"]) for time in times), row["id"]


def test_no_passage_stands_twice():
    rows = [row for path in FILES for row in rows_of(path)]
    assert len(rows) == len({row["id"] for row in rows}) == len({row["text"] for row in rows})
