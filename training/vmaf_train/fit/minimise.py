# SPDX-License-Identifier: BSD-3-Clause
"""Full-batch minimisation of a smooth loss in float64, by L-BFGS with a line search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor

_CHUNK = 25  # iterations between two signs of life
_HISTORY = 50


def minimise(
    parameters: Iterable[torch.nn.Parameter], loss: Callable[[], Tensor], n_iterations: int
) -> Iterator[int]:
    """Yield the iterations done, now and then; the parameters are where the last of them left them."""
    optimiser = torch.optim.LBFGS(
        parameters,
        max_iter=_CHUNK,
        history_size=_HISTORY,
        line_search_fn="strong_wolfe",
        tolerance_grad=1e-9,
        tolerance_change=1e-12,
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    for n_done in range(0, n_iterations, _CHUNK):
        optimiser.step(closure)  # type: ignore[no-untyped-call]
        yield min(n_done + _CHUNK, n_iterations)
