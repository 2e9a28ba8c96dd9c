# SPDX-License-Identifier: BSD-3-Clause
"""The frames of a reference and of its distorted versions, side by side, until the clips end together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import TYPE_CHECKING

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.ahead import fetched_ahead
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.comparison import Comparison
from vmaf_dnn.video.frames import Frame, FrameReader, frame_reader
from vmaf_dnn.video.misfits import Misfits
from vmaf_dnn.video.timing.selection import Selection

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg


@contextmanager
def frames_abreast(
    comparison: Comparison,
    ffmpeg: Callable[[], FFmpeg],
    misfits: Misfits,
    look: Callable[[Sequence[Frame]], None],
    *,
    with_chroma: bool,
    n_before: int = 0,
) -> Iterator[Iterator[list[Frame]]]:
    """Iterate over the frames that belong together, the reference's first; a thread reads them ahead.

    It also shows them to `look`. `n_before` frames of the clips are compared elsewhere, before these.
    A clip that `misfits` drops on the way has the reference's frame from there on. Raises `VideoError` for
    clips that can't be read, or that don't end together though they have to.
    """
    options, shown = comparison.options, comparison.shown

    def reader(clip: Clip, selection: Selection) -> FrameReader:
        opened = frame_reader(clip, selection, shown, options, ffmpeg, with_chroma=with_chroma)
        return stack.enter_context(opened)

    with ExitStack() as stack:
        of_reference, *of_distorted = comparison.selections
        reference = reader(comparison.reference, of_reference)
        distorted: list[_Distorted] = []
        for index, clip, selection in zip(
            list(misfits.left), comparison.distorted, of_distorted, strict=True
        ):
            row = _Distorted(clip, index)
            with misfits.dropping(index):
                row.reader = reader(clip, selection)
            distorted.append(row)
        abreast = _Abreast(comparison, reference, distorted, misfits, look, n_before)
        yield stack.enter_context(fetched_ahead(abreast.frames(), abreast.interrupt))


class _Distorted:
    """A distorted clip, its index among all, its reader, and the frame that was read last."""

    def __init__(self, clip: Clip, index: int) -> None:
        self.clip, self.index = clip, index
        self.reader: FrameReader | None = None
        self.frame: Frame | None = None


class _Abreast:
    def __init__(
        self,
        comparison: Comparison,
        reference: FrameReader,
        distorted: Sequence[_Distorted],
        misfits: Misfits,
        look: Callable[[Sequence[Frame]], None],
        n_before: int,
    ) -> None:
        self._comparison, self._reference = comparison, reference
        self._distorted, self._misfits, self._look = distorted, misfits, look
        self._n_before = n_before

    def frames(self) -> Iterator[list[Frame]]:
        for n_read in count(self._n_before):
            reference = self._reference.read()
            for row in self._left():
                with self._dropping(row):
                    assert row.reader is not None
                    row.frame = row.reader.read()
            has_ended = [reference is None, *(row.frame is None for row in self._left())]
            if any(has_ended):
                self._end(reference, n_read)
            if reference is None or not self._left() or (any(has_ended) and self._is_cut):
                return
            frames = [reference, *(reference if row.frame is None else row.frame for row in self._distorted)]
            self._look(frames)
            yield frames

    def interrupt(self) -> None:
        for reader in (self._reference, *(row.reader for row in self._distorted)):
            if reader is not None:
                reader.interrupt()

    @property
    def _is_cut(self) -> bool:
        return self._comparison.options.shortest

    def _left(self) -> list[_Distorted]:
        return [row for row in self._distorted if row.index in self._misfits.left]

    @contextmanager
    def _dropping(self, row: _Distorted) -> Iterator[None]:
        with self._misfits.dropping(row.index):
            yield
        if row.index not in self._misfits.left:
            row.frame = None
            if row.reader is not None:
                row.reader.interrupt()

    def _end(self, reference: Frame | None, n_read: int) -> None:
        """Drop clips that end before the reference or go on after it; where all end, see how they did."""
        ends_all = reference is None or self._is_cut
        if ends_all or self._misfits.end_the_run:
            self._reference.close()
        for row in self._left():
            has_ended = row.frame is None
            with self._dropping(row):
                assert row.reader is not None
                if ends_all or has_ended or self._misfits.end_the_run:
                    row.reader.close()
                if (reference is None, has_ended) != (False, False):
                    self._check_end(row.clip, (reference is None, has_ended), n_read)

    def _check_end(self, clip: Clip, has_ended: tuple[bool, bool], n_read: int) -> None:
        paths = self._comparison.reference.path, clip.path
        first = has_ended.index(True)
        if n_read == 0:
            selections = self._comparison.selections
            n_skipped = selections[1 + self._comparison.distorted.index(clip) if first else 0].first
            fault = f"{paths[first]} ends within the {n_skipped} frames to be skipped; skip fewer of them."
            raise VideoError(fault)
        if not all(has_ended) and not self._is_cut:
            raise VideoError(
                f"the clips differ in length: {n_read} frames in {paths[first]}, more in {paths[1 - first]};"
                " --shortest (shortest=True) scores the common part."
            )
