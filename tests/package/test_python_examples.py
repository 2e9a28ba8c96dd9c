# SPDX-License-Identifier: BSD-3-Clause
"""The programs of examples/python run as their docstrings tell, and their scores are the library's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips
from tests.support.paths import ROOT

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "examples" / "python"


def run(folder: Path, *words: object) -> list[str]:
    """What the program prints, run in `folder`; it must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [
        sys.executable if str(words[0]).endswith(".py") else "sh",
        EXAMPLES / str(words[0]),
        *words[1:],
    ]
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def report(clips: Clips) -> vmaf_dnn.Report:
    return vmaf_dnn.score(clips.reference, clips.distorted, tiny_model="vmaf_tiny_v4")


def test_score_pair(clips: Clips, report: vmaf_dnn.Report, tmp_path: Path) -> None:
    first, *worst = run(tmp_path, "score_pair.py", clips.reference, clips.distorted)
    scores = sorted(report.metrics["vmaf_tiny_v4"])
    assert first.endswith(f"mean {report.mean:.2f}, worst frame {scores[0]:.2f}")
    assert [re.findall(r": ([\d.]+),", line) for line in worst] == [[f"{score:.2f}"] for score in scores[:3]]
    assert (tmp_path / "report.json").exists()


def test_ladder_plot(clips: Clips, report: vmaf_dnn.Report, tmp_path: Path) -> None:
    encodes = (clips.distorted, clips.reference)
    lines = run(tmp_path, "ladder_plot.py", "ladder.svg", clips.reference, *encodes)
    assert lines[0].endswith(f"VMAF {report.mean:.2f}")
    assert len(lines) == len(encodes)
    assert "<svg" in (tmp_path / "ladder.svg").read_text()


def test_frames_numpy(tmp_path: Path) -> None:
    lines = run(tmp_path, "frames_numpy.py")
    assert [re.sub(r"\d+\.\d+", "…", line) for line in lines] == [
        "noisy: … over 12 frames",
        "coarse: … over 12 frames",
    ]
    assert all(50 < float(line.split()[1]) < 100 for line in lines)


def test_frames_pyav(clips: Clips, report: vmaf_dnn.Report, tmp_path: Path) -> None:
    pytest.importorskip("av")
    *frames, mean = run(tmp_path, "frames_pyav.py", clips.reference, clips.distorted)
    assert len(frames) == N_FRAMES
    assert mean == f"mean\t{report.mean:.3f}"


def test_million_rows(tmp_path: Path) -> None:
    first, last = run(tmp_path, "million_rows.py", 100_000)
    assert first.startswith("100000 rows in ")
    assert last == "same bits alone: True"


def test_train(clips: Clips, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from tests.support.small_models import make_table
    from vmaf_train.data.table import write_table

    write_table(tmp_path / "corpus.parquet", make_table().slice(300, 200))
    last = run(tmp_path, "train.sh", "clips", clips.reference, clips.distorted)[-1]
    assert re.fullmatch(r"mine: \d+\.\d{6}", last)


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_an_example_is_listed_and_tells_how_to_run_it(path: Path) -> None:
    assert path.name in path.read_text()
    assert f"| `{path.name}` |" in (ROOT / "docs" / "python.md").read_text()
