# SPDX-License-Identifier: BSD-3-Clause
"""What is searched, and where temporary files are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clips import FfmpegRunner
from tests.support.searches import N_FRAMES, SCENE


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Path:
    """Sixty frames with sound."""
    path = tmp_path_factory.mktemp("source") / "clip.mkv"
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2.4", "-c:a", "flac")
    ffmpeg(
        "-f", "lavfi", "-i", SCENE, *sound, "-frames:v", N_FRAMES, "-c:v", "libx264", "-qp", 0, path
    )  # fmt: skip
    return path


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary folders are; nothing may be left in it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []
