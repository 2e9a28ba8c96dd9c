# SPDX-License-Identifier: BSD-3-Clause
"""What a caller may say about a pair of clips, and a clip as the extractors see it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypedDict, Unpack

from vmaf_dnn.checks import require_path, require_switch, require_whole_number
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractor import FeatureOptions
from vmaf_dnn.video.clip import BIT_DEPTHS

EXTRACTORS = ("native", "libvmaf")
PIXEL_FORMATS = ("420", "422", "444")


@dataclass(frozen=True)
class VideoOptions:
    """How to read clips and measure their features; the defaults read whole files that describe themselves.

    `width`, `height`, `pixel_format` and `bitdepth` describe headerless raw video and go together.
    `scale` brings the distorted clip to the reference's size (bicubic); `shortest` scores the common
    part of clips that differ in length. `frame_cnt`, `frame_skip_ref`, `frame_skip_dist` and `subsample`
    mean what they mean to libvmaf. `threads` are those of the extractor and of each decoder; 0 takes all
    CPUs at hand for the native extractor, one for libvmaf, and what they like for decoders.

    `extractor` is native, libvmaf (inside ffmpeg), or None for native unless a model that only libvmaf
    holds is asked for. `adm_enhn_gain_limit`, `vif_enhn_gain_limit` and `motion_rule` are those of
    `FeatureOptions`, for the native one.
    Raises `InvalidArgument` for values of the wrong type or out of range.
    """

    width: int | None = None
    height: int | None = None
    pixel_format: str | None = None
    bitdepth: int | None = None
    scale: bool = False
    shortest: bool = False
    threads: int = 0
    frame_cnt: int = 0
    frame_skip_ref: int = 0
    frame_skip_dist: int = 0
    subsample: int = 1
    ffmpeg: str | None = None
    extractor: str | None = None
    adm_enhn_gain_limit: float = 100.0
    vif_enhn_gain_limit: float = 100.0
    motion_rule: str = "v3.2"

    def __post_init__(self) -> None:
        self._require_types()
        _require_one_of(PIXEL_FORMATS, "pixel_format", self.pixel_format)
        _require_one_of(BIT_DEPTHS, "bitdepth", self.bitdepth)
        _require_one_of(EXTRACTORS, "extractor", self.extractor)
        self._require_whole_geometry()
        is_default = self.feature_options == FeatureOptions()
        if self.extractor == "libvmaf" and not is_default:
            raise InvalidArgument(
                "adm_enhn_gain_limit, vif_enhn_gain_limit and motion_rule are options of the native"
                " extractor; leave them out with libvmaf"
            )

    def _require_types(self) -> None:
        for name in ("width", "height", "bitdepth"):
            if getattr(self, name) is not None:
                require_whole_number(name, getattr(self, name), 1)
        require_whole_number("subsample", self.subsample, 1)
        for name in ("threads", "frame_cnt", "frame_skip_ref", "frame_skip_dist"):
            require_whole_number(name, getattr(self, name), 0)
        for name in ("scale", "shortest"):
            require_switch(name, getattr(self, name))
        if self.ffmpeg is not None:
            require_path("ffmpeg", self.ffmpeg)

    @property
    def feature_options(self) -> FeatureOptions:
        """What is measured."""
        return FeatureOptions(self.adm_enhn_gain_limit, self.vif_enhn_gain_limit, self.motion_rule)

    @property
    def is_raw(self) -> bool:
        """Whether the geometry of raw video was given."""
        return self.width is not None

    def _require_whole_geometry(self) -> None:
        names = ("width", "height", "pixel_format", "bitdepth")
        missing = [name for name in names if getattr(self, name) is None]
        if missing and len(missing) < len(names):
            raise InvalidArgument(
                f"raw video needs {', '.join(names)}, all four: {' and '.join(missing)} missing"
            )


def _require_one_of(words: tuple[object, ...], name: str, value: object) -> None:
    if value is not None and value not in words:
        raise InvalidArgument(f"{name} must be one of {', '.join(map(str, words))}, got {value}")


class VideoKeywords(TypedDict, total=False):
    """The fields of `VideoOptions` as keywords of a call, for editors and type checkers."""

    width: int | None
    height: int | None
    pixel_format: str | None
    bitdepth: int | None
    scale: bool
    shortest: bool
    threads: int
    frame_cnt: int
    frame_skip_ref: int
    frame_skip_dist: int
    subsample: int
    ffmpeg: str | None
    extractor: str | None
    adm_enhn_gain_limit: float
    vif_enhn_gain_limit: float
    motion_rule: str


def video_options(**given: Unpack[VideoKeywords]) -> VideoOptions:
    """`VideoOptions` from keywords; an unknown one is an `InvalidArgument` that lists those there are."""
    names = [field.name for field in fields(VideoOptions)]
    unknown = [name for name in given if name not in names]
    if unknown:
        raise InvalidArgument(f"unknown video option {unknown[0]!r}; there are {', '.join(names)}")
    return VideoOptions(**given)
