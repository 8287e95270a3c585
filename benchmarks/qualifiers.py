"""How well status, time, sum and stake of given relations are settled, cross-validated, beside the rules.

    python benchmarks/qualifiers.py build/model/trained ../shared/train/own.jsonl --data seeds/train

The passages are parted in five. For each part a qualifier is fitted to the frozen encoder of the model on the other
four, and on --data, and asked about this one. Printed is the F1 of each qualifier over all parts, and that of the
rules on the same relations. Of the status, `asserted` does not count.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from kg.annotated import Annotated, ExampleMaker, read_annotated
from kg.config import Config
from kg.neural.fitting import answer, fit_qualifier, score_answers
from kg.neural.model import Model
from kg.neural.section import Answer, Asked, Example
from kg.pipeline import Pipeline
from kg.table import Table

PARTS = 5
Answered = tuple[Example, Asked, Answer]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("passages", type=Path)
    parser.add_argument("--data", type=Path, action="append", default=[], help="further passages to fit on")
    given = parser.parse_args()
    maker = ExampleMaker(Pipeline(Config(recogniser="lexicon")))
    passages, more = read_annotated([given.passages]), read_annotated(given.data)
    answered = list(cross_validate(Model.from_folder(given.model), maker, passages, more))
    rules = [(example, asked, by_rules(asked)) for example, asked, _ in answered]
    rows = zip(*(score_answers(one).items() for one in (answered, rules)), strict=True)
    print(f"{len(passages)} passages, {len(answered)} relations; fitted on {len(more)} further passages too")
    table = tuple((name, fitted, by_rule) for (name, fitted), (_, by_rule) in rows)
    print(Table(("qualifier", "fitted", "rules"), table).to_markdown())


def cross_validate(
    model: Model, maker: ExampleMaker, passages: list[Annotated], more: list[Annotated]
) -> Iterator[Answered]:
    """What is said of each part by a qualifier that has not seen it."""
    parts = [[one for passage in passages[part::PARTS] for one in maker.make(passage)] for part in range(PARTS)]
    further = [one for passage in more for one in maker.make(passage)]
    for part, asked in enumerate(parts):
        learned = [one for at, some in enumerate(parts) if at != part for one in some]
        model.qualifier = None  # the one it came with may have seen this part
        fit_qualifier(model, [*learned, *further])
        yield from answer(model, asked)


def by_rules(asked: Asked) -> Answer:
    """What the rules say."""
    return Answer(asked.question.status, asked.question.picked)


if __name__ == "__main__":
    main()
