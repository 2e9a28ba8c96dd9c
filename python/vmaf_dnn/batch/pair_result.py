# SPDX-License-Identifier: BSD-3-Clause
"""What is kept of a pair: an Arrow file of its frames, and beside them, as metadata, all that is one number.

How fast it was measured is not, so that the same clips give the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from vmaf_dnn.batch.failure import Failure
from vmaf_dnn.report import Report
from vmaf_dnn.text import legible

FRAME = "frame"
_KEY = b"pair"


@dataclass(frozen=True)
class Summary:
    """All of a pair but its frames.

    Attributes:
        identity: what was scored, as `identity_of` says.
        failure: why there are no scores; the rest is empty then.
        pooled: each metric's poolings, libvmaf's four and the statistics.
        scores: names of the scores among the metrics.
        models: of each fusion model its metric, id, precision, digest, and the number of frames unlike its
            training.
        warnings: what was warned of.
    """

    identity: str
    failure: Failure | None = None
    n_frames: int = 0
    width: int = 0
    height: int = 0
    frame_rate: float | None = None
    version: str = ""
    pooled: dict[str, dict[str, float]] = field(default_factory=dict)
    scores: tuple[str, ...] = ()
    models: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, identity: str, report: Report, warnings: Sequence[str]) -> Summary:
        """Pool a report."""
        pooled = {name: report.pooled_metrics[name] | report.statistics[name] for name in report.metrics}
        models = tuple(
            {
                "metric": model.metric,
                "id": legible(model.info.id),
                "precision": model.info.precision,
                "sha256": model.info.sha256,
                "out_of_domain": model.out_of_domain,
            }
            for model in report.models
        )
        return cls(
            identity,
            None,
            len(report.frame_numbers),
            report.width,
            report.height,
            report.frame_rate,
            report.version,
            pooled,
            tuple(report.score_names),
            models,
            tuple(map(legible, warnings)),
        )

    @classmethod
    def read(cls, schema: pa.Schema) -> Summary:
        """Read what `to_bytes` wrote. Raises `ValueError` or `TypeError` if it is something else."""
        kept = json.loads((schema.metadata or {}).get(_KEY, b"null"))
        failure = kept.pop("failure")
        words: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(failure=Failure(**failure) if failure else None, **words)

    def to_bytes(self, report: Report | None = None) -> bytes:
        """Return the Arrow file."""
        columns: dict[str, Any] = {}
        if report is not None:
            columns = {FRAME: pa.array(report.frame_numbers, pa.int64())}
            columns |= {name: pa.array(values, pa.float64()) for name, values in report.metrics.items()}
        kept = vars(self) | {"failure": self.failure and vars(self.failure)}
        table = pa.table(columns).replace_schema_metadata({_KEY: json.dumps(kept)})
        file = io.BytesIO()
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        return file.getvalue()
