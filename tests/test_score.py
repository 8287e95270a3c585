"""Precision, recall and F1 against a gold standard."""

import json
import random
import runpy
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ReadError
from kg.score import score


def entity(text: str, kind: str = "Company", canonical: str | None = None) -> dict[str, Any]:
    return {"text": text, "type": kind, "canonical": canonical or text}


def triple(subject: str, relation: str, obj: str, **qualifiers: str) -> dict[str, Any]:
    return {"subject": subject, "relation": relation, "object": obj, **qualifiers}


def passage(key: str, entities: list[dict[str, Any]], triples: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"id": key, "entities": entities, "triples": triples or []}


def figures(folder: Path, gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Precision, recall, F1, gold and predicted by measure."""
    for name, rows in (("gold", gold), ("predicted", predicted)):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / name).write_text(text, encoding="utf-8")
    return {row[0]: row[1:] for row in score(folder / "gold", folder / "predicted").rows}


def test_entities_match_on_surface_and_type(tmp_path: Path):
    gold = [passage("a", [entity("星河"), entity("银汉", "Product"), entity("北辰")])]
    guess = [passage("a", [entity("星 河"), entity("银汉", "Technology")])]
    found = figures(tmp_path, gold, guess)
    assert found["entities"] == (50.0, 33.3, 40.0, 3, 2)
    assert found["entities, untyped"] == (100.0, 66.7, 80.0, 3, 2)
    assert found["entity Company"] == (100.0, 50.0, 66.7, 2, 1)


def test_triples_match_on_canonical_names(tmp_path: Path):
    names = [entity("星河", canonical="星河科技"), entity("银汉", "Product")]
    gold = [passage("a", [entity("星河科技"), *names], [triple("星河", "DEVELOPS", "银汉")])]
    guess = [passage("a", [], [triple("星河科技", "DEVELOPS", "银汉"), triple("星河", "DEVELOPS", "星河科技")])]
    assert figures(tmp_path, gold, guess)["triples"] == (100.0, 100.0, 100.0, 1, 1)


def test_canonical_names_of_other_passages_count_where_the_own_one_has_none(tmp_path: Path):
    gold = [
        passage("a", [entity("星河科技")], [triple("星河科技", "USES", "银汉")]),
        passage("b", [entity("Galaxy", canonical="星河科技")]),
    ]
    guess = [passage("a", [], [triple("Galaxy", "USES", "银汉")])]
    assert figures(tmp_path, gold, guess)["triples"][2] == 100.0


@pytest.mark.parametrize(("relation", "f1"), [("PARTNERS_WITH", 100.0), ("SUBSIDIARY_OF", 0.0)])
def test_only_symmetric_relations_match_in_either_direction(tmp_path: Path, relation: str, f1: float):
    gold = [passage("a", [entity("甲"), entity("乙")], [triple("甲", relation, "乙")])]
    guess = [passage("a", [], [triple("乙", relation, "甲")])]
    found = figures(tmp_path, gold, guess)
    assert found["triples"][2] == f1
    assert found["triples, any relation"][2] == 100.0


def test_qualifiers_count_on_matched_triples_alone(tmp_path: Path):
    gold = [passage("a", [], [triple("甲", "ACQUIRES", "乙", status="planned", amount="3亿元")])]
    guess = [
        passage("a", [], [triple("甲", "ACQUIRES", "乙", status="planned"), triple("丙", "USES", "丁", time="今年")])
    ]
    found = figures(tmp_path, gold, guess)
    assert found["status of matched triples"][2] == 100.0
    assert found["amount of matched triples"] == (0.0, 0.0, 0.0, 1, 0)
    assert found["time of matched triples"] == (0.0, 0.0, 0.0, 0, 0)


def test_passage_without_prediction_counts_as_missed_and_the_reverse_is_ignored(tmp_path: Path):
    found = figures(tmp_path, [passage("a", [entity("星河")])], [passage("b", [entity("北辰")])])
    assert found["entities"] == (0.0, 0.0, 0.0, 1, 0)


@pytest.mark.parametrize("line", ["{", '["a"]', '{"entities": []}', '{"id": "a", "entities": [{"type": "Company"}]}'])
def test_bad_line_is_named(tmp_path: Path, line: str):
    (tmp_path / "gold").write_text('{"id": "a"}\n' + line, encoding="utf-8")
    with pytest.raises(ReadError, match=r"gold:2: not a passage"):
        score(tmp_path / "gold", tmp_path / "gold")


def test_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ReadError, match=r"nowhere\.jsonl: cannot be opened"):
        score(tmp_path / "nowhere.jsonl", tmp_path / "nowhere.jsonl")


def damaged(row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A passage with names dropped, retyped and respelled, triples dropped, turned round and stripped."""
    entities = [dict(one) for one in row["entities"] if chance.random() < 0.8]
    for one in entities:
        one["type"] = chance.choice([one["type"], one["type"], "Product"])
        one["canonical"] = chance.choice([one["canonical"], one["text"], "某公司"])
    triples = [dict(one) for one in row["triples"] if chance.random() < 0.8]
    for one in triples:
        if chance.random() < 0.3:
            one["subject"], one["object"] = one["object"], one["subject"]
        if chance.random() < 0.3:
            one["status"], one["time"] = "planned", None
    return {"id": row["id"], "entities": entities, "triples": triples}


def test_figures_are_those_of_the_reference_scorer(shared: Path, tmp_path: Path):
    reference = runpy.run_path(str(shared / "eval" / "score.py"))
    gold = shared / "train" / "own.jsonl"
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    chance = random.Random(7)
    bad = tmp_path / "bad.jsonl"
    bad.write_text("\n".join(json.dumps(damaged(row, chance)) for row in rows[:-9]), encoding="utf-8")
    expected, _ = reference["score"](reference["read"](gold), reference["read"](bad))
    found = {row[0]: dict(zip(("p", "r", "f1", "gold", "pred"), row[1:], strict=True)) for row in score(gold, bad).rows}
    assert found == expected
    assert 20 < found["triples"]["f1"] < 90
