# SPDX-License-Identifier: BSD-3-Clause
"""A clip whose frames are given one after the other, once; the first one tells what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from functools import cached_property
from itertools import chain
from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import BIT_DEPTHS, Clip
from vmaf_dnn.video.given.planes import Form, Plane, check_samples, planes_of
from vmaf_dnn.video.once import Once
from vmaf_dnn.video.stated import Stated


class GivenFrames(Once):
    """The frames, and a name.

    Args:
        frames: what is iterated over once, in a thread.
        name: for messages and reports.
        bit_depth: of samples that are uint16.
        seen: those of the frames that were taken already, to see what they are.
    """

    what = "a sequence of frames"

    def __init__(
        self, frames: Iterable[object], name: str, bit_depth: int | None = None, seen: Sequence[object] = ()
    ) -> None:
        super().__init__(name)
        self._bit_depth = bit_depth
        self._n_frames = len(frames) if isinstance(frames, Sized) else None
        self.iterator = iter(frames)
        self._items, self._n_taken = chain(seen, self.iterator), 0
        self._first: tuple[Plane, ...] | None = None

    @cached_property
    def clip(self) -> Clip:
        """What the frames are. Raises `VideoError` if there is none, or none that can be compared."""
        form = self._form
        chroma = form.chroma
        if chroma is None:
            raise VideoError(f"{self._which(0)} is {form}; chroma has the size of no layout that is known.")
        height, width = form.shapes[0]
        return Clip(
            Path(self.name),
            width,
            height,
            self._bits_of(form),
            chroma,
            (),
            frame_offsets=None if self._n_frames is None else range(self._n_frames),
            stated=Stated(color_range=form.color_range),
            once=self,
        )

    def take(self) -> tuple[Plane, ...] | None:
        """Return the planes of the next frame, good until the one after it is taken; None at the end.

        Raises:
            VideoError: it is not as the first one was. What the iterator raises passes.
        """
        clip, form = self.clip, self._form
        if self._first is not None:
            planes, self._first = self._first, None
        else:
            found = self._next()
            if found is None:
                return None
            planes, its_form = found
            if its_form != form:
                which = self._which(self._n_taken - 1)
                raise VideoError(f"{which} is {its_form}, expected {form} as those before it.")
        check_samples(planes, clip.bit_depth, self._which(self._n_taken - 1))
        return planes

    @cached_property
    def _form(self) -> Form:
        found = self._next()
        if found is None:
            raise VideoError(f"{self.name} holds no frame.")
        self._first, form = found
        return form

    def _next(self) -> tuple[tuple[Plane, ...], Form] | None:
        for item in self._items:
            self._n_taken += 1
            return planes_of(item, self._which(self._n_taken - 1))
        return None

    def _bits_of(self, form: Form) -> int:
        stated = form.bit_depth or (8 if form.dtype == "uint8" else None)
        if stated is None and self._bit_depth is None:
            depths = " or ".join(str(bits) for bits in BIT_DEPTHS if bits > 8)
            raise VideoError(
                f"{self._which(0)} is uint16; say how many of its bits count, bitdepth={depths}."
            )
        bits = stated or self._bit_depth
        assert bits is not None
        if self._bit_depth not in (None, bits) or (bits > 8) != (form.dtype == "uint16"):
            raise VideoError(
                f"{self._which(0)} is {form.dtype} of {stated or 'more than 8'} bits, and bitdepth="
                f"{self._bit_depth} was given; leave it out, or give frames of so many bits."
            )
        return bits

    def _which(self, number: int) -> str:
        return f"frame {number} of the {self.name}"
