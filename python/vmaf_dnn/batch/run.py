# SPDX-License-Identifier: BSD-3-Clause
"""A batch from its manifest to its results; what is finished is kept, whatever ends the run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vmaf_dnn.batch.engines import opened_engine
from vmaf_dnn.batch.identity import identity_of, look_anew
from vmaf_dnn.batch.manifest import ManifestInvalid, Pair, read_manifest
from vmaf_dnn.batch.parts import require_span
from vmaf_dnn.batch.progress import BatchHook, BatchResult
from vmaf_dnn.checks import require_path, require_switch, require_whole_number
from vmaf_dnn.errors import InvalidArgument, VmafDnnError
from vmaf_dnn.report.extras import imported

_MOST_NAMED = 20


def score_batch(
    manifest: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    split: float | None = None,
    retries: int = 2,
    reports: bool = False,
    fail_fast: bool = False,
    progress: BatchHook | None = None,
    **defaults: Any,
) -> BatchResult:
    """Score the pairs of a manifest on many workers; ended at any moment, the next run goes on.

    Args:
        manifest: a ``.csv``, ``.jsonl`` or ``.parquet`` with the columns reference, distorted, and any of the
            command's flags (``width``, ``scale``, ``tiny_model``, ``model``); empty cells are not given.
            Paths are relative to it.
        folder: where results go; made if it isn't there. Finished pairs wait in it between runs.
        workers: processes of this machine; default one a CPU, or fewer if pairs take several `threads`.
        scheduler: address of a Dask cluster to use instead, whose workers read the clips by the same paths.
        split: longer pairs are measured in parts of so many seconds, on all workers.
        retries: how often a pair is tried again that failed for a passing cause: a worker that died, a disk
            that is full, a decoder that stalled.
        reports: write each pair's JSON report, too.
        fail_fast: end at the first pair that fails.
        progress: called with a `BatchProgress` at the start and after each pair.
        **defaults: options of all rows that don't give their own, by the names of the columns.

    Returns:
        A `BatchResult`. The files of results have the same bytes however often the run was ended, and
        wherever pairs were scored.

    Raises:
        InvalidArgument: the manifest has faults, the folder can't be written or holds another run, or no
            cluster answers.
        ToolMissing: the packages of the extra ``batch`` are not installed.
        BatchEnded: a pair failed, and `fail_fast` is given.
    """
    require_path("manifest", manifest)
    require_path("folder", folder)
    require_whole_number("retries", retries, 0)
    require_switch("reports", reports)
    require_switch("fail_fast", fail_fast)
    if split is not None:
        require_span("split", split)
    imported("pyarrow", "a batch", "vmaf-dnn[batch]")
    from vmaf_dnn.batch.store import Store
    from vmaf_dnn.batch.work import Run

    look_anew()
    pairs = read_manifest(manifest, defaults)
    store = Store(Path(folder))
    _check_apart(Path(manifest), store.folder)
    named = _identified(pairs)
    with store.held():
        run = Run(store, named, reports, fail_fast, split, progress)
        run.look()
        if run.missing:
            with opened_engine(workers, scheduler, threads=_threads_of(pairs)) as engine:
                run.work(engine, retries)
        run.gather()
    return run.result()


def _threads_of(pairs: Sequence[Pair]) -> int:
    """Return how many threads pairs take at the most; 0 if one takes all."""
    asked = {pair.options.video.threads for pair in pairs}
    return 0 if 0 in asked else max(asked)


def _identified(pairs: Sequence[Pair]) -> list[tuple[Pair, str, str]]:
    """Return each pair with its key and identity; raises `ManifestInvalid` for models that aren't there."""
    named, faults = [], []
    refused: set[object] = set()
    for pair in pairs:
        if pair.options in refused:
            continue
        try:
            named.append((pair, pair.key.hex(), identity_of(pair)))
        except VmafDnnError as error:
            refused.add(pair.options)
            faults.append(f"row {pair.row}: {error}")
    if faults:
        raise ManifestInvalid(faults[:_MOST_NAMED])
    return named


def _check_apart(manifest: Path, folder: Path) -> None:
    from vmaf_dnn.batch.store import FRAMES, INDEX, POOLED

    if folder.exists() and not folder.is_dir():
        raise InvalidArgument(f"{folder} is a file, and results need a folder; name another.")
    for name in (POOLED, FRAMES, INDEX):
        if (folder / name).exists() and (folder / name).samefile(manifest):
            raise InvalidArgument(f"the manifest {manifest} is where a result goes; name another folder.")
