# SPDX-License-Identifier: BSD-3-Clause
"""`README.md` of a folder of models: one card each, every figure from a measurement."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .evaluate import Evaluation
from .files import read_json, write_bytes
from .metrics import Agreement
from .reproduce import Built

_HEADER = """\
# Model cards

Written by `vmaf-train all`; every figure is measured. Fusion models take libvmaf's six per-frame features
(`adm2`, `vif_scale0`..`vif_scale3`, `motion2`, as libvmaf logs them; the scaler is in the graph) and give
one score a row, the same as libvmaf's `vmaf_v0.6.1` but for the errors below. Both sides are clipped to
0..100 as reports clip.

The figures are of **{n_rows} frames of {n_sources} sources that no model was trained on**
(`training/configs/held_out.json`), in all distortions of the ladder. int8 is run row by row, as the library
runs it.

| model | precision | bytes | PLCC | SROCC | RMSE | largest error | RMSE ordinary | RMSE odd |
|---|---|---:|---:|---:|---:|---:|---:|---:|
{rows}

*Ordinary* are x264, x265, VP9 and SVT-AV1 at full, half and quarter size; *odd* are blur, sharpening,
noise, contrast, brightness, dropped and frozen frames, and MPEG-2.
"""

_FOOTER = """
## For all of them

* **Data.** `training/data/corpus.parquet`: features and labels of real clips (camera, animation, screen)
  put through the ladder of `training/vmaf_train/ladder.py`; no frame of any clip is in this repository.
  Splits go by source, never by scene.
* **Training.** On `vmaf_v0.6.1` before its clip to 0..100; recipe and sources stand in
  `<id>.training.json`.
* **int8.** The middle layers, one scale a channel, 7 bits (see `training/vmaf_train/quantize.py`); the
  first and last layers stay in fp32. `quant_mode` in the registry says which file `precision="auto"` runs.
* **Limits.** They stand in for `vmaf_v0.6.1` and inherit what it gets wrong; they know nothing of people
  beyond it. Rows outside the training rows' range (`feature_range` in the sidecar) are extrapolated.
* **Licence.** BSD-3-Clause, the weights too.
* **Reproduce.** `vmaf-train all --config training/configs/shipped.json --out model/tiny --check` rebuilds
  every model file and compares the bytes; three minutes on one core of an AMD EPYC. Sums in floating point
  depend on the CPU and on torch's version, so other machines may get other bytes of the same quality.
"""


def write_cards(path: Path, built: Sequence[Built]) -> None:
    """Writes the cards of models that were built and judged together."""
    first = built[0].fp32
    table = "\n".join(row for one in built for row in _overall_rows(one))
    header = _HEADER.format(n_rows=first.overall.n_rows, n_sources=len(first.by_source), rows=table)
    cards = "".join(_card(one, read_json(one.files.sidecar)) for one in built)
    write_bytes(path, (header + cards + _FOOTER).encode())


def _overall_rows(one: Built) -> Iterator[str]:
    for precision, found, file in (("fp32", one.fp32, one.files.onnx), ("int8", one.int8, one.files.int8)):
        a, size = found.overall, file.stat().st_size
        parts = f"{_rmse(found.ordinary)} | {_rmse(found.odd)}"
        quality = f"{a.plcc:.6f} | {a.srocc:.6f} | {a.rmse:.3f} | {a.max_error:.2f}"
        yield f"| `{one.files.id}` | {precision} | {size} | {quality} | {parts} |"


def _card(one: Built, sidecar: dict[str, Any]) -> str:
    sizes = "-".join(map(str, (len(sidecar["features"]), *sidecar["hidden"], 1)))
    default = "fp32" if sidecar["quant_mode"] == "fp32" else "int8"
    moved = one.drift
    training = read_json(one.files.training)
    return f"""
## {one.files.id}

`{sidecar["arch"]}`, {sizes}, {sidecar["n_params"]} parameters; `precision="auto"` runs {default}. Trained on
{training["n_rows"]} frames of {len(training["sources"])} sources. int8 moves a score
by {moved.mean_abs:.3f} on average and {moved.max_abs:.2f} at most (bias {moved.bias:+.3f}).

| file | bytes | sha256 |
|---|---:|---|
| `{one.files.onnx.name}` | {sidecar["size_bytes"]} | `{sidecar["sha256"]}` |
| `{one.files.int8.name}` | {sidecar["int8_size_bytes"]} | `{sidecar["int8_sha256"]}` |

| family | frames | RMSE | largest error | int8 RMSE | int8 largest |
|---|---:|---:|---:|---:|---:|
{_family_rows(one.fp32, one.int8)}
"""


def _family_rows(fp32: Evaluation, int8: Evaluation) -> str:
    lines = []
    for family, a in fp32.by_family.items():
        b = int8.by_family[family]
        figures = f"{a.rmse:.3f} | {a.max_error:.2f} | {b.rmse:.3f} | {b.max_error:.2f}"
        lines.append(f"| {family} | {a.n_rows} | {figures} |")
    return "\n".join(lines)


def _rmse(part: Agreement | None) -> str:
    return f"{part.rmse:.3f}" if part else "-"
