# SPDX-License-Identifier: BSD-3-Clause
"""Reading hides: the next item is fetched while one is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from vmaf_dnn.errors import VideoError

Item = TypeVar("Item")


@contextmanager
def fetched_ahead(items: Iterator[Item], interrupt: Callable[[], None]) -> Iterator[Iterator[Item]]:
    """Iterate over `items` by a thread that is one ahead, so that two of them are in use at a time.

    What fetching raises is raised where the item would have come. `interrupt` is called if the block is
    left early: it has to end a fetch that waits. Raises `VideoError` if there can be no thread.
    """
    with ThreadPoolExecutor(1, "read-ahead") as pool:
        end = object()

        def iterate() -> Iterator[Item]:
            try:
                coming = pool.submit(next, items, end)
            except RuntimeError as error:
                raise VideoError(
                    f"no thread can be started that reads ahead ({error}); end processes that are not needed,"
                    " or raise their limit (ulimit -u)."
                ) from error
            while (item := coming.result()) is not end:
                coming = pool.submit(next, items, end)
                yield item  # type: ignore[misc]  # it is not `end`

        try:
            yield iterate()
        finally:
            interrupt()
