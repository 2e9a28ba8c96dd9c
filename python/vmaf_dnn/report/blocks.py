# SPDX-License-Identifier: BSD-3-Clause
"""Long tables are worked through some frames at a time: what is made on the way stays small."""

from __future__ import annotations

from collections.abc import Iterator

_N_ROWS = 8192


def blocks(n_rows: int) -> Iterator[slice]:
    """Yield the parts of `n_rows` rows, one after the other."""
    for start in range(0, n_rows, _N_ROWS):
        yield slice(start, min(start + _N_ROWS, n_rows))
