# SPDX-License-Identifier: BSD-3-Clause
"""One frame that was given: its planes, and what of it every frame of a clip has to share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import READ_DEPTHS, SUBSAMPLING

if TYPE_CHECKING:
    from av import VideoFrame

Plane = NDArray[Any]
GivenFrame: TypeAlias = "Plane | tuple[Plane, Plane, Plane] | VideoFrame"
_FULL_RANGE, _LIMITED_RANGE = 2, 1  # FFmpeg's numbers
_EXPECTED = (
    "expected a plane of luma, (height, width), a tuple of the planes Y, U and V, or PyAV's VideoFrame"
)


@dataclass(frozen=True)
class Form:
    """What the frames of a clip are.

    `shapes` are those of the planes, luma first; `bit_depth` is None where only the caller can tell.
    """

    shapes: tuple[tuple[int, ...], ...]
    dtype: str
    bit_depth: int | None = None
    color_range: str | None = None

    def __str__(self) -> str:
        return f"{self.dtype} of {' and '.join(map(str, self.shapes))}"

    @property
    def chroma(self) -> str | None:
        """The layout in digits, or "mono"; None if chroma has the size of no layout."""
        if len(self.shapes) == 1:
            return "mono"
        (height, width), u, v = self.shapes
        for layout, (across, down) in SUBSAMPLING.items():
            if u == v == (-(-height // down), -(-width // across)):
                return layout
        return None


def is_frame(item: object) -> bool:
    """Whether an item is meant as one frame, good or bad, rather than as a clip."""
    is_planes = isinstance(item, tuple) and any(isinstance(plane, np.ndarray) for plane in item)
    return isinstance(item, np.ndarray) or is_planes or _is_decoded(item)


def planes_of(item: object, which: str) -> tuple[tuple[Plane, ...], Form]:
    """Return the planes of a frame where they lie, and its form; `which` names it.

    Raises:
        VideoError: it is no frame, or one that is not compared.
    """
    if _is_decoded(item):
        return _decoded_planes(item, which)
    planes = item if isinstance(item, tuple) else (item,)
    if len(planes) not in (1, 3):
        raise VideoError(f"{which} has {len(planes)} planes; {_EXPECTED}.")
    for plane in planes:
        if not isinstance(plane, np.ndarray) or isinstance(plane, np.ma.MaskedArray):
            raise VideoError(f"{which} is {type(plane).__name__}; {_EXPECTED}.")
        if plane.ndim != 2:
            raise VideoError(f"{which} has the shape {plane.shape}; {_EXPECTED}.")
    form = Form(tuple(plane.shape for plane in planes), str(planes[0].dtype))
    if form.dtype not in ("uint8", "uint16") or any(plane.dtype != planes[0].dtype for plane in planes):
        dtypes = " and ".join(dict.fromkeys(str(plane.dtype) for plane in planes))
        raise VideoError(f"{which} is {dtypes}; expected uint8, or uint16 with the value in the low bits.")
    return planes, form


def check_samples(planes: Sequence[Plane], bit_depth: int, which: str) -> None:
    """Raise `VideoError` for samples that have more bits than they should."""
    for plane in planes if bit_depth not in (8, 16) else ():
        highest = int(plane.max())
        if highest >> bit_depth:
            raise VideoError(
                f"{which} has a sample of {highest}, more than {bit_depth} bits hold; give values in the low"
                f" bits (frame >> {16 - bit_depth} if they are in the high ones), or another bitdepth."
            )


def _is_decoded(item: object) -> TypeGuard[VideoFrame]:
    """Tell PyAV's frames without importing it."""
    return type(item).__module__.partition(".")[0] == "av" and hasattr(item, "planes")


def _decoded_planes(frame: VideoFrame, which: str) -> tuple[tuple[Plane, ...], Form]:
    from vmaf_dnn.video.ffmpeg.probe import planar_layout

    name = frame.format.name
    layout = planar_layout(name)
    if layout is None or layout[1] not in READ_DEPTHS or name.endswith("be"):
        raise VideoError(
            f"{which} is {name}, whose planes are not compared as they lie; convert it, and the other clip"
            " alike (frame.reformat(format='yuv420p'))."
        )
    if frame.is_corrupt:
        raise VideoError(f"{which} is damaged, as its decoder says.")
    chroma, bit_depth = layout
    dtype = np.dtype(np.uint8 if bit_depth == 8 else np.uint16)
    n_planes = 1 if chroma == "mono" else 3
    planes = tuple(_view(plane, dtype) for plane in frame.planes[:n_planes])
    ranges = {_FULL_RANGE: "full", _LIMITED_RANGE: "limited"}
    shapes = tuple(plane.shape for plane in planes)
    return planes, Form(shapes, str(dtype), bit_depth, ranges.get(int(frame.color_range)))


def _view(plane: Any, dtype: np.dtype[Any]) -> Plane:
    """Return a plane where it lies; the array keeps it."""
    samples: Plane = np.frombuffer(plane, dtype)
    return samples.reshape(-1, plane.line_size // dtype.itemsize)[: plane.height, : plane.width]
