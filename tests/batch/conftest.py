# SPDX-License-Identifier: BSD-3-Clause
"""A manifest of small clips, and the results of an undisturbed run of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.batches import results_in, write_clips, write_manifest


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three references with four versions each, a row with an option, and a row whose clip is missing."""
    folder = tmp_path_factory.mktemp("manifest")
    pairs = [(*pair, "") for pair in write_clips(folder, 3, 4)]
    rows = [*pairs[:5], ("ref0.y4m", "missing.y4m", ""), *pairs[5:], ("ref1.y4m", "dist1_0.y4m", "2")]
    return write_manifest(folder / "manifest.csv", rows, ["subsample"])


@pytest.fixture(scope="session")
def undisturbed(manifest: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of each result file."""
    from vmaf_dnn.batch import score_batch

    folder = tmp_path_factory.mktemp("undisturbed")
    score_batch(manifest, folder, workers=1, reports=True)
    return results_in(folder)
