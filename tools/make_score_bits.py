# SPDX-License-Identifier: BSD-3-Clause
"""SHA-256 of the shipped models' scores of 10 000 fixed rows; run me after a change of weights."""

from __future__ import annotations

import hashlib

import numpy as np

import vmaf_dnn
from tests.support.paths import DATA

GOLDEN = DATA / "score_bits.txt"


def digest(session: vmaf_dnn.Session) -> str:
    """Of the float32 scores, little-endian, of rows that fill and overfill the range of the features."""
    highest = (1.1, 1.2, 1.2, 1.2, 1.2, 25)
    rows = np.random.default_rng(0).uniform((0.3, 0, 0, 0, 0, 0), highest, (10_000, 6)).astype(np.float32)
    return hashlib.sha256(session.run(rows).tobytes()).hexdigest()


def golden() -> dict[tuple[str, str], str]:
    """(model id, precision) -> digest, as checked in."""
    lines = [line.split() for line in GOLDEN.read_text().splitlines()]
    return {(model, precision): bits for model, precision, bits in lines}


def main() -> None:
    """Write tests/data/score_bits.txt."""
    lines = [
        f"{model.id} {precision} {digest(vmaf_dnn.Session(model.id, precision=precision, engine='fused'))}\n"
        for model in vmaf_dnn.models()
        for precision in ("fp32", "int8")
    ]
    GOLDEN.write_text("".join(lines))


if __name__ == "__main__":
    main()
