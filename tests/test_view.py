"""The page of a graph, as it is written; test_view_browser.py opens it."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy
import pytest
from graphs import HOSTILE, large_graph, small_graph

from kg.errors import ConfigError
from kg.graph import Fact, Graph
from kg.mention import Time
from kg.ontology import Ontology
from kg.view import draw
from kg.view.bends import find_bends
from kg.view.layout import place
from kg.view.marks import mark, utf16_range
from kg.view.network import network_json, node_sizes
from kg.view.payload import payload_json

TESTS = Path(__file__).parent


def draw_small(out: Path, ontology: Ontology, graph: Graph | None = None) -> str:
    return draw(graph or small_graph(), out, ontology=ontology, title="产业图谱").read_text(encoding="utf-8")


class Tags(HTMLParser):
    """The elements that a browser would open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_page_is_chinese_and_links_to_nothing(tmp_path, ontology):
    page = draw_small(tmp_path / "new" / "page.html", ontology)
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//|@import|url\(|sourceMappingURL""", page)
    assert "default-src 'none'" in page


def test_draw_gives_the_same_bytes_in_any_order_and_process(tmp_path, ontology):
    graph = small_graph()
    shuffled = Graph(graph.documents[::-1], graph.chunks, graph.entities[::-1], graph.appearances, graph.facts[::-1])
    first = draw_small(tmp_path / "a.html", ontology, graph)
    assert draw_small(tmp_path / "b.html", ontology, shuffled) == first
    code = (
        "import sys; from pathlib import Path; from test_view import draw_small, Ontology, seeds_path;"
        "draw_small(Path(sys.argv[1]), Ontology.from_toml(seeds_path() / 'ontology.toml'))"
    ).replace("Ontology, seeds_path", "Ontology; from kg.resources import seeds_path")
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "c.html")], check=True, env=environment)
    assert (tmp_path / "c.html").read_text(encoding="utf-8") == first


def test_hostile_text_opens_no_element_and_no_comment(tmp_path, ontology):
    page = draw(small_graph(), tmp_path / "page.html", ontology=ontology, title=HOSTILE[0]).read_text(encoding="utf-8")
    reader = Tags()
    reader.feed(page)
    assert Counter(reader.tags)["script"] == 4
    assert "img" not in reader.tags
    assert not any(name in page for name in HOSTILE[:3])  # the last has nothing to escape
    assert "\u2028" not in page
    assert "&lt;/script&gt;&lt;script&gt;window.pwned=1" in page


def test_import_of_the_package_leaves_pyvis_alone():
    code = "import kg, kg.view, sys; sys.exit('pyvis' in sys.modules or 'jinja2' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=TESTS.parent)


def test_draw_names_an_unknown_focus(tmp_path, ontology):
    with pytest.raises(ConfigError, match="无名公司"):
        draw(small_graph(), tmp_path / "page.html", ontology=ontology, title="x", focus=["百度", "无名公司"])


def test_draw_names_a_page_it_cannot_write(tmp_path, ontology):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot write the page"):
        draw_small(tmp_path / "file" / "page.html", ontology)


@pytest.mark.parametrize("name", ["Company:百度", "百度", "baidu", "B I D U"])
def test_focus_is_an_id_a_name_or_an_alias(tmp_path, ontology, name):
    page = draw(small_graph(), tmp_path / "page.html", ontology=ontology, title="x", focus=[name])
    assert '"focus":["Company:百度"]' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("quote", "clean", "subject", "obj", "parts"),
    [
        ("甲推出乙。", "甲推出乙。", ["甲"], ["乙"], [("甲", 1), ("推出", 0), ("乙", 2), ("。", 0)]),
        ("云帆\n传媒用ＧＰＴ", "云帆传媒用GPT", ["云帆传媒"], ["GPT"], [("云帆\n传媒", 1), ("用", 0), ("ＧＰＴ", 2)]),
        ("墨言發佈手機", "墨言发布手机", ["墨言"], ["手机"], [("墨言", 1), ("發佈", 0), ("手機", 2)]),
        ("OpenAI做AI", "OpenAI做AI", ["OpenAI"], ["AI"], [("OpenAI", 1), ("做", 0), ("AI", 2)]),
        ("星澜云由星澜建", "星澜云由星澜建", ["星澜"], ["星澜云"], [("星澜云", 2), ("由", 0), ("星澜", 1), ("建", 0)]),
        ("openai很强", "openai很强", ["OpenAI"], [""], [("openai", 1), ("很强", 0)]),
        ("公司很强", "公司很强", ["甲"], [], [("公司很强", 0)]),
        ("甲和乙", "", ["甲"], ["乙"], [("甲", 1), ("和", 0), ("乙", 2)]),
        ("", "", ["甲"], ["乙"], []),
    ],
)
def test_mark_finds_the_names_in_the_raw_quote(quote, clean, subject, obj, parts):
    assert mark(quote, clean, subject, obj) == parts


