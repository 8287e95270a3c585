"""From pairs of names to pairs of entities: what all places of two entities in a window say together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kg.neural.pairs import PairBatch, RelationClasses
from kg.neural.section import Marked


@dataclass(frozen=True, slots=True)
class Groups:
    """Pairs of one window by the two entities they join.

    Attributes:
        keys: the two entities of each group, sorted.
        rows: the pairs of each group.
        flipped: for each pair, whether its first name is of the second entity of the key.
    """

    keys: list[tuple[str, str]]
    rows: list[list[int]]
    flipped: list[bool]


def group_pairs(names: Sequence[Marked], pairs: PairBatch) -> Groups:
    """The pairs of a window by the entities they join, in order of their first pair."""
    rows: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    flipped = []
    for row, (i, j) in enumerate(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)):
        ends = names[i].entity, names[j].entity
        flipped.append(ends[0] > ends[1])
        rows[min(ends), max(ends)].append(row)
    return Groups(list(rows), list(rows.values()), flipped)


def pool_pairs(scores: Tensor, groups: Groups, classes: RelationClasses) -> Tensor:
    """What all pairs of two entities say together: the smooth maximum over pairs of how far a class beats none.

    One mention pair that states a relation is enough, and training need not know which one it is.

    Args:
        scores: (pairs, classes) logits.
        groups: the pairs by entities.
        classes: to turn the classes of flipped pairs round.

    Returns:
        (groups, classes) logits, that of none 0; forwards means that the group's first entity is the subject.
    """
    flipped = torch.tensor(groups.flipped, device=scores.device).unsqueeze(1)
    turned = torch.where(flipped, scores[:, classes.turned.to(scores.device)], scores)
    margins = turned - turned[:, :1]  # (pairs, classes)
    longest = max(map(len, groups.rows))
    index = torch.tensor([[*rows, *[0] * (longest - len(rows))] for rows in groups.rows], device=scores.device)
    sizes = torch.tensor([len(rows) for rows in groups.rows], device=scores.device)
    padding = torch.arange(longest, device=scores.device) >= sizes.unsqueeze(1)  # (groups, longest)
    pooled = margins[index].masked_fill(padding.unsqueeze(-1), -1e5).logsumexp(1)  # (groups, classes)
    return torch.cat((torch.zeros_like(pooled[:, :1]), pooled[:, 1:]), 1)
