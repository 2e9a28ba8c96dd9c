# SPDX-License-Identifier: BSD-3-Clause
"""A pair is one clip and one distortion; its rows wait in a small part file until all pairs are done."""

from __future__ import annotations

import hashlib
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
from vmaf_dnn.video.ffmpeg import ffmpeg_path
from vmaf_train.corpus.distortions import Distortion
from vmaf_train.corpus.encode import encode
from vmaf_train.corpus.manifest import Clip
from vmaf_train.corpus.work_folder import SCRATCH
from vmaf_train.data.table import LABELS, SCHEMA, write_table
from vmaf_train.files import sha256_of

# The label of the reports, and the same before the clip to 0..100 (up to 113): what a net fits best.
LABEL_MODELS = ("version=vmaf_v0.6.1", "version=vmaf_v0.6.1:disable_clip=true:name=vmaf_unclipped")

# libvmaf's name of a canonical feature is this and the canonical name.
LOG_PREFIX = "integer_"


@dataclass(frozen=True)
class Pair:
    """One reference clip and one distortion of it."""

    clip: Clip
    distortion: Distortion
    clip_sha256: str

    def part(self, folder: Path) -> Path:
        """Where its rows go: the name changes with the clip's bytes, its labels and the recipe."""
        clip = {"scene": self.clip.scene, "source": self.clip.source, "kind": self.clip.kind}
        recipe = json.dumps([self.clip_sha256, clip, asdict(self.distortion)], sort_keys=True)
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
    options = VideoOptions(scale=pair.distortion.scale > 1, threads=1, ffmpeg=binary)
    with tempfile.TemporaryDirectory(dir=scratch(), prefix=SCRATCH) as folder:
        encoded = Path(folder) / "encode.mkv"
        encode(binary, reference, pair.distortion, encoded)
        features = extract(reference, encoded, options=options, models=LABEL_MODELS)
    features.rows()  # refuses a frame with a missing or non-finite feature
    return _table(pair, features)


def _table(pair: Pair, features: FeatureTable) -> pa.Table:
    n_rows = len(features.frame_numbers)
    columns: dict[str, object] = {
        "source": [pair.clip.source] * n_rows,
        "scene": [pair.clip.scene] * n_rows,
        "kind": [pair.clip.kind] * n_rows,
        "codec": [pair.distortion.codec] * n_rows,
        "quality": [pair.distortion.quality] * n_rows,
        "scale": [pair.distortion.scale] * n_rows,
        "frame": features.frame_numbers,
    }
    columns |= {name: features.metrics[LOG_PREFIX + name] for name in CANONICAL_6}
    columns |= {name: features.metrics[name] for name in LABELS}
    return pa.table(columns, schema=SCHEMA).replace_schema_metadata({"extractor": features.extractor})


def write_part(path: Path, rows: pa.Table) -> None:
    """Write the rows of one pair, whole or not at all."""
    write_table(path, rows, rows.schema.metadata)


def is_finished(path: Path) -> bool:
    """Whether `path` holds the rows of a pair: a part that a crash of the machine has cut does not."""
    try:
        return bool(pq.read_schema(path).equals(SCHEMA))
    except (OSError, pa.ArrowException):
        return False


def read_part(path: Path) -> pa.Table:
    """Return the rows of one finished pair; the schema's metadata names the extractor."""
    return pq.read_table(path)
