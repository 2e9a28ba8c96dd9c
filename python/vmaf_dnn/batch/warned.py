# SPDX-License-Identifier: BSD-3-Clause
"""The warnings of one thread, kept: `warnings.catch_warnings` mixes those of threads that score beside it."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_lock = threading.Lock()
_of_thread = threading.local()
_kept: list[Any] = []  # how warnings were shown before, while somebody collects
_n_collecting = 0


@contextmanager
def collected() -> Iterator[list[Warning]]:
    """Yield the list that this thread's warnings go to, each time that they are raised."""
    found: list[Warning] = []
    outer, _of_thread.found = getattr(_of_thread, "found", None), found
    _begin()
    try:
        yield found
    finally:
        _of_thread.found = outer
        _end()


def _begin() -> None:
    global _n_collecting  # noqa: PLW0603
    with _lock:
        _n_collecting += 1
        if _n_collecting == 1:
            _kept[:] = [warnings.showwarning, warnings.filters[:]]
            warnings.simplefilter("always", RuntimeWarning)
            warnings.showwarning = _show


def _end() -> None:
    global _n_collecting  # noqa: PLW0603
    with _lock:
        _n_collecting -= 1
        if _n_collecting == 0:
            warnings.showwarning, warnings.filters[:] = _kept  # type: ignore[index]
            warnings._filters_mutated()  # type: ignore[attr-defined]


def _show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
    found = getattr(_of_thread, "found", None)
    if found is None:
        _kept[0](message, category, *where, **more)
    else:
        found.append(message if isinstance(message, Warning) else category(message))
