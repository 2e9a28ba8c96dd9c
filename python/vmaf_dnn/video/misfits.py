# SPDX-License-Identifier: BSD-3-Clause
"""Clips of a ladder that can't be scored, while the rest of it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vmaf_dnn.errors import VideoError

REFERENCE = -1
"""Index of the clip that no run goes on without."""


class Misfits:
    """Keeps account of the distorted clips of a run, by index, as some of them fall out of it.

    `tell` is called with each that does, and why. Without it the first one ends the run.
    """

    def __init__(self, n_clips: int, tell: Callable[[int, VideoError], None] | None = None) -> None:
        self._tell = tell
        self.left = list(range(n_clips))
        """Clips that are still scored."""

    @property
    def end_the_run(self) -> bool:
        """Whether one misfit does."""
        return self._tell is None

    @contextmanager
    def dropping(self, index: int) -> Iterator[None]:
        """Go on after a `VideoError` of the block, without that clip."""
        try:
            yield
        except VideoError as error:
            if self._tell is None or index == REFERENCE:
                raise
            self.left.remove(index)
            self._tell(index, error)
