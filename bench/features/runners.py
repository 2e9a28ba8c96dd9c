# SPDX-License-Identifier: BSD-3-Clause
"""Who measures a pair of clips: our call, our command, and libvmaf inside ffmpeg, each with its answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import vmaf_dnn
from bench.features.clips import Clips
from bench.harness import isas
from bench.harness.spend import Spent, spend_call, spend_program
from vmaf_dnn.video.ffmpeg.program import ffmpeg_path

FEATURES = "vmaf_dnn, features only"
COMMAND = "vmaf-dnn"
LIBVMAF = "ffmpeg with libvmaf"
LIBVMAF_AVX2 = "ffmpeg with libvmaf, AVX2"
READING = "ffmpeg, reading only"
ISAS = isas.ISAS[1:]  # the definition, in plain C++, takes seconds a frame
Rows = list[dict[str, float]]  # of each frame: libvmaf's name of each feature -> value, to its six decimals
Turn = tuple[Spent, list[Rows]]  # an answer for each distorted clip
Runner = Callable[[], Turn]

NAMES = tuple(f"integer_{name}" for name in vmaf_dnn.CANONICAL_6)


def time_features(clips: Clips, n_distorted: int, n_threads: int) -> Turn:
    """Our call, in this process; it reads the raw files."""
    distorted = clips.distorted[:n_distorted]
    spent, reports = spend_call(
        lambda: vmaf_dnn.score(clips.reference, distorted, tiny_model=None, threads=n_threads)
    )
    return spent, [six(report.frames) for report in reports]


def time_isa(clips: Clips, isa: str) -> Turn:
    with isas.forced(isa):
        return time_features(clips, 1, 1)


def has_isa(isa: str) -> bool:
    with isas.forced(isa):
        try:
            vmaf_dnn.FeatureExtractor(64, 64)
        except vmaf_dnn.VmafDnnError:
            return False
    return True


def time_command(clips: Clips, n_distorted: int, n_threads: int) -> Turn:
    """All that a user waits for: Python's start, features, fusion, the JSON report."""
    folder = clips.reference.parent / "reports"
    folder.mkdir(exist_ok=True)
    distorted = clips.distorted[:n_distorted]
    output = folder if n_distorted > 1 else folder / f"{distorted[0].name}.json"
    named = [word for clip in distorted for word in ("-d", clip)]
    program = (Path(sys.executable).with_name("vmaf-dnn"), "-r", clips.reference, *named)
    spent = spend_program([*program, "--threads", n_threads, "--json", "-o", output])
    return spent, [six_of_log(folder / f"{clip.name}.json") for clip in distorted]


def time_libvmaf(clips: Clips, index: int, n_threads: int, through: Path | None = None) -> Turn:
    """The filter as it comes, with its own model, which it can't do without; run through another program."""
    log = clips.reference.with_name("libvmaf.json")
    log.unlink(missing_ok=True)
    graph = f"[0:v][1:v]libvmaf=log_fmt=json:log_path='{log}':n_threads={n_threads}"
    reads = ffmpeg_reads(clips, index)
    spent = spend_program([*([through] if through else []), *reads, "-lavfi", graph, "-f", "null", "-"])
    return spent, [six_of_log(log)]


def time_reading(clips: Clips, index: int) -> Turn:
    """What of the above is ffmpeg's: its start, and reading both files."""
    return spend_program([*ffmpeg_reads(clips, index), "-map", "0:v", "-map", "1:v", "-f", "null", "-"]), []


def ffmpeg_reads(clips: Clips, index: int) -> list[object]:
    quiet = ("-v", "error", "-nostdin")
    return [ffmpeg_path(), *quiet, "-i", clips.distorted[index], "-i", clips.reference]


def six_of_log(path: Path) -> Rows:
    return six(json.loads(path.read_text())["frames"])


def six(frames: list[dict[str, dict[str, float]]]) -> Rows:
    return [{name: round(frame["metrics"][name], 6) for name in NAMES} for frame in frames]
