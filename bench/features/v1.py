# SPDX-License-Identifier: BSD-3-Clause
"""VMAF v1, whole, by feature and beside v0.6.1: our evaluation beside libvmaf's, in turns."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import vmaf_dnn
from bench.features import runners
from bench.features.clips import CRFS, Clips, make_clips, read_frames
from bench.features.runners import READING, Rows, Runner, Turn
from bench.features.turns import FORMATS, GOAL_FORMAT, MANY, THREADS, Record, summarise, take_turns
from bench.harness import isas
from bench.harness.spend import n_cores, on_cores, spend_call, spend_program
from vmaf_dnn.svm import find_model, read_svm_model

V0, NEG = "version=vmaf_v0.6.1:name=vmaf", "version=vmaf_v0.6.1neg:name=neg"
OURS, LIBVMAF, LIBVMAF_AVX2 = "vmaf_dnn, v1", "ffmpeg with libvmaf, v1", "ffmpeg with libvmaf, v1, AVX2"
OURS_V0, OURS_BOTH, OURS_NEG = "vmaf_dnn, v0.6.1", "vmaf_dnn, both", "vmaf_dnn, v0.6.1 and its NEG"
FEATURES = {
    "CAMBI": ("cambi", "cambi=cambi_high_res_speedup=1080:cambi_vis_lum_threshold=0.06:cambi_max_val={}"),
    "SpEED-chroma": (
        "speed_chroma",
        "speed_chroma_uv=speed_nn_floor=0.1:speed_sigma_nn=0.19:speed_weight_var_mode=5:speed_max_val={}",
    ),
    "ADM with AIM": (
        "adm",
        "adm3=adm_csf_mode=2:adm_dlm_weight=0.7:adm_enhn_gain_limit=1:adm_noise_weight=0.02:adm_min_val=0.{}",
    ),
    "motion": ("motion", "motion3=motion_max_val={}"),
}
"""libvmaf's extractor, and our feature; the option at the end makes it others than the model's."""

V1_FORMATS = (GOAL_FORMAT, *(format for format in FORMATS if format.height >= 1080 and format.bit_depth > 8))
N_V1_ROUNDS = 3
OTHERS = range(16, 20)
N_DECIMALS = 6


def model_of(height: int) -> str:
    """Of the display that so many lines are for."""
    return f"version=vmaf_v1.0.16_{'1d5h_2160' if height > 1440 else '3d0h'}:name=v1"


def time_ours(clips: Clips, models: list[str], n_distorted: int, n_threads: int) -> Turn:
    """The answer is that of v1, where it is among the models."""
    distorted = clips.distorted[:n_distorted]
    spent, reports = spend_call(
        lambda: vmaf_dnn.score(
            clips.reference, distorted, tiny_model=None, svm_model=models, threads=n_threads
        )
    )
    if model_of(clips.format.height) not in models:
        return spent, []
    return spent, [v1_of(report.frames, clips.format.height) for report in reports]


def time_ours_by(clips: Clips, isa: str) -> Turn:
    with isas.forced(isa):
        return time_ours(clips, [model_of(clips.format.height)], 1, 1)


def time_libvmaf(
    clips: Clips, index: int, n_threads: int, extra: str = "", through: Path | None = None
) -> Turn:
    """With a feature more than the model's, whose time is what one extractor takes; see `runners`."""
    log = clips.reference.with_name("libvmaf_v1.json")
    log.unlink(missing_ok=True)
    model = model_of(clips.format.height).replace(":", r"\:")
    options = f"log_fmt=json:log_path='{log}':n_threads={n_threads}:model='{model}'{extra}"
    graph = f"[0:v][1:v]libvmaf={options}"
    reads = runners.ffmpeg_reads(clips, index)
    spent = spend_program([*([through] if through else []), *reads, "-lavfi", graph, "-f", "null", "-"])
    return spent, [v1_of(json.loads(log.read_text())["frames"], clips.format.height)]


