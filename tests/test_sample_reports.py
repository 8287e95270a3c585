from collections import Counter
from pathlib import Path

import pytest

from kg.config import Config
from kg.mention import Relation
from kg.pipeline import Pipeline
from kg.reading import Description, find_sources, read_report
from kg.report import Report
from kg.resources import seeds_path

FOLDER = seeds_path() / "reports"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(Config())


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    found = (read_report(source, max_chars=10**6, described=Description()) for source in find_sources([FOLDER]))
    return {Path(report.source).name: report for report in found}


@pytest.fixture(scope="module")
def relations(pipeline: Pipeline, reports: dict[str, Report]) -> dict[str, tuple[Relation, ...]]:
    return {name: pipeline.extract(report)[-1].relations for name, report in reports.items()}


def test_samples_are_eight_reports_of_every_format(reports: dict[str, Report]):
    suffixes = Counter(Path(name).suffix for name in reports)
    assert suffixes == {".md": 3, ".txt": 2, ".html": 1, ".pdf": 1, ".docx": 1}
    assert sum(len(report.text) for report in reports.values()) > 12_000


def test_samples_say_when_they_were_published(reports: dict[str, Report]):
    assert {name[:2]: str(report.published) for name, report in reports.items()} == {
        "01": "2024-06-28",
        "02": "2025-03-20",
        "03": "2023-11-28",
        "04": "2023-04-12",
        "05": "2024-04-08",
        "06": "2024-02-20",
        "07": "2025-07-15",
        "08": "2025-09-10",
    }


def test_sample_in_big5_is_read_and_folded(pipeline: Pipeline, reports: dict[str, Report]):
    report = reports["06-supply-chain-big5.txt"]
    assert "輝達" in report.raw
    cleaned, _, _ = pipeline.extract(report)
    assert "台积电" in cleaned.text


def test_every_sample_gives_relations(relations: dict[str, tuple[Relation, ...]]):
    assert min(len(found) for found in relations.values()) >= 10


def test_samples_support_facts_together(relations: dict[str, tuple[Relation, ...]]):
    support = Counter(
        fact
        for found in relations.values()
        for fact in {(one.subject.canonical, one.relation, one.object.canonical) for one in found}
    )
    assert support[("OpenAI", "DEVELOPS", "ChatGPT")] >= 1
    assert sum(count > 1 for count in support.values()) >= 20


def test_samples_hold_every_status(relations: dict[str, tuple[Relation, ...]]):
    statuses = Counter(one.status for found in relations.values() for one in found)
    assert all(statuses[status] >= 3 for status in ("asserted", "planned", "rumored", "negated"))


@pytest.mark.parametrize(
    ("name", "subject", "relation", "obj", "status", "amount"),
    [
        ("01-aigc-deep-dive.md", "阿里巴巴", "INVESTS_IN", "MiniMax", "asserted", "6亿美元"),
        ("02-compute-slides.md", "英伟达", "ACQUIRES", "Arm", "negated", "400亿美元"),
        ("07-china-models-2025.pdf", "月之暗面", "DEVELOPS", "Kimi K2", "asserted", None),
        ("08-agents-2025.docx", "Anthropic", "DEVELOPS", "Claude Code", "asserted", None),
    ],
)
def test_tables_of_samples_are_read(
    relations: dict[str, tuple[Relation, ...]],
    name: str,
    subject: str,
    relation: str,
    obj: str,
    status: str,
    amount: str | None,
):
    said = [
        (one.status, one.amount.text if one.amount else None)
        for one in relations[name]
        if (one.subject.canonical, one.relation, one.object.canonical) == (subject, relation, obj)
    ]
    assert (status, amount) in said


def test_disclaimers_of_samples_give_no_relations(relations: dict[str, tuple[Relation, ...]]):
    ends = {end.text for found in relations.values() for one in found for end in (one.subject, one.object)}
    assert not {"北岸证券", "西岭证券", "中国证券业协会"} & ends
