"""Sections, windows, tags, batches: what the network reads, without a network."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="the neural room needs torch: pip install -e '.[neural]'")


from kg.neural.batching import HintTags, group_by_length  # noqa: E402
from kg.neural.labels import Labels  # noqa: E402
from kg.neural.section import (  # noqa: E402
    Finding,
    Hint,
    Marked,
    Section,
    Unit,
    Window,
    cut_windows,
    localise,
    names_inside,
)

LABELS = Labels(("Company", "Product"))


def section_of(lengths):
    units, at = [], 0
    for length in lengths:
        units.append(Unit(at, at + length, "paragraph", 0))
        at += length
    return Section("字" * at, tuple(units))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(8, 30), st.integers(0, 12))
def test_windows_own_every_character_once(lengths, longest, overlap):
    section = section_of(lengths)
    windows = list(cut_windows(section, longest, overlap))
    assert [one.own for one in windows] == [0, *[one.end for one in windows[:-1]]]
    assert windows[-1].end == len(section.text)
    assert all(one.start <= one.own < one.end and one.end - one.start <= longest for one in windows)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(8, 30), st.integers(0, 12))
def test_windows_share_at_most_the_overlap(lengths, longest, overlap):
    assert all(one.own - one.start <= overlap for one in cut_windows(section_of(lengths), longest, overlap))


@st.composite
def names_of_text(draw):
    length = draw(st.integers(1, 30))
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=10)))
    kinds = st.sampled_from(LABELS.types)
    return length, [(a, b, draw(kinds)) for a, b in itertools.pairwise(cuts) if draw(st.booleans())]


@given(names_of_text())
def test_names_come_back_from_their_tags(case):
    length, names = case
    assert list(LABELS.to_spans(LABELS.to_tags(names, length))) == names


@given(st.integers(1, 12), st.integers(0, 2**31))
def test_decoded_tags_are_the_best_valid_ones(length, seed):
    scores = torch.randn(length, len(LABELS), generator=torch.Generator().manual_seed(seed))
    free = torch.zeros(length, dtype=torch.bool)
    tags = LABELS.decode(scores, free)
    assert is_valid(tags)
    assert tags == LABELS._walk(scores, free.tolist())


@given(st.integers(2, 12), st.integers(0, 2**31))
def test_no_name_cuts_a_word(length, seed):
    scores = torch.randn(length, len(LABELS), generator=torch.Generator().manual_seed(seed))
    tags = LABELS.decode(scores, torch.ones(length, dtype=torch.bool))
    assert [(start, end) for start, end, _ in LABELS.to_spans(tags)] in ([], [(0, length)])


def is_valid(tags):
    steps = sum(float(LABELS.steps[a, b]) for a, b in itertools.pairwise(tags))
    return float(LABELS.start[tags[0]]) + steps + float(LABELS.stop[tags[-1]]) == 0


def test_decoding_beats_every_valid_sequence_by_brute_force():

    labels = Labels(("Company",))
    scores = torch.randn(4, len(labels), generator=torch.Generator().manual_seed(3))

    def total(tags):
        barred = labels.start[tags[0]] + labels.stop[tags[-1]]
        barred = barred + sum(labels.steps[a, b] for a, b in itertools.pairwise(tags))
        return float(barred + sum(scores[at, tag] for at, tag in enumerate(tags)))

    best = max(itertools.product(range(len(labels)), repeat=4), key=total)
    assert labels.decode(scores, torch.zeros(4, dtype=torch.bool)) == list(best)


def test_hint_tags_tell_list_from_rule_and_type_from_type():
    tags = HintTags(("Company", "Product"))
    hints = [Hint(0, 2, "Company", "list"), Hint(2, 3, "Company", "form"), Hint(3, 5, "Product", "list")]
    written = tags.write(hints, Window(0, 0, 6))
    assert len(set(written)) == 6
    assert written[5] == 0
    assert max(written) < len(tags)


def test_hint_that_a_window_cuts_is_left_out():
    assert HintTags(("Company",)).write([Hint(0, 4, "Company", "list")], Window(2, 2, 6)) == [0, 0, 0, 0]


@given(st.lists(st.integers(1, 300), min_size=1, max_size=60), st.integers(300, 2000))
def test_groups_hold_every_position_once_and_no_more_than_fits(lengths, capacity):
    groups = list(group_by_length(lengths, capacity))
    assert sorted(at for group in groups for at in group) == list(range(len(lengths)))
    assert all(max(lengths[at] for at in group) * len(group) <= capacity for group in groups)


HEADED = Section("甲公司\n乙。丙丙。丁丁丁。", (
    Unit(0, 3, "heading", 0), Unit(4, 6, "paragraph", 1), Unit(6, 9, "paragraph", 1), Unit(9, 13, "paragraph", 1),
))  # fmt: skip


def test_later_windows_are_led_by_the_heading():
    first, second = cut_windows(HEADED, 9, 0)
    assert (first.text(HEADED), second.text(HEADED)) == ("甲公司\n乙。丙丙。", "甲公司\n丁丁丁。")


def test_names_of_the_lead_stand_in_front_of_the_window():
    _, second = cut_windows(HEADED, 9, 0)
    names = [Marked(0, 3, "Company", "甲"), Marked(6, 8, "Product", "丙"), Marked(9, 12, "Product", "丁")]
    inside = names_inside(names, second)
    local, shifted, rules = localise(HEADED, names, [Finding(0, "DEVELOPS", 2, 0.5)], inside, second)
    assert [local.text[one.start : one.end] for one in shifted] == ["甲公司", "丁丁丁"]
    assert rules == [Finding(0, "DEVELOPS", 1, 0.5)]
    assert [(unit.start, unit.end, unit.kind) for unit in local.units] == [(0, 3, "heading"), (4, 8, "paragraph")]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(8, 30), st.integers(0, 12))
def test_lead_never_overlaps_its_window(lengths, longest, overlap):
    section = section_of(lengths)
    for window in cut_windows(section, longest, overlap):
        assert window.lead[1] <= window.start or window.lead == (0, 0)
        assert len(window.text(section)) == window.offset + window.end - window.start