def time_feature(clips: Clips, feature: str) -> Turn:
    """Ours alone, of frames in memory: what it stands beside is libvmaf's without reading."""
    format = clips.format
    pairs = zip(*(read_frames(clip, format) for clip in (clips.reference, clips.distorted[0])), strict=True)
    extractor = vmaf_dnn.FeatureExtractor(
        format.width,
        format.height,
        format.bit_depth,
        chroma="420",
        features=[FEATURES[feature][1].format(OTHERS[0])],
        threads=1,
    )
    frames = list(pairs)
    return spend_call(lambda: [extractor.push(*pair) for pair in frames])[0], []


def time_extractor(clips: Clips, feature: str) -> Turn:
    """libvmaf with the feature several times more, lest a small difference drown in what else goes on."""
    extractor, request = FEATURES[feature]
    options = (request.format(other).partition("=")[2].replace(":", r"\:") for other in OTHERS)
    more = "|".join(rf"name={extractor}\:{words}" for words in options)
    return time_libvmaf(clips, 0, 1, f":feature='{more}'")


def v1_of(frames: list[dict[str, dict[str, float]]], height: int) -> Rows:
    """The features that the model is over, to the six decimals of libvmaf's log."""
    names = metrics_of(model_of(height).removeprefix("version=").partition(":")[0])
    return [{name: round(frame["metrics"][name], N_DECIMALS) for name in names} for frame in frames]


@lru_cache
def metrics_of(version: str) -> tuple[str, ...]:
    path = find_model(version)
    assert path is not None, f"{version}.json was not found: the extra models brings it"
    return tuple(feature.metric for feature in read_svm_model(path).features)


def runners_of(clips: Clips, n_threads: int) -> dict[tuple[str, int], Runner]:
    """Name and number of distorted clips -> what to run; v1's answer is compared where there is one."""
    v1 = model_of(clips.format.height)
    found: dict[tuple[str, int], Runner] = {
        (LIBVMAF, 1): partial(time_libvmaf, clips, 0, n_threads),
        (READING, 1): partial(runners.time_reading, clips, 0),
        (OURS, 1): partial(time_ours, clips, [v1], 1, n_threads),
        (OURS, MANY): partial(time_ours, clips, [v1], MANY, n_threads),
        (OURS_BOTH, 1): partial(time_ours, clips, [V0, v1], 1, n_threads),
        (OURS_V0, 1): partial(time_ours, clips, [V0], 1, n_threads),
    }
    if n_threads > 1 or clips.format.height != GOAL_FORMAT.height:
        return found
    found[OURS_NEG, 1] = partial(time_ours, clips, [V0, NEG], 1, n_threads)
    if program := isas.without_avx512():
        found[LIBVMAF_AVX2, 1] = partial(time_libvmaf, clips, 0, n_threads, through=program)
    for isa in filter(runners.has_isa, runners.ISAS):
        found[isa, 1] = partial(time_ours_by, clips, isa)
    for feature in FEATURES:
        found[f"{feature}, ours", 1] = partial(time_feature, clips, feature)
        found[f"{feature}, libvmaf", 1] = partial(time_extractor, clips, feature)
    return found


def measure(clips: Clips, n_rounds: int) -> list[Record]:
    """libvmaf's answer for each distorted clip comes first, and every later one has to equal it."""
    format, records = clips.format, []
    expected = [time_libvmaf(clips, index, n_cores())[1][0] for index in range(len(clips.distorted))]
    for n_threads in filter(lambda n: n <= n_cores(), THREADS):
        with on_cores(n_threads):
            spent = take_turns(runners_of(clips, n_threads), expected, n_rounds)
        facts = {"height": format.height, "bit_depth": format.bit_depth, "n_frames": format.n_frames}
        records += [
            {"runner": name, "n_distorted": n, "threads": n_threads, **facts, **summarise(turns)}
            for (name, n), turns in spent.items()
        ]
    return records


def v1() -> list[Mapping[str, Any]]:
    records: list[Mapping[str, Any]] = []
    for format in V1_FORMATS:
        with tempfile.TemporaryDirectory(prefix="vmaf-dnn-bench-") as folder:
            records += measure(make_clips(Path(folder), format, CRFS), N_V1_ROUNDS)
    return records
