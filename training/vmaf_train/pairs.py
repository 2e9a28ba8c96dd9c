# SPDX-License-Identifier: BSD-3-Clause
"""A pair is one clip and one rung; its rows are kept in one small part file until all pairs are done."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vmaf_dnn.extractors import CANONICAL_6, FeatureTable

from .ladder import Rung
from .manifest import Clip
from .table import LABELS, SCHEMA, write_table

# libvmaf's name of a canonical feature is this and the canonical name.
LOG_PREFIX = "integer_"


@dataclass(frozen=True)
class Pair:
    """One reference clip and one distortion of it."""

    clip: Clip
    rung: Rung
    clip_sha256: str

    def part(self, folder: Path) -> Path:
        """Where its rows go: the name changes with the clip's bytes, its labels and the rung's recipe."""
        clip = {"scene": self.clip.scene, "source": self.clip.source, "kind": self.clip.kind}
        recipe = json.dumps([self.clip_sha256, clip, asdict(self.rung)], sort_keys=True)
        return folder / f"{hashlib.sha256(recipe.encode()).hexdigest()[:24]}.parquet"


def write_part(path: Path, pair: Pair, features: FeatureTable) -> None:
    """Writes the rows of one pair, whole or not at all."""
    n_rows = len(features.frame_numbers)
    columns: dict[str, object] = {
        "source": [pair.clip.source] * n_rows,
        "scene": [pair.clip.scene] * n_rows,
        "kind": [pair.clip.kind] * n_rows,
        "codec": [pair.rung.codec] * n_rows,
        "quality": [pair.rung.quality] * n_rows,
        "scale": [pair.rung.scale] * n_rows,
        "frame": features.frame_numbers,
    }
    columns |= {name: features.metrics[LOG_PREFIX + name] for name in CANONICAL_6}
    columns |= {name: features.metrics[name] for name in LABELS}
    write_table(path, pa.table(columns, schema=SCHEMA), {"extractor": features.extractor})


def read_part(path: Path) -> pa.Table:
    """The rows of one finished pair; the schema's metadata names the extractor."""
    return pq.read_table(path)
