# SPDX-License-Identifier: BSD-3-Clause
"""The model of VMAF v1 that is right for a clip: by the display that it is seen on, and by its frame rate."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors.select import as_requests
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.session import Session
from vmaf_dnn.svm.request import AUTO, ModelRequest
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.comparison import open_comparison
from vmaf_dnn.video.encode import NONE
from vmaf_dnn.video.misfits import Misfits
from vmaf_dnn.video.once import ClipPath
from vmaf_dnn.video.options import BY_INDEX, VideoOptions

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

ModelName = str | os.PathLike[str] | Session
_TINY, _SVM = "vmaf_tiny_v5", "vmaf_v1.0.16"
_HIGH_RATE = 40  # frames a second; the models for high rates are for 50 and 60
_SAME_SIZE = 1.1  # a picture that fills a display to a tenth is not scaled


class _Display(NamedTuple):
    width: int
    height: int
    svm: str  # what sets its file of VMAF v1 apart
    tiny: str  # what sets its fusion model apart


_TV, _4K = "tv", "4k"
_DISPLAYS = {
    _TV: _Display(1920, 1080, "3d0h", ""),
    "phone": _Display(1920, 1080, "5d0h", "_phone"),
    _4K: _Display(3840, 2160, "1d5h_2160", "_4k"),
    "4k-tv": _Display(3840, 2160, "3d0h_2160", "_4k_3h"),
}
VIEWINGS = tuple(_DISPLAYS)
"""How a clip may be seen: television or monitor, phone, 4K display near, 4K display in a living room."""


@dataclass(frozen=True)
class Choice:
    """A fusion model's id, libvmaf's version of the same, and to how many lines clips are brought for them.

    False in `scale` compares them as they are.
    """

    tiny: str
    svm: str
    scale: bool | int

    def request(self, request: ModelRequest) -> ModelRequest:
        """Return libvmaf's model for "auto", named after it unless it has a name; another as it is."""
        if request.version != AUTO:
            return request
        name = request.name if request.is_named else self.svm
        text = request.text.replace("version=auto", f"version={self.svm}")
        if not request.is_named:
            text += f":name={name}"
        return replace(request, version=self.svm, name=name, text=text)


@dataclass(frozen=True)
class Asked:
    """Which models are asked for, "auto" among them or not, of clips that are read as `options` say."""

    models: Sequence[ModelName]
    requests: Sequence[ModelRequest]
    options: VideoOptions
    viewing: str | None

    def check(self) -> None:
        """Raise `InvalidArgument` for a viewing that there is not, or that chooses nothing."""
        if self.viewing is None:
            return
        if self.viewing not in VIEWINGS:
            raise InvalidArgument(f"viewing must be one of {', '.join(VIEWINGS)}, got {self.viewing!r}.")
        if not self._is_auto:
            raise InvalidArgument(
                "viewing chooses among models, and none is left to choose: ask for the model auto"
                " (--model auto, --tiny-model auto), or leave viewing out."
            )

    def settled(
        self, reference: ClipPath, distorted: Sequence[ClipPath], *, is_forgiving: bool = False
    ) -> Asked:
        """Look at the clips and put the right models in the place of "auto", with the scale that they want.

        Distorted clips that can't be read are left to whoever reads all, if it `is_forgiving`.

        Raises:
            VideoError: a clip can't be read.
        """
        if not self._is_auto:
            return self
        options = self.options
        any_size = replace(
            options, start=0.0, duration=0.0, match=BY_INDEX, sync=NONE
        )  # which frames is for later
        if options.scale is False:
            any_size = replace(any_size, scale=True)

        def ffmpeg() -> FFmpeg:
            from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

            return find_ffmpeg(options.ffmpeg, libvmaf=False)

        misfits = Misfits(len(distorted), (lambda index, error: None) if is_forgiving else None)
        comparison = open_comparison(reference, distorted, any_size, ffmpeg, misfits)
        ref = comparison.reference
        choice = choose(ref, self.viewing, options.scale)
        differs = any(clip.size != ref.size for clip in comparison.distorted)
        return Asked(
            [choice.tiny if model == AUTO else model for model in self.models],
            as_requests([choice.request(request) for request in self.requests]),
            replace(options, scale=choice.scale or differs),
            None,
        )

    @property
    def _is_auto(self) -> bool:
        return AUTO in self.models or any(request.version == AUTO for request in self.requests)


def fusion_models(
    named: Sequence[ModelName], requests: Sequence[ModelRequest], *, prediction: bool = True
) -> list[ModelName]:
    """Return the fusion models; the default, which is of VMAF v0.6.1, is no company for v1 alone."""
    if named or not prediction:
        return list(named)
    return [] if requests and all(request.is_v1 for request in requests) else [DEFAULT_MODEL]


def choose(reference: Clip, viewing: str | None, scale: bool | int) -> Choice:
    """Choose for a reference; `scale` is as in `ClipOptions`, and stays if it is not False."""
    lines = scale if not isinstance(scale, bool) else reference.height
    width = reference.width * lines / reference.height
    name = viewing or (_TV if _fit(width, lines, _DISPLAYS[_TV]) * _SAME_SIZE >= 1 else _4K)
    display = _DISPLAYS[name]
    if scale is False:
        scale = _lines(reference, display)
    is_fast = (reference.frame_rate or 0) > _HIGH_RATE
    return Choice(
        tiny=f"{_TINY}{display.tiny}{'_hfr' if is_fast else ''}",
        svm=f"{_SVM}_{'hfr_' if is_fast else ''}{display.svm}",
        scale=scale,
    )


def _fit(width: float, height: float, display: _Display) -> float:
    """By how much a picture may grow on a display, which may stand upright."""
    return min(display.width / max(width, height), display.height / min(width, height))


def _lines(reference: Clip, display: _Display) -> bool | int:
    growth = _fit(reference.width, reference.height, display)
    if 1 / _SAME_SIZE <= growth <= _SAME_SIZE:
        return False
    return 2 * round(reference.height * growth / 2)
