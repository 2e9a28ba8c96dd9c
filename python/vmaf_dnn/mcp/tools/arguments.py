# SPDX-License-Identifier: BSD-3-Clause
"""Arguments that several tools take, each with its bounds and the words that clients read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.report.statistics import POOLINGS
from vmaf_dnn.scoring import ScoreKeywords
from vmaf_dnn.video.options import VideoOptions

MOST_SIDE = 16384  # pixels
MOST_MODELS = 8
MOST_CLIPS = 64
_GEOMETRY = ("width", "height", "pixfmt", "bitdepth")

Name = Annotated[str, Field(min_length=1, max_length=4096)]
Side = Annotated[int, Field(ge=1, le=MOST_SIDE)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Seconds = Annotated[float, Field(ge=0, le=1_000_000)]
Precision = Literal["auto", "fp32", "int8"]


class Arguments(BaseModel):
    """Arguments of a tool; one that it doesn't have is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Reading(Arguments):
    """The reference, and how clips are read and compared."""

    ref: Name = Field(description="path of the pristine clip: y4m, a container that ffmpeg decodes, or raw")
    width: Side | None = Field(None, description="of raw (headerless) video only, pixels")
    height: Side | None = Field(None, description="of raw video only, pixels")
    pixfmt: Literal["420", "422", "444"] | None = Field(None, description="chroma of raw video")
    bitdepth: Literal[8, 10, 12, 16] | None = Field(None, description="bits of a sample of raw video")
    subsample: int = Field(1, ge=1, le=10_000, description="score every so manieth frame")
    frame_cnt: Count = Field(0, description="stop after so many frames; 0: all")
    start: Seconds = Field(0.0, description="score from so many seconds on")
    duration: Seconds = Field(0.0, description="score so many seconds; 0: all")
    scale: bool = Field(False, description="bring the distorted clip to the reference's size")
    shortest: bool = Field(False, description="score the common part of clips that differ in length")

    @model_validator(mode="after")
    def _whole_geometry(self) -> Reading:
        missing = [name for name in _GEOMETRY if getattr(self, name) is None]
        if missing and len(missing) < len(_GEOMETRY):
            raise ValueError(
                f"raw video needs {', '.join(_GEOMETRY)}, all four: {' and '.join(missing)} missing"
            )
        return self

    @property
    def is_raw(self) -> bool:
        """Whether the geometry of raw video was given."""
        return self.width is not None

    def video(self) -> VideoOptions:
        """Return the same for `score`."""
        names = ("width", "height", "bitdepth", "subsample", "frame_cnt", "start", "duration", "scale", "shortest")
        return VideoOptions(pixel_format=self.pixfmt, **{name: getattr(self, name) for name in names})

    def clip(self, desk: Desk, what: str, name: str) -> Path:
        """Return a clip as `score` may read it. Raises `InvalidArgument`."""
        return desk.clip(what, name, is_raw=self.is_raw)


class Pair(Reading):
    """A pair of clips."""

    dis: Name = Field(description="path of the clip to judge, an encode of the reference")


class Scoring(Arguments):
    """Who scores, and how scores are pooled."""

    tiny_model: Name | None = Field(
        None,
        description=f"fusion model: an id of list_models, 'auto', or the path of an .onnx file; default"
        f" {DEFAULT_MODEL} unless `model` is given",
    )
    model: Name | None = Field(
        None,
        description="a model of libvmaf's own: 'version=vmaf_v0.6.1', 'path=FILE.json', or 'auto'",
    )
    precision: Precision = Field("auto", description="of the fusion model; 'auto' as the registry says")
    pool: str = Field("mean", max_length=16, description=f"the headline: {', '.join(POOLINGS)}, p2.5 …")

    def scorers(self, desk: Desk) -> ScoreKeywords:
        """Return who scores, for `score`. Raises `InvalidArgument`."""
        tiny = self.tiny_model or (None if self.model else DEFAULT_MODEL)
        return {
            "tiny_model": desk.model("tiny_model", tiny) if tiny else None,
            "svm_model": desk.svm("model", self.model) if self.model else None,
            "precision": self.precision,
        }
