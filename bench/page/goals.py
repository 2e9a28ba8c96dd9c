# SPDX-License-Identifier: BSD-3-Clause
"""The ratios that the project holds itself to, from the numbers of one run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.dispatch import cases
from bench.features import v1
from bench.features.runners import COMMAND, FEATURES, LIBVMAF_AVX2
from bench.features.turns import MANY
from bench.page.ratios import features_ratio, find
from bench.page.v1_tables import feature_ratio, shared, v1_ratio
from bench.page.whole_tables import idle, whole_ratio

V4 = "vmaf_tiny_v4"
Goal = tuple[str, str, str, bool]  # what, asked for, measured, reached


def median(records: list[dict[str, Any]], **wanted: Any) -> float:
    (found,) = [r for r in records if all(r[name] == value for name, value in wanted.items())]
    return float(found["median"])


def hoped(stretch: float | None) -> str:
    return "" if stretch is None else f", hoped: {stretch:g}"


def at_least(what: str, asked: float, measured: float, stretch: float | None = None) -> Goal:
    return what, f"≥ {asked:g}{hoped(stretch)}", f"{measured:.2f}", measured >= asked


def at_most(what: str, asked: float, measured: float, unit: str = "", stretch: float | None = None) -> Goal:
    return what, f"≤ {asked:g}{unit}{hoped(stretch)}", f"{measured:.2f}{unit}", measured <= asked


def ratio(results: dict[str, Any], precision: str, n_rows: int, peer: str = cases.ORT) -> float:
    facts = {"model": V4, "precision": precision, "n_rows": n_rows}
    records = results["dispatch"]
    return median(records, runner=peer, **facts) / median(records, runner=cases.OURS, **facts)


def int8_gain(results: dict[str, Any], model: str, n_rows: int) -> float:
    records = results["precisions"]
    facts = {"model": model, "n_rows": n_rows}
    return median(records, runner="fp32", **facts) / median(records, runner="int8", **facts)


def dispatch_goals(results: dict[str, Any]) -> Iterator[Goal]:
    yield at_least("one row, v4 fp32: onnxruntime ÷ ours", 12, ratio(results, "fp32", 1))
    yield at_least("one row, v4 int8: onnxruntime ÷ ours", 12, ratio(results, "int8", 1))
    (c_call,) = [r["ns"] for r in results["c_calls"] if (r["model"], r["precision"]) == (V4, "fp32")]
    yield at_most("one row through the C function, v4 fp32", 0.2, c_call["fused"] / 1e3, " µs")
    yield at_least("4096 rows, v4 fp32: onnxruntime ÷ ours", 2.6, ratio(results, "fp32", 4096), 3.2)
    yield at_least(
        "4096 rows, v4 int8: onnxruntime (another answer) ÷ ours", 3.5, ratio(results, "int8", 4096)
    )
    ort = 1 / ratio(results, "fp32", 1) * ratio(results, "fp32", 1, cases.OUR_ORT)
    yield at_most("one row, v4 fp32: our onnxruntime engine ÷ onnxruntime", 1.0, ort)


def precision_goals(results: dict[str, Any]) -> Iterator[Goal]:
    for n_rows in (256, 4096, 65536):
        yield at_least(f"v4, {n_rows} rows: ours fp32 ÷ ours int8", 1.65, int8_gain(results, V4, n_rows))
    worst = min((int8_gain(results, m, n), m, n) for m in cases.MODELS[1:] for n in cases.BATCHES)
    what = f"ours int8 ÷ ours fp32, worst of v3 and v4 at any batch ({worst[1]}, {worst[2]})"
    yield at_most(what, 1.05, 1 / worst[0])


def kernel_goals(results: dict[str, Any]) -> Iterator[Goal]:
    facts = {"model": V4, "precision": "fp32", "n_rows": 4096}
    (share,) = [
        r["share"] for r in results["roofline"] if all(r[name] == value for name, value in facts.items())
    ]
    if share is not None:
        yield at_least("share of the multiply-add peak, v4 fp32, 4096 rows", 0.65, share)
    isas = [r for r in results["isas"] if (r["precision"], r["n_rows"]) == ("fp32", 4096)]
    if any(r["runner"] == "avx2" for r in isas):
        gain = median(isas, runner=cases.ORT) / median(isas, runner="avx2")
        yield at_least("4096 rows, v4 fp32, AVX2 forced: onnxruntime unrestricted ÷ ours", 1.0, gain)
    threads = [r for r in results["threads"] if r["precision"] == "fp32"]
    gain = median(threads, runner="1") / median(threads, runner="2")
    yield at_least("1 048 576 rows, v4 fp32: one thread ÷ two", 1.8, gain)


def start_goals(results: dict[str, Any]) -> Iterator[Goal]:
    opens = [r for r in results["opening"] if (r["model"], r["precision"]) == (V4, "fp32")]
    gain = median(opens, runner=cases.OURS) / median(opens, runner=cases.ORT)
    yield at_most("open v4 fp32 from its id ÷ InferenceSession(path)", 0.1, gain, "", 0.06)
    yield at_most("import vmaf_dnn beyond import numpy", 20, results["import_seconds"] * 1e3, " ms")


def feature_goals(results: dict[str, Any]) -> Iterator[Goal]:
    records = results["features"]
    where = "features, 1080p, one thread"
    present = {record["runner"] for record in records}
    if present & {"avx512", "avx512vnni"}:
        yield at_least(f"{where}: libvmaf ÷ ours with AVX-512", 3.7, features_ratio(records), 4.2)
    if {"avx2", LIBVMAF_AVX2} <= present:
        gain = features_ratio(records, runner="avx2", peer=LIBVMAF_AVX2)
        yield at_least(f"{where}, AVX2 on both sides: libvmaf ÷ ours", 2.9, gain, 3.3)
    yield at_least(f"{where}, 10 bit: libvmaf ÷ ours", 4.2, features_ratio(records, bit_depth=10), 5)
    gain = features_ratio(records, MANY)
    yield at_least(f"{where}, {MANY} distorted: {MANY} libvmaf runs ÷ one call of ours", 5.5, gain, 6.5)
    if any(record["threads"] == 2 for record in records):
        gain = find(records, FEATURES)["median"] / find(records, FEATURES, threads=2)["median"]
        yield at_least("features, 1080p: one thread ÷ two", 1.9, gain, 1.97)
    peak = find(records, COMMAND)["peak_mib"]
    yield at_most("`vmaf-dnn`, 1080p, one thread: peak memory of the process", 50, peak, " MiB", 45)


def whole_goals(results: dict[str, Any]) -> Iterator[Goal]:
    records = results["whole"]
    what = "1080p y4m, 250 frames, one thread: ffmpeg with libvmaf ÷ `vmaf-dnn`"
    yield at_least(what, 3.3, whole_ratio(records, "y4m"), 3.8)
    if any(record["container"] == "mp4" for record in records):
        where = "1080p mp4, two threads"
        yield at_least(f"{where}: ffmpeg with libvmaf ÷ `vmaf-dnn`", 1.42, whole_ratio(records, "mp4"), 1.5)
        yield at_most(
            f"{where}: wall clock ÷ half of the processor time", 1.1, idle(records, "mp4"), "", 1.05
        )


def v1_goals(results: dict[str, Any]) -> Iterator[Goal]:
    records, where = results["v1"], "VMAF v1, 1080p, one thread"
    yield at_least(f"{where}: libvmaf ÷ ours", 4, v1_ratio(records), 5.5)
    if {"avx2", v1.LIBVMAF_AVX2} <= {record["runner"] for record in records}:
        gain = v1_ratio(records, "avx2", peer=v1.LIBVMAF_AVX2)
        yield at_least(f"{where}, AVX2 on both sides: libvmaf ÷ ours", 3.5, gain, 5)
    yield at_least("CAMBI alone: libvmaf ÷ ours", 5, feature_ratio(records, "CAMBI"), 6.5)
    yield at_least("SpEED-chroma alone: libvmaf ÷ ours", 12, feature_ratio(records, "SpEED-chroma"), 16)
    large = v1_ratio(records, height=2160, bit_depth=10)
    yield at_least("VMAF v1, 2160p, 10 bit: libvmaf ÷ ours", 4, large, 5)
    yield at_most("v0.6.1 and v1 together ÷ the sum of each", 0.85, shared(records), "", 0.75)
    together = find(records, v1.OURS_NEG)["median"] / find(records, v1.OURS_V0)["median"]
    yield at_most("v0.6.1 and its NEG together ÷ v0.6.1 alone", 1.15, together, "", 1.08)
    many = v1_ratio(records, n_distorted=MANY)
    yield at_least(f"{where}, {MANY} distorted: {MANY} libvmaf runs ÷ one call of ours", 5, many, 7)
    if any(record["threads"] == 2 for record in records):
        gain = find(records, v1.OURS)["median"] / find(records, v1.OURS, threads=2)["median"]
        yield at_least("VMAF v1, 1080p: one thread ÷ two", 1.85, gain, 1.95)


def goals(results: dict[str, Any]) -> list[Goal]:
    parts = (feature_goals, whole_goals, v1_goals, dispatch_goals, precision_goals, kernel_goals, start_goals)
    return [goal for part in parts for goal in part(results)]
