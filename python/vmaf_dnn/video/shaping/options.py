# SPDX-License-Identifier: BSD-3-Clause
"""What a caller may ask to be done to clips before they are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from vmaf_dnn.checks import require_switch
from vmaf_dnn.errors import InvalidArgument

AUTO = "auto"
SCALE_METHODS = ("bicubic", "bilinear", "lanczos", "spline", "area")
MATRICES = ("bt709", "bt601")
DEPTHS = (AUTO, 8, 10, 12, 16)


@dataclass(frozen=True, kw_only=True)
class ShapeOptions:
    """How to bring clips to one form; the defaults change nothing.

    Attributes:
        depth: raise shallower clips exactly, to so many bits a sample: 8, 10, 12 or 16, or ``"auto"`` for
            those of the deepest.
        crop: cut black bars off: ``"W:H:X:Y"`` of each clip that has not that shape yet, or ``"auto"``.
        deinterlace: make whole pictures of clips that state fields, as many as there are frames.
        scale_method: how clips are scaled: ``"bicubic"``, ``"bilinear"``, ``"lanczos"``, ``"spline"`` or
            ``"area"``.
        no_grain: decode AV1 without the grain that its encoder took out and had put on again.
        matrix: ``"bt709"`` or ``"bt601"``, by which clips of RGB are made into YUV.

    Raises:
        InvalidArgument: a value is of the wrong type or out of range.
    """

    depth: int | str | None = None
    crop: str | None = None
    deinterlace: bool = False
    scale_method: str = SCALE_METHODS[0]
    no_grain: bool = False
    matrix: str | None = None

    def __post_init__(self) -> None:
        require_one_of(DEPTHS, "depth", self.depth)
        require_one_of(SCALE_METHODS, "scale_method", self.scale_method or "")
        require_one_of(MATRICES, "matrix", self.matrix)
        for name in ("deinterlace", "no_grain"):
            require_switch(name, getattr(self, name))
        if self.crop not in (None, AUTO):
            from vmaf_dnn.video.shaping.crop import parse_crop

            parse_crop(self.crop)


def require_one_of(words: tuple[object, ...], name: str, value: object) -> None:
    """Raise `InvalidArgument` unless `value` is None or one of `words`."""
    if value is not None and value not in words:
        raise InvalidArgument(f"{name} must be one of {', '.join(map(str, words))}, got {value}.")


class ShapeKeywords(TypedDict, total=False):
    """The fields of `ShapeOptions` as keywords of a call."""

    depth: int | str | None
    crop: str | None
    deinterlace: bool
    scale_method: str
    no_grain: bool
    matrix: str | None
