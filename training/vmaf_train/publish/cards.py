# SPDX-License-Identifier: BSD-3-Clause
"""`README.md` of a folder of models: one card each, every figure from a report or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vmaf_train.data.task import V1_RANGE
from vmaf_train.files import read_json, sha256_of, write_bytes
from vmaf_train.publish.quality import AGAINST
from vmaf_train.publish.sidecar import ModelFiles

Json = Mapping[str, Any]

_HEADER = """\
# Model cards

Written by `vmaf-train all`; every figure is measured. {about}

The figures are of **{n_rows} frames of {n_sources} sources that no model was trained on**, in all distortions
of the ladder. int8 is run row by row, as the library runs it.

{table}

*Ordinary* are x264, x265, VP9 and SVT-AV1 at full, half and quarter size; *odd* are blur, sharpening,
noise, contrast, brightness, dropped and frozen frames, and MPEG-2{odd}.
"""

_CLIP = "Both sides are\nclipped to {range} as reports clip."
_ABOUT = {
    "": """\
Fusion models take libvmaf's six per-frame features
(`adm2`, `vif_scale0`..`vif_scale3`, `motion2`, as libvmaf logs them; the scaler is in the graph) and give
one score a row, the same as libvmaf's `{against}` but for the errors below, in VMAF points. """
    + _CLIP,
    "feature_options": """\
Fusion models take libvmaf's six per-frame features
(`adm2`, `vif_scale0`..`vif_scale3`, `motion2`; the scaler is in the graph), with the options that stand in
the sidecar, and give one score a row, the same as libvmaf's `{against}` but for the errors below, in VMAF
points. """
    + _CLIP,
    "chroma_correction": """\
One net over the four features of VMAF v1
(`cambi`, `speed_chroma_uv`, `adm3`, `motion3`; the scaler is in the graph) stands in for the one SVR that
libvmaf's eight `{against}` files hold. How features are measured, the chroma correction before the net, the
polynomial after it and the clip differ by file and stand in the sidecar of each id. The first figures are of
the SVR's own score, before any polynomial, in points. """
    + _CLIP,
}
_MORE_ODD = ",\nbanding, and hue, saturation, blur, noise and shift of chroma"

_FOOTER = """
## For all of them

* **Data.** Features and labels of real clips put through the distortions of
  `training/vmaf_train/corpus/{distortions}.py`; no frame of any clip is in this repository. Splits go by
  source, never by scene. Table: {data}; held out: {held_out}.
* **Training.** On `{against}` before its clip to {range}; recipe and sources stand in `<id>.training.json`.
* **int8.** Wide layers in int8, first and last in fp32. `quant_mode` in the registry says which file
  `precision="auto"` runs.
* **Limits.** They stand in for `{against}` and inherit what it gets wrong; they know nothing of people
  beyond it. Rows outside a model's domain (in its card, and `feature_range` in its sidecar) are extrapolated,
  and reports count them. Content and distortions unlike those above may do worse; the largest errors above
  are of these rows and no bound.
* **Licence.** BSD-3-Clause, the weights too.
* **Reproduce.** `{command} --check`
  rebuilds every model file and compares the bytes. Sums in floating point depend on the CPU and on torch's
  version, so other machines may get other bytes of the same quality.
"""


def write_cards(path: Path, reports: Mapping[str, Json], against: str = AGAINST) -> None:
    """Write the cards of the models beside `path`, judged together.

    `reports` holds for each id what a report of `vmaf-train all` says under `models`: `fp32`, `int8` and
    `int8_drift`; the last two may be missing.
    """
    files = {id_: ModelFiles(path.with_name(f"{id_}.onnx")) for id_ in reports}
    first = next(iter(reports.values()))["fp32"]
    sidecar = read_json(files[next(iter(reports))].sidecar)
    kind = next((key for key in ("chroma_correction", "feature_options") if key in sidecar), "")
    lowest, highest = V1_RANGE if kind == "chroma_correction" else sidecar["output_range"]
    words = {"against": against, "range": f"{lowest:g}..{highest:g}"}
    header = _HEADER.format(
        about=_ABOUT[kind].format(**words),
        odd=_MORE_ODD if kind else "",
        n_rows=first["overall"]["n_rows"],
        n_sources=len(first["by_source"]),
        table=markdown_table(
            _SUMMARY, (row for id_ in reports for row in _summary(files[id_], reports[id_]))
        ),
    )
    cards = "".join(_card(files[id_], reports[id_]) for id_ in reports)
    words["distortions"] = "distortions_v1" if kind else "distortions"
    write_bytes(path, header + cards + _footer(sidecar, words))


_SUMMARY = (
    *("model", "precision", "bytes", "PLCC", "SROCC", "RMSE", "largest error"),
    *("RMSE ordinary", "largest", "RMSE odd", "largest"),
)


