# SPDX-License-Identifier: BSD-3-Clause
"""How far a batch is, what it gave, and the error that ends it early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn.errors import VmafDnnError


class BatchEnded(VmafDnnError):
    """A pair failed, and `fail_fast` was asked for; finished pairs are kept."""


@dataclass(frozen=True)
class BatchProgress:
    """Where a batch stands.

    Attributes:
        n_done: pairs that are finished, those that failed and those of earlier runs among them.
        n_pairs: pairs in all.
        n_failed: pairs that failed.
        n_changed: pairs that are scored again, as a clip, a model or the program has changed since.
        seconds_left: as far as the pairs so far tell; None before the first.
    """

    n_done: int
    n_pairs: int
    n_failed: int
    n_changed: int
    seconds_left: float | None


@dataclass(frozen=True)
class BatchResult:
    """What a batch gave.

    Attributes:
        folder: where the results are: ``pooled.parquet``, ``frames.parquet`` and ``index.html``.
        n_pairs: rows of the manifest.
        n_reused: pairs that an earlier run had finished.
        n_changed: pairs that were scored again, as a clip, a model or the program had changed.
        n_failed: pairs without scores.
        failures: a sentence for each of the first 20 of them.
    """

    folder: Path
    n_pairs: int
    n_reused: int
    n_changed: int
    n_failed: int
    failures: tuple[str, ...]


BatchHook = Callable[[BatchProgress], None]
