# SPDX-License-Identifier: BSD-3-Clause
"""Clips of a ladder that could not be scored: left out of what is written, and named at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from vmaf_dnn.errors import VideoError, VmafDnnError


class Misfits(VmafDnnError):
    """Ends a run whose other clips have their reports.

    Attributes:
        clips: those that have none, as they were named.
        errors: why.
    """

    def __init__(self) -> None:
        super().__init__("clips could not be scored")
        self.clips: list[str] = []
        self.errors: list[VideoError | str] = []

    def add(self, clip: str | os.PathLike[str], error: VideoError) -> None:
        """Take one more."""
        self.clips.append(str(clip))
        self.errors.append(error)

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Let an error of the block be named after those of clips, if there are any."""
        try:
            yield
        except VmafDnnError as error:
            if not self.errors:
                raise
            self.errors.append(str(error))
