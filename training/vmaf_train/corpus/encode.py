# SPDX-License-Identifier: BSD-3-Clause
"""One reference clip through one distortion of the distortions, by ffmpeg."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_train.corpus.distortions import LOSSLESS, Distortion

TIMEOUT_S = 1800
RAW = ("-strict", "-1", "-f", "yuv4mpegpipe")

# Of small sizes one encode of x264 in a hundred comes out otherwise: something looks at memory that it has
# not written. So glibc fills what it gives with zeros, as fresh memory mostly is; then hundreds are alike.
_ZEROED = {"MALLOC_PERTURB_": "255"}


def encode(
    ffmpeg: str, reference: Path, distortion: Distortion, encoded: Path, raw: tuple[str, ...] = ()
) -> None:
    """Write the distorted clip to `encoded`, as Matroska, or `raw` as y4m without an encoder's help.

    Raises `VideoError` in ffmpeg's words.
    """
    command = [
        ffmpeg,
        "-v",
        "error",
        "-nostdin",
        "-y",
        "-threads",
        "1",
        "-i",
        str(reference),
        "-map",
        "0:v:0",
    ]
    encoder = distortion.encoder if distortion.encoder != LOSSLESS or not raw else ()
    command += ["-vf", distortion.filter_graph, *encoder, *(raw or ("-f", "matroska")), str(encoded)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=TIMEOUT_S, check=False, env=os.environ | _ZEROED
        )
    except subprocess.TimeoutExpired as error:
        raise VideoError(
            f"ffmpeg took over {TIMEOUT_S} s to make {distortion.name} of {reference.name}."
        ) from error
    if done.returncode != 0:
        raise VideoError(
            f"ffmpeg can't make {distortion.name} of {reference.name}: {_last_line(done.stderr)}."
        )


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it gave no reason"
