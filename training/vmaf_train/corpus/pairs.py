# SPDX-License-Identifier: BSD-3-Clause
"""A pair is one clip and one distortion; its rows wait in a small part file until all pairs are done."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors import CANONICAL_6, FeatureTable
from vmaf_dnn.extractors.libvmaf import extract
from vmaf_dnn.video import VideoOptions
from vmaf_dnn.video.ffmpeg.program import ffmpeg_path
from vmaf_train.corpus.distortions import Distortion
from vmaf_train.corpus.encode import encode
from vmaf_train.corpus.manifest import Clip
from vmaf_train.corpus.native import NATIVE_SCHEMA, measure, reference_of
from vmaf_train.corpus.work_folder import SCRATCH
from vmaf_train.data.table import LABELS, SCHEMA
from vmaf_train.files import sha256_of, write_bytes

# The label of the reports, and the same before the clip to 0..100 (up to 113): what a net fits best.
LABEL_MODELS = ("version=vmaf_v0.6.1", "version=vmaf_v0.6.1:disable_clip=true:name=vmaf_unclipped")

# libvmaf's name of a canonical feature is this and the canonical name.
LOG_PREFIX = "integer_"


@dataclass(frozen=True)
class Pair:
    """One reference clip and one distortion of it.

    `display` is what our own extractor measures it for (`native.DISPLAYS`); without one libvmaf measures
    the canonical six and labels them.
    """

    clip: Clip
    distortion: Distortion
    clip_sha256: str
    display: str = ""

    @property
    def schema(self) -> pa.Schema:
        """Of its rows."""
        return NATIVE_SCHEMA if self.display else SCHEMA

    def part(self, folder: Path) -> Path:
        """Where its rows go: the name changes with the clip's bytes, its labels and the recipe."""
        clip = {"scene": self.clip.scene, "source": self.clip.source, "kind": self.clip.kind}
        recipe = json.dumps([self.clip_sha256, clip, asdict(self.distortion), self.display], sort_keys=True)
        return folder / f"{hashlib.sha256(recipe.encode()).hexdigest()[:24]}.parquet"


def rows_of(pair: Pair, ffmpeg: str | None, scratch: Callable[[], Path]) -> pa.Table:
    """Encode one pair and extract its rows; the schema's metadata names the extractor.

    Needs nothing but the clip's file, so it may run on any machine that has it. Raises `VideoError` for a
    clip that can't be read, encoded or compared, or that is not the one the run began with.
    """
    reference = pair.clip.path
    try:
        digest = sha256_of(reference)
    except OSError as error:
        raise VideoError(f"can't read {reference.name}: {error.strerror}.") from error
    if digest != pair.clip_sha256:
        raise VideoError(f"{reference.name} has other bytes than when the run began.")
    binary = ffmpeg_path(ffmpeg)
    if pair.display:
        return _native_rows(pair, binary, scratch())
    options = VideoOptions(scale=pair.distortion.scale > 1, threads=1, ffmpeg=binary)
    with tempfile.TemporaryDirectory(dir=scratch(), prefix=SCRATCH) as folder:
        encoded = Path(folder) / "encode.mkv"
        encode(binary, reference, pair.distortion, encoded)
        features = extract(reference, encoded, options=options, models=LABEL_MODELS)
    features.rows()  # refuses a frame with a missing or non-finite feature
    return _table(pair, features)


def _native_rows(pair: Pair, ffmpeg: str, scratch: Path) -> pa.Table:
    reference = reference_of(ffmpeg, pair.clip.path, pair.clip_sha256, pair.distortion.reference, scratch)
    with tempfile.TemporaryDirectory(dir=scratch, prefix=SCRATCH) as folder:
        rows, extractor = measure(ffmpeg, reference, pair.distortion, pair.display, Path(folder))
    columns = _names(pair, rows.num_rows) | {name: rows[name] for name in rows.column_names}
    table = pa.table({name: columns[name] for name in NATIVE_SCHEMA.names}).cast(NATIVE_SCHEMA)
    return table.replace_schema_metadata({"extractor": extractor})


def _names(pair: Pair, n_rows: int) -> dict[str, object]:
    return {
        "source": [pair.clip.source] * n_rows,
        "scene": [pair.clip.scene] * n_rows,
        "kind": [pair.clip.kind] * n_rows,
        "codec": [pair.distortion.codec] * n_rows,
        "quality": [pair.distortion.quality] * n_rows,
        "scale": pa.array([pair.distortion.scale] * n_rows, pa.int32()),
    }


def _table(pair: Pair, features: FeatureTable) -> pa.Table:
    columns = _names(pair, len(features.frame_numbers)) | {"frame": features.frame_numbers}
    columns |= {name: features.metrics[LOG_PREFIX + name] for name in CANONICAL_6}
    columns |= {name: features.metrics[name] for name in LABELS}
    return pa.table(columns, schema=SCHEMA).replace_schema_metadata({"extractor": features.extractor})


def write_part(path: Path, rows: pa.Table) -> None:
    """Write the rows of one pair, whole or not at all."""
    content = io.BytesIO()
    pq.write_table(rows, content)
    write_bytes(path, content.getvalue())


def is_finished(pair: Pair, folder: Path) -> bool:
    """Whether the rows of a pair are in `folder`: a part that a crash of the machine has cut is none."""
    try:
        return bool(pq.read_schema(pair.part(folder)).equals(pair.schema))
    except (OSError, pa.ArrowException):
        return False


def read_part(path: Path) -> pa.Table:
    """Return the rows of one finished pair; the schema's metadata names the extractor."""
    return pq.read_table(path)
