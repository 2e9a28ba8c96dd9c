# SPDX-License-Identifier: BSD-3-Clause
"""Clips that the tests share, made by ffmpeg's own sources, and libvmaf's word on them."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.clips import N_FRAMES, SCENE, Clips, FfmpegRunner, LogReader, SpyFfmpeg
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg


def pytest_configure() -> None:
    """Take back signals that a background shell or nohup makes us and our children ignore."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def ffmpeg() -> FfmpegRunner:
    """Runs ffmpeg with the given words, quietly."""
    path = find_ffmpeg().path

    def run(*words: object) -> None:
        command = [path, "-v", "error", "-nostdin", "-y", *map(str, words)]
        subprocess.run(command, check=True, capture_output=True)

    return run


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Clips:
    folder = tmp_path_factory.mktemp("clips")
    pair = Clips(folder / "reference.y4m", folder / "distorted.mkv")
    ffmpeg("-f", "lavfi", "-i", SCENE, "-frames:v", N_FRAMES, "-pix_fmt", "yuv420p", pair.reference)
    ffmpeg("-i", pair.reference, "-c:v", "libx264", "-crf", 33, pair.distorted)
    return pair


@pytest.fixture(scope="session")
def libvmaf_log() -> LogReader:
    """The log of ffmpeg's plain libvmaf filter, without any help of ours."""
    path = find_ffmpeg().path

    def read(
        reference: Path, distorted: Path, settings: str = "", folder: Path | None = None
    ) -> dict[str, Any]:
        log = (folder or reference.parent) / "plain.json"
        graph = f"[0:v][1:v]libvmaf=log_fmt=json:log_path={log.name}{settings and ':' + settings}"
        words = ["-i", distorted, "-i", reference, "-lavfi", graph, "-f", "null", "-"]
        command = [path, "-v", "error", "-nostdin", *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, cwd=log.parent)
        return json.loads(log.read_text())

    return read


@pytest.fixture
def spy_ffmpeg(tmp_path: Path) -> SpyFfmpeg:
    spy = SpyFfmpeg(tmp_path / "spy-ffmpeg", tmp_path / "spy-ffmpeg.calls")
    spy.path.write_text(f'#!/bin/sh\necho "$@" >> {spy.notes}\nexec {find_ffmpeg().path} "$@"\n')
    spy.path.chmod(0o755)
    return spy
