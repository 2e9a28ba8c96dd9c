# SPDX-License-Identifier: BSD-3-Clause
"""Progress, errors on the way, and what an extraction leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.clips import N_FRAMES, Clips
from tests.support.extract import Extract
from vmaf_dnn.video import Progress
from vmaf_dnn.video.options import EXTRACTORS


def test_progress_ends_at_the_last_frame(extract: Extract, clips: Clips) -> None:
    seen: list[Progress] = []
    extract(clips.reference, clips.distorted, progress=seen.append)
    assert (seen[-1].n_frames_done, seen[-1].n_frames_total) == (N_FRAMES, N_FRAMES)
    assert seen[-1].fps > 0


def test_an_error_in_the_progress_hook_ends_the_run_and_leaves_nothing(
    extract: Extract, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def stop(_: Progress) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        extract(clips.reference, clips.distorted, progress=stop)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_writes_nothing_at_home_and_prints_nothing(clips: Clips, tmp_path: Path, extractor: str) -> None:
    home, code = (
        tmp_path / "home",
        "import sys, vmaf_dnn; vmaf_dnn.features(*sys.argv[1:3], extractor=sys.argv[3])",
    )
    home.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    command: list[str | Path] = [sys.executable, "-c", code, clips.reference, clips.distorted, extractor]
    done = subprocess.run(
        command, env=environment | {"HOME": str(home)}, capture_output=True, cwd=tmp_path, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert list(tmp_path.rglob("*")) == [home]
