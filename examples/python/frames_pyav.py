# SPDX-License-Identifier: BSD-3-Clause
"""Decode two clips with PyAV, and score the frames as they come.

pip install av
python frames_pyav.py ref.y4m dist.mp4
"""

from __future__ import annotations

import sys

import av

import vmaf_dnn

with av.open(sys.argv[1]) as reference, av.open(sys.argv[2]) as distorted:
    rate = reference.streams.video[0].average_rate
    report = vmaf_dnn.score(
        reference.decode(video=0),  # a generator; lists, and NumPy planes of your own, do as well
        distorted.decode(video=0),
        tiny_model="vmaf_tiny_v4",
        frame_rate=float(rate) if rate else None,
    )

for frame in report.frames:
    print(f"{frame['frameNum']}\t{frame['metrics']['vmaf_tiny_v4']:.3f}")
print(f"mean\t{report.mean:.3f}")
