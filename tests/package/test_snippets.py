# SPDX-License-Identifier: BSD-3-Clause
"""What README and docs show is what happens: each page's Python and console blocks, run in turn."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.clips import FfmpegRunner
from tests.support.paths import ROOT
from tests.support.snippets import PAGES, Snippet, differs, snippets_of
from vmaf_dnn.demo.clip import make_clip
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

pytestmark = pytest.mark.slow

ENCODES = {"dist.mp4": 31, "dist.mkv": 31, "crf23.mp4": 23, "crf31.mp4": 31, "crf38.mp4": 38}
LADDER = [(encoder, crf) for encoder in ("x264", "x265") for crf in (22, 28, 34, 40)]
# The bytes of an encode depend on the encoder's release, and so do its scores.
TOLERANCE_OF_ENCODES = 0.5
TOLERANCE = 2e-6
SCENES = ("plane", "flower", "street")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Path:
    """What pages name: 48 frames of the demo's clip, encodes of them, and what training starts from."""
    folder = tmp_path_factory.mktemp("named")
    reference = make_clip(find_ffmpeg(), folder, (640, 360), 48).rename(folder / "ref.y4m")
    ffmpeg("-i", reference, folder / "ref.yuv")
    ffmpeg("-i", reference, "-c:v", "ffv1", folder / "ref.mkv")
    for name, crf in ENCODES.items():
        ffmpeg("-i", reference, "-c:v", "libx264", "-crf", crf, folder / name)
    for encoder, crf in LADDER:
        ffmpeg("-i", reference, "-c:v", f"lib{encoder}", "-crf", crf, folder / f"{encoder}_{crf}.mkv")
    ffmpeg("-i", reference, "-vf", "fps=50", "-c:v", "libx264", "-crf", 31, folder / "fast.mp4")
    ffmpeg("-i", folder / "dist.mp4", "-vf", "trim=start_frame=12,setpts=PTS-STARTPTS", folder / "late.mp4")
    ffmpeg("-i", folder / "dist.mp4", folder / "dist.y4m")
    (folder / "clips").mkdir()
    for seed, scene in enumerate(SCENES, 1):
        source = f"testsrc2=size=96x64:rate=25,noise=alls={8 * seed}:allf=t:all_seed={seed},hue=h={70 * seed}"
        words = ["-f", "lavfi", "-i", source, "-frames:v", 3, "-pix_fmt", "yuv420p", "-c:v", "ffv1"]
        ffmpeg(*words, folder / "clips" / f"{scene}.mkv")
    (folder / "held_out.json").write_text('{"sources": ["plane", "flower"]}')
    return folder


@pytest.fixture
def folder(tmp_path: Path, clips: Path) -> Path:
    """Where a page's commands run."""
    return shutil.copytree(clips, tmp_path, copy_function=os.link, dirs_exist_ok=True)


def run(words: list[str], folder: Path, snippet: Snippet) -> str:
    """What a command prints; it must succeed, but for a verdict."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VMAF_")}
    kept["VMAF_DNN_REGISTRY_PATH"] = os.pathsep.join(
        str(ROOT / "model" / name) for name in ("frames", "plans")
    )
    done = subprocess.run(
        words, cwd=folder, env=kept | {"PATH": path}, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode <= snippet.is_verdict, f"{snippet.where}: {words[-1]}\n{done.stdout}{done.stderr}"
    return done.stdout


def tolerance_of(snippet: Snippet, code: str) -> float | None:
    if snippet.is_of_another_run:
        return None
    return TOLERANCE_OF_ENCODES if re.search(r"\.(mp4|mkv|parquet)\b", code) else TOLERANCE


def check(snippet: Snippet, code: str, expected: str, printed: str) -> None:
    assert snippet.is_verdict or not differs(expected, printed, tolerance_of(snippet, code)), (
        f"{snippet.where}: {code}--- the page shows\n{expected}--- it prints\n{printed}"
    )


@pytest.mark.parametrize("page", [page for page in PAGES if snippets_of(page, "console", "python")])
def test_a_page_shows_what_happens(page: str, folder: Path) -> None:
    if page == "docs/training.md":
        pytest.importorskip("torch")
    for snippet in snippets_of(page, "console", "python"):
        if snippet.is_illustration:
            continue
        if snippet.language == "python":
            printed = run([sys.executable, "-W", "error", "-c", snippet.text], folder, snippet)
            check(snippet, snippet.text, snippet.output or "", printed)
        for command, expected in snippet.commands if snippet.language == "console" else ():
            check(
                snippet,
                command,
                expected,
                run(["bash", "-euo", "pipefail", "-c", command], folder, snippet),
            )


@pytest.mark.parametrize("page", PAGES)
def test_an_illustration_has_its_reason(page: str) -> None:
    remarks = re.findall(r"^<!-- (.+?) -->$", (ROOT / page).read_text(), re.M)
    known = re.compile(r"illustration: .+|(numbers|verdict) of another run|(begin|end): [a-z-]+")
    assert [remark for remark in remarks if not known.fullmatch(remark)] == []


def test_comparing() -> None:
    assert not differs("a 1.25 b\n", "a 1.2501 b\n", 1e-3)
    assert differs("a 1.25 b\n", "a 1.26 b\n", 1e-3)
    assert differs("3 rows\n", "4 rows\n", 10)
    assert differs("3 rows\n", "3 lines\n", None)
    assert not differs("3 rows\n", "4 rows\n", None)
    assert not differs("first\n…\nlast 1\n", "first\nsecond\nthird\nlast 1\n", 0)
