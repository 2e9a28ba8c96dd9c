# SPDX-License-Identifier: BSD-3-Clause
"""Score a distorted clip against its reference, and show its worst frames.

python score_pair.py ref.y4m dist.mp4
"""

from __future__ import annotations

import sys

import vmaf_dnn

reference, distorted = sys.argv[1:]
report = vmaf_dnn.score(reference, distorted, tiny_model="vmaf_tiny_v4")
pooled = report.pooled_metrics["vmaf_tiny_v4"]
print(f"{distorted}: mean {pooled['mean']:.2f}, worst frame {pooled['min']:.2f}")

scores = report.metrics["vmaf_tiny_v4"]  # (n,) float64
for index in scores.argsort()[:3]:
    features = report.frames[index]["metrics"]
    print(f"frame {report.frame_numbers[index]}: {scores[index]:.2f}, adm2 {features['integer_adm2']:.3f}")

report.write("report.json")  # libvmaf's layout; also .xml, .csv and .sub
