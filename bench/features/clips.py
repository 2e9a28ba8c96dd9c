# SPDX-License-Identifier: BSD-3-Clause
"""Raw clips to measure: a scene of ffmpeg's own sources, and x264 encodes of it, decoded again."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vmaf_dnn.video.ffmpeg.program import ffmpeg_path

CRFS = (22, 27, 32, 37, 42)


@dataclass(frozen=True)
class Format:
    """Size, depth, and how long a clip of it is."""

    width: int
    height: int
    bit_depth: int
    n_frames: int

    @property
    def name(self) -> str:
        return f"{self.height}p, {self.bit_depth} bit"

    @property
    def n_pixels_a_frame(self) -> int:
        return self.width * self.height


@dataclass(frozen=True)
class Clips:
    """A reference and its encodes, as y4m."""

    format: Format
    reference: Path
    distorted: tuple[Path, ...]


def read_frames(clip: Path, format: Format) -> list[tuple[np.ndarray, ...]]:
    """Planes Y, U and V of each frame of a y4m: (rows, columns), uint8 or uint16."""
    width, height = format.width, format.height
    shapes = [(height, width), *2 * [((height + 1) // 2, (width + 1) // 2)]]
    depth = np.dtype(np.uint8 if format.bit_depth == 8 else "<u2")
    data = clip.read_bytes()
    at, frames = data.index(b"\n") + 1, []
    while at < len(data):
        at = data.index(b"\n", at) + 1  # behind the word FRAME
        planes = []
        for rows, columns in shapes:
            samples = np.frombuffer(data, depth, rows * columns, at)
            planes.append(samples.reshape(rows, columns).copy())  # aligned, which a file's are not
            at += rows * columns * depth.itemsize
        frames.append(tuple(planes))
    return frames


def ffmpeg(*words: object) -> None:
    command = [ffmpeg_path(), "-v", "error", "-nostdin", "-y", *map(str, words)]
    subprocess.run(command, check=True)


def make_clips(folder: Path, format: Format, crfs: Sequence[int] = CRFS) -> Clips:
    """Noise, motion, and samples that use all of their bits: the scene is drawn larger, and scaled down."""
    pixels = "yuv420p" if format.bit_depth == 8 else f"yuv420p{format.bit_depth}le"
    larger = f"{format.width * 5 // 4}x{format.height * 5 // 4}"
    scene = f"testsrc2=size={larger}:rate=25,noise=alls=10:allf=t:all_seed=5,scroll=h=0.003:v=0.002"
    scene += f",scale={format.width}:{format.height}:flags=bicubic,format={pixels}"
    reference = folder / "reference.y4m"
    ffmpeg("-f", "lavfi", "-i", scene, "-frames:v", format.n_frames, "-strict", -1, reference)
    return Clips(format, reference, tuple(encode(reference, crf) for crf in crfs))


def encode(reference: Path, crf: int) -> Path:
    encoded = reference.with_name("encoded.mkv")
    decoded = reference.with_name(f"crf{crf}.y4m")
    ffmpeg("-i", reference, "-c:v", "libx264", "-preset", "ultrafast", "-crf", crf, encoded)
    ffmpeg("-i", encoded, "-strict", -1, decoded)
    encoded.unlink()
    return decoded
