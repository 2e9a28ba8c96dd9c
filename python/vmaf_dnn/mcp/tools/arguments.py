# SPDX-License-Identifier: BSD-3-Clause
"""Arguments that several tools take, each with its bounds and the words that clients read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vmaf_dnn.errors import VideoError
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.report.statistics import POOLINGS
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.opening import open_clips
from vmaf_dnn.video.options import VideoOptions

MOST_SIDE = 16384  # pixels
MOST_PIXELS = 8192 * 8192
MOST_MODELS = 8
MOST_CLIPS = 64
REF = "path of the pristine clip: y4m, a container that ffmpeg decodes, or raw video"
DIS = "path of the clip to judge, an encode of the reference"
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
    """How clips are read and compared."""

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
        """Return what `score` takes of it."""
        return VideoOptions(
            width=self.width,
            height=self.height,
            pixel_format=self.pixfmt,
            bitdepth=self.bitdepth,
            subsample=self.subsample,
            frame_cnt=self.frame_cnt,
            start=self.start,
            duration=self.duration,
            scale=self.scale,
            shortest=self.shortest,
        )

    def clips(self, desk: Desk, ref: str, *dis: str) -> tuple[Path, ...]:
        """Return the reference and the distorted clips as `score` may read them.

        Raises:
            VmafDnnError: one is not to be read, or its pictures are too large.
        """
        names = {
            "ref": ref,
            **({"dis": dis[0]} if len(dis) == 1 else {f"dis[{i}]": d for i, d in enumerate(dis)}),
        }
        paths = tuple(desk.clip(what, name, is_raw=self.is_raw) for what, name in names.items())
        ffmpeg = cache(lambda: find_ffmpeg(libvmaf=False))
        for clip in open_clips(paths, self.video(), ffmpeg):
            if clip.width * clip.height > MOST_PIXELS:
                raise VideoError(
                    f"{clip.path} is {clip.size}; this server scores pictures of {MOST_PIXELS} pixels at"
                    " most, vmaf-dnn any."
                )
        return paths


class WithReference(Reading):
    """A reference, and how clips are compared with it."""

    ref: Name = Field(description=REF)


class Pair(WithReference):
    """A pair of clips."""

    dis: Name = Field(description=DIS)


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

    def scorers(self, desk: Desk) -> dict[str, Any]:
        """Return keywords of `score` that say who scores. Raises `InvalidArgument`."""
        tiny = self.tiny_model or (None if self.model else DEFAULT_MODEL)
        return {
            "tiny_model": desk.model("tiny_model", tiny) if tiny else None,
            "svm_model": desk.svm("model", self.model) if self.model else None,
            "precision": self.precision,
        }
