# SPDX-License-Identifier: BSD-3-Clause
"""What a caller may say about a pair of clips, and a clip as the extractors see it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Unpack

from vmaf_dnn.checks import require_path, require_rate, require_seconds, require_switch, require_whole_number
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractor import FeatureKeywords, FeatureOptions
from vmaf_dnn.video.clip import BIT_DEPTHS
from vmaf_dnn.video.encode import AUTO, NONE, parse_encode
from vmaf_dnn.video.shaping.options import ShapeKeywords, ShapeOptions, require_one_of

EXTRACTORS = ("native", "libvmaf")
DECODERS = ("ffmpeg", "av")
PIXEL_FORMATS = ("420", "422", "444")
BY_INDEX, BY_TIME = MATCHES = ("index", "time")
SYNCS = (NONE, AUTO)
DEFAULT_STALL_TIMEOUT_S = 60.0
MOST_LINES = 32768  # of what is measured
LEAST_LINES = 33  # ADM's fourth level needs five samples a side


@dataclass(frozen=True, kw_only=True)
class ClipOptions(ShapeOptions):
    """How to read clips; the defaults read whole files that describe themselves. See also `ShapeOptions`.

    Attributes:
        width: width of headerless raw video, pixels; goes with the next three.
        height: height of raw video, pixels.
        pixel_format: chroma of raw video: ``"420"``, ``"422"`` or ``"444"``.
        bitdepth: bits of a sample of raw video: 8, 10, 12 or 16.
        scale: bring the distorted clip to the reference's size (bicubic), or, if it is a number, both clips
            to so many lines, as a display of that height shows them.
        shortest: score the common part of clips that differ in length.
        frame_cnt: stop after so many frames; 0 takes all.
        frame_skip_ref: drop so many of the reference's first frames.
        frame_skip_dist: drop so many of the distorted clip's first frames.
        subsample: score every so manieth frame.
        start: score from so many seconds on, counted from the first frame that is not dropped.
        duration: score so many seconds; 0 takes all.
        match: ``"index"`` compares first with first frame, second with second; ``"time"`` compares each frame
            of the reference with the distorted frame that is shown at its time.
        sync: ``"auto"`` finds which clip begins earlier, by up to 5 s, and drops its first frames; it refuses
            to where what moves doesn't tell.
        frame_rate: frames a second of clips that state none, for the four above.
        stall_timeout: end a decoder that gives no frame for so many seconds; 0 waits for ever.

    Raises:
        InvalidArgument: a value is of the wrong type or out of range.
    """

    width: int | None = None
    height: int | None = None
    pixel_format: str | None = None
    bitdepth: int | None = None
    scale: bool | int = False
    shortest: bool = False
    frame_cnt: int = 0
    frame_skip_ref: int = 0
    frame_skip_dist: int = 0
    subsample: int = 1
    start: float = 0.0
    duration: float = 0.0
    match: str = BY_INDEX
    sync: str = NONE
    frame_rate: float | None = None
    stall_timeout: float = DEFAULT_STALL_TIMEOUT_S

    def __post_init__(self) -> None:
        ShapeOptions.__post_init__(self)
        for name in ("width", "height", "bitdepth"):
            if getattr(self, name) is not None:
                require_whole_number(name, getattr(self, name), 1)
        require_whole_number("subsample", self.subsample, 1)
        for name in ("frame_cnt", "frame_skip_ref", "frame_skip_dist"):
            require_whole_number(name, getattr(self, name), 0)
        require_seconds("stall_timeout", self.stall_timeout)
        require_seconds("start", self.start)
        require_seconds("duration", self.duration)
        require_one_of(MATCHES, "match", self.match)
        require_one_of(SYNCS, "sync", self.sync)
        if self.frame_rate is not None:
            require_rate("frame_rate", self.frame_rate)
        require_switch("shortest", self.shortest)
        if not isinstance(self.scale, bool):
            require_whole_number("scale", self.scale, LEAST_LINES, MOST_LINES)
        require_one_of(PIXEL_FORMATS, "pixel_format", self.pixel_format)
        require_one_of(BIT_DEPTHS, "bitdepth", self.bitdepth)
        self._require_whole_geometry()

    @property
    def is_raw(self) -> bool:
        """Whether the geometry of raw video was given."""
        return self.width is not None

    @property
    def is_timed(self) -> bool:
        """Whether more than counts says which frames are compared."""
        return self.start > 0 or self.duration > 0 or self.match != BY_INDEX or self.sync != NONE

    def _require_whole_geometry(self) -> None:
        names = ("width", "height", "pixel_format", "bitdepth")
        missing = [name for name in names if getattr(self, name) is None]
        if missing and len(missing) < len(names):
            raise InvalidArgument(
                f"raw video needs {', '.join(names)}, all four: {' and '.join(missing)} missing."
            )


@dataclass(frozen=True, kw_only=True)
class VideoOptions(FeatureOptions, ClipOptions):
    """How to read clips and measure their features: `ClipOptions`, `FeatureOptions`, and who does the work.

    Attributes:
        threads: threads of the extractor and of each decoder; 0 takes all CPUs at hand for the native
            extractor, one for libvmaf, and what they like for decoders.
        ffmpeg: the ffmpeg to decode with; default ``VMAF_DNN_FFMPEG``, else imageio-ffmpeg's, else PATH's.
        decoder: ``"ffmpeg"``, or ``"av"`` for PyAV in this process, which gives the same frames: for the
            native extractor, of clips that are compared as they are stored.
        extractor: ``"native"``, or ``"libvmaf"`` inside ffmpeg, which takes no feature options; None is
            native unless a model that only libvmaf holds is asked for.
        encoded: size and bit depth of the distorted clips' encodes, ``"W:H:DEPTH"``, where CAMBI of VMAF v1
            looks for bands; ``"auto"``, of clips that are scaled to be compared their own; ``"none"``, as
            they are compared.

    Raises:
        InvalidArgument: a value is of the wrong type or out of range.
    """

    threads: int = 0
    ffmpeg: str | None = None
    decoder: str = DECODERS[0]
    extractor: str | None = None
    encoded: str = AUTO

    def __post_init__(self) -> None:
        ClipOptions.__post_init__(self)
        require_whole_number("threads", self.threads, 0)
        if self.ffmpeg is not None:
            require_path("ffmpeg", self.ffmpeg)
        require_one_of(DECODERS, "decoder", self.decoder)
        require_one_of(EXTRACTORS, "extractor", self.extractor)
        if self.encoded not in (AUTO, NONE):
            parse_encode(self.encoded)
        FeatureOptions.__post_init__(self)
        if self.extractor == "libvmaf" and self.feature_options != FeatureOptions():
            raise InvalidArgument(
                "adm_enhn_gain_limit, vif_enhn_gain_limit and motion_rule are options of the native"
                " extractor; leave them out with libvmaf."
            )

        if self.extractor == "libvmaf" and self.decoder != DECODERS[0]:
            raise InvalidArgument(
                f"the decoder {self.decoder} is for the native extractor; libvmaf measures inside ffmpeg."
            )

    @property
    def feature_options(self) -> FeatureOptions:
        """What is measured."""
        return FeatureOptions(**{field.name: getattr(self, field.name) for field in fields(FeatureOptions)})


class VideoKeywords(ShapeKeywords, FeatureKeywords, total=False):
    """The fields of `VideoOptions` as keywords of a call, for editors and type checkers."""

    width: int | None
    height: int | None
    pixel_format: str | None
    bitdepth: int | None
    scale: bool | int
    shortest: bool
    frame_cnt: int
    frame_skip_ref: int
    frame_skip_dist: int
    subsample: int
    start: float
    duration: float
    match: str
    sync: str
    frame_rate: float | None
    stall_timeout: float
    threads: int
    ffmpeg: str | None
    decoder: str
    extractor: str | None
    encoded: str


def video_options(**given: Unpack[VideoKeywords]) -> VideoOptions:
    """`VideoOptions` from keywords; an unknown one is an `InvalidArgument` that lists those there are."""
    names = [field.name for field in fields(VideoOptions)]
    unknown = [name for name in given if name not in names]
    if unknown:
        raise InvalidArgument(f"unknown video option {unknown[0]!r}; there are {', '.join(names)}.")
    return VideoOptions(**given)
