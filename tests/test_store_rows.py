"""Parameters of statements: bounded batches, bounded names."""

from kg.store.rows import MAX_BYTES, MAX_ID, batches, bounded_id, bounded_name


def test_batches_keep_order_and_number_of_rows():
    rows = [{"id": str(index)} for index in range(4_500)]
    parts = list(batches(rows))
    assert [len(part) for part in parts] == [2_000, 2_000, 500]
    assert [row for part in parts for row in part] == rows


def test_batches_stay_below_eight_mebibytes():
    rows = [{"props": {"text": "长" * 100_000, "list": ["短"]}} for _ in range(60)]
    parts = list(batches(rows))
    sizes = [sum(len(row["props"]["text"].encode()) for row in part) for part in parts]
    assert sum(map(len, parts)) == 60
    assert max(sizes) <= MAX_BYTES


def test_one_row_larger_than_a_batch_goes_alone():
    large = {"text": "x" * MAX_BYTES}
    assert [len(part) for part in batches([{"text": "a"}, large, {"text": "b"}])] == [1, 1, 1]


def test_no_rows_are_no_batch():
    assert list(batches([])) == []


def test_long_ids_are_bounded_and_stay_apart():
    one, two = "Company:" + "长" * 5_000 + "一", "Company:" + "长" * 5_000 + "二"
    assert len(bounded_id(one)) == MAX_ID
    assert bounded_id(one) != bounded_id(two)
    assert bounded_id(bounded_id(one)) == bounded_id(one)
    assert bounded_id("Company:百度") == "Company:百度"


def test_long_names_are_cut_with_a_sign():
    assert bounded_name("百度") == "百度"
    assert bounded_name("长" * 501) == "长" * 499 + "…"