def _summary(files: ModelFiles, report: Json) -> Iterator[Sequence[str]]:
    for precision, file in (("fp32", files.onnx), ("int8", files.int8)):
        if found := report.get(precision):
            a = found["overall"]
            quality = (f"{a['plcc']:.6f}", f"{a['srocc']:.6f}", *_errors(a))
            parts = (*_errors(found["ordinary"]), *_errors(found["odd"]))
            yield f"`{files.id}`", precision, str(file.stat().st_size), *quality, *parts


def _card(files: ModelFiles, report: Json) -> str:
    sidecar, record = read_json(files.sidecar), read_json(files.training)
    fp32, int8 = report["fp32"], report.get("int8")
    layers = "-".join(map(str, (len(sidecar["features"]), *sidecar["hidden"], 1)))
    default = "fp32" if sidecar["quant_mode"] == "fp32" else f"int8 (`{sidecar['quant_mode']}`)"
    return f"""
## {files.id}

{sidecar.get("description", "")}

`{sidecar["arch"]}`, {layers}, {sidecar["n_params"]} parameters; `precision="auto"` runs {default}. Trained on
{record["n_rows"]} rows of {len(record["sources"])} sources; RMSE {record["fit"]["rmse"]:.3f} on them.
{_drift(report)}

{files_table(files)}

{_displays(report)}{markdown_table(("family", *_BOTH), _groups("by_family", fp32, int8))}

{markdown_table(("kind of content", *_BOTH), _groups("by_kind", fp32, int8))}

{_worst_source(fp32)}

{markdown_table(("domain", "lowest", "highest"), _domain(sidecar))}
"""


_BOTH = ("frames", "RMSE", "largest error", "int8 RMSE", "int8 largest")


def _displays(report: Json) -> str:
    """Return the figures of ids that share the net, of scores as their reports show them."""
    if "displays" not in report:
        return ""
    head = ("id", "RMSE", "largest error", "int8 RMSE", "int8 largest")
    rows = [(f"`{id_}`", *_errors(a["fp32"]), *_errors(a["int8"])) for id_, a in report["displays"].items()]
    return f"{markdown_table(head, rows)}\n\n"


def _drift(report: Json) -> str:
    moved = report.get("int8_drift")
    if not moved:
        return "There is no int8 file."
    figures = f"{moved['mean_abs']:.3f} on average and {moved['max_abs']:.2f} at most"
    return f"int8 moves a score by {figures} (bias {moved['bias']:+.3f})."


def files_table(files: ModelFiles) -> str:
    """Return the table of a model's files, with sizes and digests."""
    return markdown_table(("file", "bytes", "sha256"), _files(files))


def _files(files: ModelFiles) -> Iterator[Sequence[str]]:
    for path in (files.onnx, files.int8, files.sidecar, files.training):
        if path.is_file():
            yield f"`{path.name}`", str(path.stat().st_size), f"`{sha256_of(path)}`"


def _groups(key: str, fp32: Json, int8: Json | None) -> Iterator[Sequence[str]]:
    for name, a in fp32[key].items():
        yield name, str(a["n_rows"]), *_errors(a), *_errors(int8 and int8[key][name])


def _worst_source(fp32: Json) -> str:
    name, a = max(fp32["by_source"].items(), key=lambda item: float(item[1]["rmse"]))
    return f"Hardest held-out source: `{name}`, RMSE {a['rmse']:.3f}, largest error {a['max_error']:.2f}."


def _domain(sidecar: Json) -> Iterator[Sequence[str]]:
    for name, (lowest, highest) in zip(sidecar["features"], sidecar["feature_range"], strict=True):
        yield f"`{name}`", f"{lowest:.4f}", f"{highest:.4f}"


def _errors(part: Json | None) -> tuple[str, str]:
    return (f"{part['rmse']:.3f}", f"{part['max_error']:.2f}") if part else ("-", "-")


def _footer(sidecar: Json, words: Mapping[str, str]) -> str:
    provenance = sidecar["run_provenance"]
    command = " ".join(word for word in provenance["argv"] if word != "--force")
    named = {name: _names(provenance["inputs"][name]) for name in ("data", "held_out")}
    return _FOOTER.format(command=command, **named, **words)


def _names(described: Any) -> str:
    files = described if isinstance(described, list) else [described]
    return ", ".join(f"`{file['path']}` (sha256 `{file['sha256'][:12]}`)" for file in files)


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; the first column is text, the others figures."""
    rule = "|".join(["---", *["---:"] * (len(head) - 1)])
    lines = [" | ".join(row) for row in (head, *rows)]
    return "\n".join([f"| {lines[0]} |", f"|{rule}|", *(f"| {line} |" for line in lines[1:])])