def test_mark_loses_no_character_of_any_quote():
    for fact in small_graph().facts:
        for one in fact.evidence:
            parts = mark(one.quote, one.quote.replace("\n", ""), ["百度"], ["。"])
            assert "".join(text for text, _ in parts) == one.quote


def test_quote_is_one_line(ontology):
    graph = small_graph()
    raw = replace(graph.facts[0].evidence[0], quote="星澜\n智能 and\nOpenAI", time=Time("2023 年 1 月", None, None))
    graph = replace(graph, facts=(replace(graph.facts[0], evidence=(raw,)),))
    one = json.loads(payload_json(graph, ontology, title="", focus=[]))["facts"][0]["evidence"][0]
    assert "".join(text for text, _ in one["quote"]) == "星澜智能 and OpenAI"
    assert one["time"][0] == "2023年1月"


def test_utf16_range_counts_as_javascript_does():
    assert utf16_range("𠮷A甲", 1, 2) == (2, 3)
    assert utf16_range("甲乙", -3, 9) == (0, 2)


def test_place_parts_all_nodes():
    graph = large_graph()
    sizes = node_sizes(graph)
    places = place(graph, sizes)
    assert places.keys() == {entity.id for entity in graph.entities}
    points = numpy.array([places[one] for one in sorted(places)])
    radii = numpy.array([sizes[one] for one in sorted(places)])
    distance = numpy.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    numpy.fill_diagonal(distance, numpy.inf)
    assert (distance > radii[:, None] + radii[None]).all()


def test_parallel_edges_bend_apart(ontology):
    graph = small_graph()
    first = graph.facts[0]
    back = Fact("back", first.object, "USES", first.subject, first.evidence)
    edges = json.loads(network_json(replace(graph, facts=(first, back)), ontology))["edges"]
    bends = {edge["id"]: (edge["smooth"]["type"], edge["smooth"]["roundness"]) for edge in edges}
    # Seen from either end both bow to the same side of their own way, so they stand on opposite sides.
    assert bends[first.id] == bends["back"]


def test_edge_is_drawn_by_its_strongest_status(ontology):
    graph = small_graph()
    edges = {edge["id"]: edge["dashes"] for edge in json.loads(network_json(graph, ontology))["edges"]}
    for fact in graph.facts:
        assert (edges[fact.id] is False) == any(one.status == "asserted" for one in fact.evidence)


def test_payload_shows_what_the_ontology_does_not_declare(ontology):
    graph = small_graph()
    stranger = replace(graph.entities[0], type="Planet")
    graph = replace(graph, entities=(stranger, *graph.entities[1:]))
    data = json.loads(payload_json(graph, ontology, title="", focus=[]))
    assert {"label": "Planet", "zh": "Planet", "colour": "#7a8594"} in data["types"]


def test_edge_goes_around_a_node_in_its_way():
    fact = Fact("f", "a", "USES", "b", ())
    straight = find_bends([fact], {"a": (0, 0), "b": (400, 0), "c": (200, 90)}, dict.fromkeys("abc", 20.0))
    around = find_bends([fact], {"a": (0, 0), "b": (400, 0), "c": (200, 5)}, dict.fromkeys("abc", 20.0))
    assert straight == {"f": 0.0}
    assert abs(around["f"]) > 0
