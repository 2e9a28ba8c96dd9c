# SPDX-License-Identifier: BSD-3-Clause
"""One pair of clips measured by our own extractor: the features of VMAF v1 and of NEG, in one pass.

Scores of both come from a teacher later, which is an exact function of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors import CANONICAL_6, FeatureTable
from vmaf_dnn.extractors.native import extract
from vmaf_dnn.video import VideoOptions
from vmaf_dnn.video.y4m import open_y4m
from vmaf_train.corpus.distortions import LOSSLESS, Distortion
from vmaf_train.corpus.encode import RAW, encode
from vmaf_train.corpus.work_folder import REFERENCES
from vmaf_train.data.feature_set import NEG, V1_DISPLAYS, FeatureSet
from vmaf_train.data.table import LABELS, TEXTS, with_task
from vmaf_train.data.task import V1_RANGE, Task
from vmaf_train.data.teacher import Teacher
from vmaf_train.files import whole_file
from vmaf_train.metrics import OUTPUT_RANGE

DISPLAYS = ("3d0h", "5d0h", "3d0h_2160")
"""What pairs are measured for, in turn: 1d5h_2160 has 3d0h's numbers. Every other row is of an hfr file."""

ONE_OF = 4
"""Of so many pairs one is measured: four features are covered by fewer rows than six."""

N_FRAMES = 24
EVERY = 2
_LARGE_LINES = 720  # where the chroma of 5d0h and 3d0h_2160 has blocks to compare
_V1 = V1_DISPLAYS["3d0h"].names

NATIVE_SCHEMA = pa.schema(
    [(name, pa.string()) for name in (*TEXTS, "display")]
    + [("scale", pa.int32()), ("frame", pa.int32())]
    + [(name, pa.float64()) for name in (*_V1, *CANONICAL_6)]
)
"""`display` is what the features of v1 are measured for; the canonical six have NEG's gain limits."""


def reference_of(ffmpeg: str, clip: Path, sha256: str, filters: str, scratch: Path) -> Path:
    """Return the first frames of a clip after some filters, decoded once for all pairs of a run."""
    folder = scratch / REFERENCES
    folder.mkdir(exist_ok=True)
    name = "".join(letter for letter in filters if letter.isalnum())[:40]
    path = folder / f"{sha256[:24]}{name and '-'}{name}.y4m"
    if not path.exists():
        with whole_file(path) as unfinished:
            prepare = Distortion("reference", name or "plain", ("-frames:v", str(N_FRAMES)), filters)
            encode(ffmpeg, clip, prepare, unfinished, RAW)
    return path


def measure(
    ffmpeg: str, reference: Path, distortion: Distortion, display: str, scratch: Path
) -> tuple[pa.Table, str]:
    """Encode and measure one pair: its rows without the columns that name it, and the extractor.

    Raises `VideoError` for clips that can't be encoded or compared.
    """
    is_raw = distortion.encoder == LOSSLESS
    encoded = scratch / ("encode.y4m" if is_raw else "encode.mkv")
    encode(ffmpeg, reference, distortion, encoded, RAW if is_raw else ())
    requests = [*V1_DISPLAYS[display].requests, V1_DISPLAYS[f"hfr_{display}"].requests[3], *NEG.requests]
    options = VideoOptions(
        scale=_lines(reference, distortion, display) or distortion.scale > 1,
        threads=1,
        ffmpeg=ffmpeg,
        subsample=EVERY,
    )
    (found,) = extract(reference, [encoded], options=options, features=requests)
    return _table(found, requests, display), found.extractor


def labelled(rows: pa.Table, features: FeatureSet, teacher: Teacher) -> pa.Table:
    """Return the table of one feature set out of measured rows, with the teacher's labels."""
    output_range = V1_RANGE if features.chroma_correction else OUTPUT_RANGE
    task = Task(features, output_range=output_range)
    zeros = pa.array(np.zeros(rows.num_rows))
    others = [*TEXTS, *(["display"] if output_range == V1_RANGE else []), "scale", "frame"]
    columns = {name: rows[name] for name in (*others, *features.names)} | dict.fromkeys(LABELS, zeros)
    return teacher.label(with_task(pa.table(columns), task))


def _lines(reference: Path, distortion: Distortion, display: str) -> int:
    """Return the lines to compare at: 0 for the reference's own."""
    if distortion.lines:
        return distortion.lines
    is_small = open_y4m(reference).height < _LARGE_LINES
    return _LARGE_LINES if display != DISPLAYS[0] and is_small and distortion.scale == 1 else 0


def _table(found: FeatureTable, requests: list[str], display: str) -> pa.Table:
    values = [found.column(request) for request in requests]
    is_hfr = np.arange(len(found.frame_numbers)) % 2 == 1
    motion3 = np.where(is_hfr, values[4], values[3])
    columns = dict(zip((*_V1, *CANONICAL_6), [*values[:3], motion3, *values[5:]], strict=True))
    for name, column in columns.items():
        if not np.isfinite(column).all():
            raise VideoError(f"{name} of a frame is not finite.")
    displays = np.where(is_hfr, f"hfr_{display}", display)
    return pa.table({"display": displays, "frame": found.frame_numbers, **columns})
