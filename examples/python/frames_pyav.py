# SPDX-License-Identifier: BSD-3-Clause
"""Decode two clips with PyAV and score them frame by frame, without copying a plane.

pip install av
python frames_pyav.py ref.y4m dist.mp4
"""

from __future__ import annotations

import sys

import av
import numpy as np

import vmaf_dnn


def luma(frame: av.VideoFrame) -> np.ndarray:
    """View the luma plane of an 8-bit frame; its rows lie `line_size` bytes apart."""
    plane = frame.planes[0]
    return np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]


with av.open(sys.argv[1]) as reference, av.open(sys.argv[2]) as distorted:
    size = reference.streams.video[0]
    extractor = vmaf_dnn.FeatureExtractor(size.width, size.height)
    pairs = zip(reference.decode(video=0), distorted.decode(video=0), strict=True)
    rows = [extractor.push(luma(a), luma(b)) for a, b in pairs]
    rows.append(extractor.flush())

features = np.concatenate(rows[1:])  # the first push gives no row, the flush gives the last
scores = vmaf_dnn.Session("vmaf_tiny_v4").run(features).clip(0, 100)
for number, score in enumerate(scores):
    print(f"{number}\t{score:.3f}")
print(f"mean\t{scores.mean():.3f}")
