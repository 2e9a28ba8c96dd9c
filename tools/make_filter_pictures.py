# SPDX-License-Identifier: BSD-3-Clause
"""docs/filter.png: the demo's clip as it was, degraded, and filtered; run me after a change of the filter.

The clip is made by ffmpeg's own sources, so the filter has seen nothing of it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from tests.support.paths import ROOT
from vmaf_dnn import filter_frames
from vmaf_dnn.demo.clip import make_clip
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_train.corpus.distortions import X264, Distortion
from vmaf_train.corpus.encode import encode
from vmaf_train.frames.degrade import published_recipe
from vmaf_train.frames.planes import Luma, luma_planes

PICTURE = ROOT / "docs" / "filter.png"
SIZE = 640, 360
FRAME = 8
SHOWN = slice(225, 355), slice(10, 220)  # lines, columns
CRF = 38


def psnr(plane: Luma, clean: Luma) -> float:
    """In decibels, of the whole plane."""
    return float(-10 * np.log10(np.square((plane.astype(float) - clean) / 255).mean()))


def rows() -> list[tuple[str, Luma, Luma]]:
    """What was done to a frame, what it became, and what it was."""
    ffmpeg = find_ffmpeg(libvmaf=False)
    with tempfile.TemporaryDirectory() as folder:
        clip = make_clip(ffmpeg, Path(folder), SIZE, FRAME + 2)
        x264 = Distortion("x264", f"crf{CRF}", (*X264, "-crf", str(CRF)))
        encode(ffmpeg.path, clip, x264, encoded := Path(folder) / "encode.mkv")
        (was,), (became,) = luma_planes(clip, [FRAME]), luma_planes(encoded, [FRAME])
    return [("blur and JPEG", published_recipe(was), was), (f"x264, CRF {CRF}", became, was)]


def main() -> None:
    """Write the picture."""
    found = rows()
    figure, axes = plt.subplots(len(found), 3, figsize=(9, 4.5), layout="constrained")
    for line, (how, became, was) in zip(axes, found, strict=True):
        (filtered,) = filter_frames([became])
        assert isinstance(filtered, np.ndarray)
        shown: list[tuple[str, NDArray[np.uint8]]] = [
            ("as it was", was),
            (f"{how}: {psnr(became, was):.2f} dB", became),
            (f"filtered: {psnr(filtered, was):.2f} dB", filtered),
        ]
        for axis, (title, plane) in zip(line, shown, strict=True):
            axis.imshow(plane[SHOWN], cmap="gray", vmin=16, vmax=235, interpolation="nearest")
            axis.set_title(title, fontsize=10)
            axis.set_axis_off()
    figure.savefig(PICTURE, dpi=72, pil_kwargs={"optimize": True}, metadata={"Software": None})


if __name__ == "__main__":
    main()
