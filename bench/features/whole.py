# SPDX-License-Identifier: BSD-3-Clause
"""The whole command beside ffmpeg with libvmaf, on ten seconds: raw, and compressed on both sides."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.features import runners
from bench.features.clips import Clips, ffmpeg, make_clips
from bench.features.runners import COMMAND, LIBVMAF
from bench.features.turns import GOAL_FORMAT, Record, summarise, take_turns
from bench.harness.spend import n_cores, on_cores

FORMAT = replace(GOAL_FORMAT, n_frames=250)
CRF = 27
MEZZANINE_RATE = "50M"
N_ROUNDS = 3


def compressed(clips: Clips) -> Clips:
    """The same pair as mp4: a mezzanine, whose decoding is half of the work, and an encode for viewers."""
    folder = clips.reference.parent
    reference, distorted = folder / "reference.mp4", folder / "distorted.mp4"
    x264 = ("-c:v", "libx264", "-preset", "fast")
    ffmpeg(
        "-i",
        clips.reference,
        *x264,
        "-b:v",
        MEZZANINE_RATE,
        "-maxrate",
        MEZZANINE_RATE,
        "-bufsize",
        MEZZANINE_RATE,
        reference,
    )
    ffmpeg("-i", clips.reference, *x264, "-crf", CRF, distorted)
    return Clips(clips.format, reference, (distorted,))


def measure(clips: Clips, container: str, n_threads: int) -> list[Record]:
    expected = [runners.time_libvmaf(clips, 0, n_cores())[1][0]]
    sides = {
        (LIBVMAF, 1): partial(runners.time_libvmaf, clips, 0, n_threads),
        (COMMAND, 1): partial(runners.time_command, clips, 1, n_threads),
    }
    with on_cores(n_threads):
        spent = take_turns(sides, expected, N_ROUNDS)
    facts = {"container": container, "threads": n_threads, "n_frames": clips.format.n_frames}
    return [{"runner": name, **facts, **summarise(turns)} for (name, _), turns in spent.items()]


def whole() -> list[Record]:
    with tempfile.TemporaryDirectory(prefix="vmaf-dnn-bench-") as folder:
        clips = make_clips(Path(folder), FORMAT, (CRF,))
        records = measure(clips, "y4m", 1)
        if n_cores() > 1:
            records += measure(compressed(clips), "mp4", 2)
        return records
