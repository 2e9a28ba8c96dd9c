# SPDX-License-Identifier: BSD-3-Clause
"""Score frames that are NumPy arrays: one reference, and two distorted versions measured beside it.

python frames_numpy.py
"""

from __future__ import annotations

import numpy as np

import vmaf_dnn

WIDTH, HEIGHT, N_FRAMES = 320, 180, 12
rng = np.random.default_rng(1)
texture = rng.integers(40, 215, (HEIGHT, WIDTH)).astype(np.uint8)

extractor = vmaf_dnn.FeatureExtractor(WIDTH, HEIGHT, bit_depth=8, n_distorted=2)
session = vmaf_dnn.Session("vmaf_tiny_v4")
rows = []  # one (2, 6) array a frame
for i in range(N_FRAMES):
    reference = np.roll(texture, 3 * i, axis=1)  # luma: a pan to the right
    noisy = np.clip(reference + rng.normal(0, 4, reference.shape), 0, 255).astype(np.uint8)
    coarse = reference & 0xF0  # four bits a sample
    rows.append(extractor.push(reference, noisy, coarse))  # the row of the frame before: None at first
rows.append(extractor.flush())  # the row of the last frame

features = np.stack(rows[1:])  # (N_FRAMES, 2, 6), columns as in vmaf_dnn.CANONICAL_6
for version, name in enumerate(("noisy", "coarse")):
    scores = session.run(features[:, version]).clip(0, 100)
    print(f"{name}: {scores.mean():.2f} over {len(scores)} frames")
