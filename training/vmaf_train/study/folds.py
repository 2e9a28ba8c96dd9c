# SPDX-License-Identifier: BSD-3-Clause
"""Which sources a net must not see: those of one film together, or a held-out list as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.table import column, sources_of, split_by_source
from vmaf_train.files import read_json

Groups = Mapping[str, Sequence[str]]
"""Sources that are one content, such as several files of one film, under the name of the content."""


@dataclass(frozen=True)
class Fold:
    """The sources that one net is judged on, so that it must not be fitted to them."""

    name: str
    sources: tuple[str, ...]

    def rows(self, table: pa.Table) -> NDArray[np.bool_]:
        """(n,) where the table's rows are of these sources."""
        return np.isin(column(table, "source").astype(str), self.sources)


def read_groups(path: Path | None) -> Groups:
    """Return the `groups` of a file; without a file, none.

    Raises `InvalidArgument` unless it is a JSON object of lists of strings, no string in two lists.
    """
    groups = {} if path is None else read_json(path).get("groups")
    lists = list(groups.values()) if isinstance(groups, dict) else [None]
    if not all(isinstance(one, list) and all(isinstance(name, str) for name in one) for one in lists):
        raise InvalidArgument(f'{path} lacks "groups", lists of source names; see training/configs.')
    members = [name for one in lists for name in one or ()]
    if twice := sorted({name for name in members if members.count(name) > 1}):
        raise InvalidArgument(f"{path} names the source {twice[0]!r} twice; a source is of one group.")
    return groups or {}


def contents(table: pa.Table, groups: Groups) -> list[Fold]:
    """Return the table's sources, those of a group as one, sorted by name.

    Raises `InvalidArgument` for a group with a source that the table lacks: a wrong name would put one
    film on both sides.
    """
    alone = set(sources_of(table))
    folds = [Fold(name, tuple(sorted(members))) for name, members in groups.items()]
    for fold in folds:
        if unknown := sorted(set(fold.sources) - alone):
            raise InvalidArgument(
                f"The source {unknown[0]!r} of the group {fold.name} is not in the table; correct the group."
            )
        alone -= set(fold.sources)
    return sorted([*folds, *(Fold(name, (name,)) for name in alone)], key=lambda fold: fold.name)


def leave_one_out(table: pa.Table, groups: Groups) -> list[Fold]:
    """Return a fold for each content. Raises `InvalidArgument` for a table with fewer than two."""
    folds = contents(table, groups)
    if len(folds) < 2:
        raise InvalidArgument(
            f"The table has one source, {folds[0].name!r}; leaving one out needs at least two, so add clips"
            " of other content."
        )
    return folds


def hold_out(table: pa.Table, held_out: Sequence[str]) -> list[Fold]:
    """One fold, of all held-out sources.

    Raises `InvalidArgument` for an empty list, and as `split_by_source` does.
    """
    if not held_out:
        raise InvalidArgument("No source is held out, so there is nothing to judge by; name some.")
    split_by_source(table, held_out)
    return [Fold("held out", tuple(sorted(held_out)))]
