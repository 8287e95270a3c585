"""The page of a graph as a reader meets it: in Chromium, with mouse and keys."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy
import pytest
from graphs import HOSTILE, large_graph, odd_graph, small_graph

from kg.graph import Graph
from kg.ontology import Ontology
from kg.view import draw
from kg.view.bends import control_point

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("/usr/bin/chromium is not there: this test looks at the page in it")
    flags = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*flags.split(), "--no-first-run", "--disable-sync"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory, ontology: Ontology) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, graph in (("small", small_graph()), ("large", large_graph()), ("empty", Graph()), ("odd", odd_graph())):
        draw(graph, folder / f"{name}.html", ontology=ontology, title=f"图谱 {name}")
    return folder


@pytest.fixture
def view(chromium, pages):
    """A browser page with the small graph open; afterwards: no error, no request but for the file, nothing run."""
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(10_000)
    page.emulate_media(reduced_motion="reduce")
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto((pages / "small.html").as_uri())
    yield page
    assert page.evaluate("window.pwned") is None
    page.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file://", "data:,", "blob:"))] == []
    files = {url.split("#")[0] for url in requests if url.startswith("file://")}
    assert files <= {one.as_uri() for one in pages.iterdir()}


def click_node(page, entity, count=1):
    point = page.evaluate("id => kg.network.canvasToDOM(kg.network.getPositions([id])[id])", entity)
    page.locator("#network canvas").click(position=point, click_count=count, delay=20)


def set_range(locator, value):
    locator.evaluate(f"input => {{ input.value = {value}; input.dispatchEvent(new Event('input')); }}")


def shown(page):
    return [int(number) for number in re.findall(r"\d+", page.inner_text("#shown").replace("/", " "))]


def test_overview_counts_the_graph(view):
    assert view.inner_text(".figures").split() == ["5", "报告", "37", "实体", "70", "事实", "110", "证据"]
    assert "生成式AI产业链全景" in view.inner_text("#panel")


@pytest.mark.parametrize("query", ["百度", "bidu", "9888", "度"])
def test_search_finds_by_name_alias_and_ticker(view, query):
    view.fill("#search", query)
    view.press("#search", "Enter")
    assert view.inner_text("#panel h2") == "百度"
    assert view.locator("#panel mark.mark-subject", has_text="百度").count() > 0


def test_search_for_a_maker_finds_the_maker(view):
    view.fill("#search", "OpenAI")
    view.press("#search", "Enter")
    assert view.inner_text("#panel h2") == "OpenAI"


def test_spellings_that_differ_in_case_alone_are_not_listed(view):
    view.evaluate("kg.select('entity', 'Product:chatgpt')")
    assert view.locator(".aliases").count() == 0


def test_search_waits_for_the_input_method(view):
    view.fill("#search", "百度")
    view.dispatch_event("#search", "keydown", {"key": "Enter", "isComposing": True})
    assert view.inner_text("#panel h2") == "概览"


def test_arrow_keys_choose_a_suggestion(view):
    view.keyboard.press("/")
    view.keyboard.type("智能")
    second = view.inner_text("#suggestion-1 bdi")
    view.keyboard.press("ArrowDown")
    view.keyboard.press("Enter")
    assert view.inner_text("#panel h2") == second


def test_click_on_a_node_shows_its_evidence(view):
    click_node(view, "Company:英伟达")
    fact = next(one for one in small_graph().facts if "Company:英伟达" in (one.subject, one.object))
    assert view.inner_text("#panel h2") == "英伟达"
    quotes = [text.replace("\n", "") for text in view.locator("#panel blockquote").all_text_contents()]
    assert fact.evidence[0].quote.replace("\n", "") in quotes
    assert "证券" in view.inner_text("#panel .source >> nth=0") or "第" in view.inner_text("#panel .source >> nth=0")


def test_click_on_an_edge_shows_the_fact(view):
    fact = next(one for one in small_graph().facts if len({e.document for e in one.evidence}) > 1)
    point = view.evaluate("id => kg.network.canvasToDOM(kg.network.body.edges[id].edgeType.getPoint(0.5))", fact.id)
    view.locator("#network canvas").click(position=point)
    selected = view.evaluate("decodeURIComponent(location.hash)")
    assert selected.startswith("#fact=")
    view.evaluate("id => kg.select('fact', id)", fact.id)
    assert view.locator("#panel .evidence").count() == len(fact.evidence)
    assert "份报告" in view.inner_text("#panel .attributes")


def test_click_on_the_other_end_moves_on(view):
    view.evaluate("kg.select('entity', 'Company:百度')")
    other = view.inner_text("#panel .entity >> nth=0")
    view.click("#panel .entity >> nth=0")
    assert view.inner_text("#panel h2") == other
    view.go_back()
    assert view.inner_text("#panel h2") == "百度"


def test_address_keeps_the_selection(view, pages):
    view.evaluate("kg.select('entity', 'Product:gpt-4')")
    address = view.url
    view.goto("about:blank")
    view.goto(address)
    assert view.inner_text("#panel h2") == "GPT-4"


def test_unchecked_type_leaves_the_drawing(view):
    before = shown(view)
    view.uncheck("input[data-keys='[\"Product\"]']")
    assert shown(view)[0] < before[0]
    assert view.evaluate("[...kg.view.entities].some((id) => id.startsWith('Product:'))") is False
    view.click("#reset")
    assert shown(view) == before


def test_status_filter_leaves_only_what_it_says(view):
    row = view.locator(".row", has=view.locator("input[data-keys='[\"negated\"]']"))
    row.hover()
    row.get_by_role("button").click()
    expected = [one for one in small_graph().facts if any(e.status == "negated" for e in one.evidence)]
    assert view.evaluate("kg.view.facts.length") == len(expected)
    assert view.evaluate("kg.view.facts.every((one) => one.status === 'negated')") is True


def test_support_filter_wants_more_reports(view):
    set_range(view.locator("#support"), "2")
    expected = [one for one in small_graph().facts if len({e.document for e in one.evidence}) >= 2]
    assert view.evaluate("kg.view.facts.length") == len(expected)


def test_score_filter_wants_surer_evidence(view):
    set_range(view.locator("#score"), "0.9")
    expected = [one for one in small_graph().facts if any(round(e.score, 3) >= 0.9 for e in one.evidence)]
    assert 0 < view.evaluate("kg.view.facts.length") == len(expected) < 70


def test_time_filter_keeps_the_reports_of_its_months(view):
    view.uncheck("text=包含没有日期的")
    set_range(view.get_by_label("起始月份"), "input.max")
    newest = max(one.published for one in small_graph().documents if one.published)
    ids = {one.id for one in small_graph().documents if one.published == newest}
    expected = [one for one in small_graph().facts if any(e.document in ids for e in one.evidence)]
    assert view.evaluate("kg.view.facts.length") == len(expected)


def test_report_filter_leaves_its_facts(view):
    view.click("#panel .report >> nth=0")
    first = min((one for one in small_graph().documents if one.published), key=lambda one: one.published)
    expected = [one for one in small_graph().facts if any(e.document == first.id for e in one.evidence)]
    assert view.evaluate("kg.view.facts.length") == len(expected)


def test_double_click_isolates_the_neighbourhood(view):
    click_node(view, "Company:微软", count=2)
    facts = [one for one in small_graph().facts if "Company:微软" in (one.subject, one.object)]
    near = {end for one in facts for end in (one.subject, one.object)}
    view.wait_for_selector(".hood-notice")
    assert set(view.evaluate("[...kg.view.entities]")) == near
    view.keyboard.press("Escape")
    assert view.evaluate("kg.view.facts.length") == 70


def test_isolated_nodes_keep_off_each_other_and_return(view, pages):
    view.goto((pages / "large.html").as_uri())
    places = "kg.network.getPositions([...kg.view.entities])"
    before = view.evaluate(places)
    view.evaluate("kg.isolate('Company:e0', 1)")
    points = numpy.array([[one["x"], one["y"]] for one in view.evaluate(places).values()])
    distance = numpy.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + 1e9 * numpy.eye(len(points))
    assert distance.min() > 30
    view.keyboard.press("Escape")
    assert view.evaluate(places) == before


def test_hostile_names_are_only_text(view):
    for name in HOSTILE:
        view.evaluate("id => kg.select('entity', id)", f"Company:{name}")
        assert view.locator("#panel h2").text_content() == name
    view.click("#show-table")
    view.fill("#search", "script")
    assert view.locator("img").count() == 0


def test_csv_has_no_formula(view):
    lines = view.evaluate("kg.toCsv()").removeprefix("\ufeff").split("\r\n")
    assert len(lines) == 1 + 110 + 1
    assert not [cell for line in lines for cell in re.findall(r'"((?:[^"]|"")*)"', line) if re.match(r"[=+@-]", cell)]


def test_table_lists_the_visible_facts(view):
    view.click("#show-table")
    assert view.locator("#table tbody tr").count() == 70
    view.click("#table tbody .link >> nth=0")
    assert view.locator("#panel .evidence").count() > 0


def test_empty_graph_says_so(view, pages):
    view.goto((pages / "empty.html").as_uri())
    assert "图谱是空的" in view.inner_text("#panel")
    view.click("#show-table")


def test_odd_graph_is_shown_whole(view, pages):
    view.goto((pages / "odd.html").as_uri())
    assert shown(view) == [2, 3, 2, 3]  # the fact without evidence is not shown, nor the entity without facts
    for entity in odd_graph().entities:
        view.evaluate("id => kg.select('entity', id)", entity.id)
        assert view.locator("#panel h2").text_content() == (entity.name or entity.id)
    view.evaluate("kg.select('fact', 'silent')")
    view.evaluate("kg.isolate(kg.view.facts[0].fact.subject, 2)")
    view.reload()
    assert view.locator("#panel h2").text_content() == "甲"


def test_large_graph_opens_at_once(view, pages):
    view.goto((pages / "large.html").as_uri())
    assert shown(view)[-1] == 800
    assert view.evaluate("performance.now()") < 5_000
    assert view.evaluate("{ const start = performance.now(); kg.refresh(); performance.now() - start }") < 1_000


def test_phone_width_has_no_sideways_scroll(view):
    view.set_viewport_size({"width": 375, "height": 700})
    view.click("#open-filters")
    assert view.locator("#filters").is_visible()
    assert view.evaluate("document.documentElement.scrollWidth") <= 375


def test_path_leads_over_facts_that_nobody_denies(view):
    view.evaluate("kg.select('entity', 'Company:openai')")
    view.click("#find-path")
    view.keyboard.type("云帆数字人")
    view.keyboard.press("Enter")
    steps = view.locator("#panel .steps > li")
    ends = [view_item.locator(".entity").all_inner_texts() for view_item in steps.all()]
    assert "OpenAI" in ends[0]
    assert "云帆数字人" in ends[-1]
    assert all(set(one) & set(other) for one, other in pairwise(ends))
    assert view.locator("#panel .steps .badge-negated").count() == 0


# Ends, bend and control point of an edge that is not straight.
BENT_EDGE = """() => {
  const { from, to, options, edgeType } = Object.values(kg.network.body.edges).find((e) => e.options.smooth.enabled);
  const at = ({ x, y }) => [x, y];
  const { type, roundness } = options.smooth;
  return [at(from), at(to), type, roundness, at(edgeType._getViaCoordinates())];
}"""


def test_drawn_edge_bows_as_it_was_planned(view):
    """The curve that bends.py reckons with is the one that vis-network draws."""
    start, end, kind, roundness, via = view.evaluate(BENT_EDGE)
    planned = control_point(numpy.array(start), numpy.array(end), roundness if kind == "curvedCW" else -roundness)
    assert planned == pytest.approx(via, abs=0.1)
