# SPDX-License-Identifier: BSD-3-Clause
"""Image files, decoded by ffmpeg."""

from __future__ import annotations

import subprocess

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.video.ffmpeg.program import find_ffmpeg


def decoded(image: bytes, width: int, height: int) -> NDArray[np.uint8]:
    """(height, width, 3) of RGB."""
    words = ["-v", "error", "-i", "pipe:0", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"]
    done = subprocess.run([find_ffmpeg().path, *words], input=image, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(height, width, 3)
