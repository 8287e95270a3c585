"""Whatever is typed as a question, the graph stays as it is, the engine stays up, and the next question is answered."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from attempts import CALLS, COMMANDS, ENDLESS, FUNCTIONS, GREEDY, LANGUAGES, LOADS, TRANSACTIONS, WRITES
from landscape import landscape
from stores import Server, dump, wipe

from kg.errors import QueryError
from kg.store import Store
from kg.store.guard import refuse_unsafe

OUTSIDE = (*LOADS, *CALLS, *FUNCTIONS, *COMMANDS, *TRANSACTIONS)
ALL = (*WRITES, *OUTSIDE, *LANGUAGES, *ENDLESS, *GREEDY)


@pytest.fixture(scope="module")
def asked(server: Server) -> Iterator[Store]:
    """A client with narrow limits on a store that is not empty."""
    with server.open(timeout=1.0, max_rows=1_000) as store:
        wipe(store)
        for graph in landscape():
            store.write(graph, pipeline="1")
        yield store


@pytest.fixture(scope="module")
def before(asked: Store) -> list[str]:
    """What is in it."""
    return dump(asked)


def refusal(store: Store, text: str, before: list[str]) -> str:
    """What the store says to a question; that it says it in one line, changes nothing and answers the next."""
    with pytest.raises(QueryError) as refused:
        store.cypher(text, {})
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 700
    is_well(store, before)
    return str(refused.value)


def is_well(store: Store, before: list[str]) -> None:
    """Nothing has changed, and the next question is answered."""
    assert dump(store) == before
    assert store.cypher("MATCH (d:Document) RETURN count(d) AS n", {}).rows == ((3,),)


def test_there_are_many_attempts():
    assert len(set(ALL)) == len(ALL) >= 60


@pytest.mark.parametrize("text", WRITES)
def test_a_question_cannot_write(asked: Store, before: list[str], text: str):
    refusal(asked, text, before)


@pytest.mark.parametrize("text", OUTSIDE)
def test_a_question_cannot_reach_outside(asked: Store, before: list[str], text: str):
    refusal(asked, text, before)


@pytest.mark.parametrize("text", [*LOADS, *CALLS, *FUNCTIONS, *COMMANDS])
def test_what_reaches_outside_is_refused_before_it_runs(text: str):
    with pytest.raises(QueryError):
        refuse_unsafe(text)


@pytest.mark.parametrize("text", LANGUAGES)
def test_a_question_is_in_no_other_language(asked: Store, before: list[str], text: str):
    refusal(asked, text, before)


@pytest.mark.slow
@pytest.mark.parametrize("text", ENDLESS)
def test_an_endless_question_ends(asked: Store, before: list[str], text: str):
    assert refusal(asked, text, before)


@pytest.mark.slow
@pytest.mark.parametrize("text", GREEDY)
def test_a_greedy_question_leaves_the_engine_up(asked: Store, before: list[str], text: str):
    with suppress(QueryError):
        asked.cypher(text, {})
    is_well(asked, before)


@pytest.mark.slow
def test_many_greedy_questions_at_once_leave_the_engine_up(asked: Store, before: list[str]):
    def ask(text: str) -> None:
        with suppress(QueryError):
            asked.cypher(text, {})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ask, [text for text in GREEDY if "reduce" in text] * 4))
    is_well(asked, before)
