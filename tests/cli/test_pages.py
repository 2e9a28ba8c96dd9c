# SPDX-License-Identifier: BSD-3-Clause
"""--html, --pictures and --plot: what they write, and what is refused before the work."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner
from tests.support.command import COMMAND, assert_fails, assert_wrong_usage, pair, run
from tests.support.images import decoded
from vmaf_dnn.cli import main
from vmaf_dnn.pages import template

MATPLOTLIB = "matplotlib"


def data_of(page: Path) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text())
    assert found is not None
    return json.loads(found[1])


def n_pictures(page: Path) -> int:
    return page.read_text().count("<img ")


def test_a_page_of_one_clip(clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert main([*pair(clips), "--html", str(page)]) == 0
    score = vmaf_dnn.score(clips.reference, clips.distorted).score
    assert capsys.readouterr().out == f"vmaf_tiny_v2: {score:.6f}\n"
    assert f"distorted.mkv scores {score:.2f} by vmaf_tiny_v2" in page.read_text()
    assert n_pictures(page) == 3  # ten frames are less than half a second
    assert len(data_of(page)["worst"]) == 1


def test_a_page_beside_a_report(clips: Clips, tmp_path: Path) -> None:
    page, report = tmp_path / "page.html", tmp_path / "report.json"
    assert main([*pair(clips), "--html", str(page), "-o", str(report), "-q", "--pool", "p5"]) == 0
    said = f"scores {vmaf_dnn.Report.read(report).pooled('p5'):.2f} by vmaf_tiny_v2, the 5th percentile of 10"
    assert said in page.read_text()


def test_several_clips_are_one_page_and_a_ladder(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    others = []
    for crf in (24, 40):
        others.append(tmp_path / f"crf{crf}.mkv")
        ffmpeg("-i", clips.reference, "-c:v", "libx264", "-crf", crf, others[-1])
    page, folder = tmp_path / "page.html", tmp_path / "pictures" / "here"
    words = ["-r", str(clips.reference), *(word for clip in others for word in ("-d", str(clip)))]
    assert main([*words, "--html", str(page), "--pictures", str(folder), "--worst", "1"]) == 0
    assert "2 encodes against reference.y4m" in page.read_text()
    assert n_pictures(page) == 6
    groups = data_of(page)["ladder"]["groups"]
    assert [[rung[0] for rung in group["rungs"]] for group in groups] == [["crf40.mkv", "crf24.mkv"]]
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 6
    assert re.fullmatch(r"crf24\.mkv\.frame00000\d\.difference_x\d+\.png", names[0])
    assert decoded((folder / names[1]).read_bytes(), 176, 144).std() > 5


def test_what_could_not_be_scored_is_left_out(clips: Clips, tmp_path: Path) -> None:
    broken, page = tmp_path / "broken.mkv", tmp_path / "page.html"
    broken.write_bytes(b"no clip")
    done = run("-r", clips.reference, "-d", broken, "-d", clips.distorted, "--html", page)
    assert done.returncode == 1
    assert "broken.mkv" in done.stderr
    assert "distorted.mkv against reference.y4m" in page.read_text()
    assert n_pictures(page) == 3


def test_the_frames_are_those_that_auto_compared(clips: Clips, tmp_path: Path) -> None:
    """The model for a display brings clips to its lines, and so do pictures."""
    words = [*pair(clips), "--tiny-model", "auto", "--viewing", "phone", "--pictures", str(tmp_path / "p")]
    assert main(words) == 0
    (image,) = (tmp_path / "p").glob("*.reference.png")
    assert decoded(image.read_bytes(), 1320, 1080).shape == (1080, 1320, 3)


@pytest.mark.parametrize("letter", ["a", "\N{HIRAGANA LETTER A}"])
def test_pictures_of_a_long_name_have_a_shorter_one(clips: Clips, tmp_path: Path, letter: str) -> None:
    stem = letter * (240 // len(letter.encode()))
    clip, folder = tmp_path / f"{stem}.mkv", tmp_path / "p"
    clip.symlink_to(clips.distorted)
    assert main(["-r", str(clips.reference), "-d", str(clip), "--pictures", str(folder)]) == 0
    names = [path.name for path in folder.iterdir()]
    assert len(names) == 3
    for name in names:
        assert re.match(rf"[0-9a-f]{{8}}-{letter}+\.mkv\.frame\d{{6}}\.", name)


def test_pictures_that_fail_leave_page_and_plot(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(MATPLOTLIB)

    def refuse(*_: object) -> None:
        raise vmaf_dnn.InvalidArgument("the disk is full.")

    monkeypatch.setattr("vmaf_dnn.cli.pages.giving._write", refuse)
    page, plot = tmp_path / "page.html", tmp_path / "plot.svg"
    words = ["--pictures", str(tmp_path / "p"), "--html", str(page), "--plot", str(plot)]
    assert main([*pair(clips), *words]) == 1
    assert capsys.readouterr().err == "vmaf-dnn: error: the disk is full.\n"
    assert n_pictures(page) == 3
    assert plot.exists()


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_plot(clips: Clips, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip(MATPLOTLIB)
    plot = tmp_path / f"plot.{suffix}"
    assert main([*pair(clips), "--plot", str(plot)]) == 0
    assert plot.read_bytes().startswith({"png": b"\x89PNG", "svg": b"<?xml"}[suffix])


def test_a_plot_of_several_without_rates_is_of_their_curves(clips: Clips, tmp_path: Path) -> None:
    pytest.importorskip(MATPLOTLIB)
    from tests.support.reports import report_with
    from vmaf_dnn.pages.plot import plotted

    names = ("a_$x$.mkv", "b.mkv")
    reports = [report_with([50.0, 60.0, 70.0], names=("ref.y4m", name)) for name in names]
    image = plotted(reports, None, "svg").decode()
    assert image.count("60.00") >= 2
    with pytest.raises(vmaf_dnn.InvalidArgument, match="a report holds no score to draw"):
        plotted([reports[0], vmaf_dnn.score(clips.reference, clips.distorted, tiny_model=None)], None, "png")


def test_a_clip_from_a_pipe_has_a_page_without_pictures(clips: Clips, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    words = ["-r", clips.distorted, "-d", "-", "--html", page]
    done = subprocess.run(
        [*COMMAND, *map(str, words)], input=clips.reference.read_bytes(), capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert n_pictures(page) == 0
    assert "Worst frames" in page.read_text()


def test_features_alone_have_a_page(clips: Clips, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert main([*pair(clips), "-n", "--html", str(page)]) == 0
    assert "no model scored them" in page.read_text()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--html", "page.txt"], "--html takes a file that ends in .html or .htm, got 'page.txt'."),
        (["--html", ""], "--html takes a file that ends in .html or .htm, got ''."),
        (["--plot", "plot.gif"], "--plot takes a file that ends in .png or .svg, got 'plot.gif'."),
        (["--pictures", ""], "--pictures is empty; name a folder."),
        (["--html", "a.html", "-o", "./a.html"], "a.html is named for 2 outputs; name a file for each."),
        (
            ["-d", "-", "--pictures", "p"],
            "--pictures reads the clips a second time, and a pipe can't be; write",
        ),
        (
            ["-d", "other/distorted.mkv", "--pictures", "p"],
            "2 distorted clips are called distorted.mkv, and so",
        ),
    ],
)
def test_wrong_usage(
    clips: Clips, capsys: pytest.CaptureFixture[str], flags: list[str], sentence: str
) -> None:
    assert_wrong_usage([*pair(clips), *flags], capsys, sentence)


def test_refused_before_the_work(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmaf_dnn.cli.score.score", lambda *_, **__: pytest.fail("it was scored"))
    file = tmp_path / "file"
    file.touch()
    link = tmp_path / "link.html"
    link.symlink_to(clips.distorted)
    for flags, sentence in (
        (["--html", str(tmp_path / "no" / "a.html")], "create its folder first"),
        (["--html", str(link)], "this run reads it as"),
        (["--pictures", str(file)], "file is no folder; name one."),
        (["--pictures", str(file / "p")], "no pictures can be written into"),
        (["-n", "--pictures", str(tmp_path / "p")], "--pictures needs a score, and no model is asked for"),
        (["-n", "--plot", str(tmp_path / "p.png")], "--plot needs a score, and no model is asked for"),
    ):
        assert_fails([*pair(clips), *flags], capsys, sentence)
    monkeypatch.setattr(template, "_UPLOT_FILES", (tmp_path / "uPlot.iife.min.js",))
    assert_fails(
        [*pair(clips), "--html", str(tmp_path / "a.html")], capsys, "which this build of vmaf_dnn lacks"
    )
    assert sorted(os.listdir(tmp_path)) == ["file", "link.html"]
    assert clips.distorted.stat().st_size > 0


def test_a_page_is_written_whole_or_not_at_all(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.html"
    page.write_text("before")

    def fail(*_: object) -> str:
        raise vmaf_dnn.InvalidArgument("no page.")

    monkeypatch.setattr("vmaf_dnn.pages.page.filled", fail)
    assert main([*pair(clips), "--html", str(page)]) == 1
    assert page.read_text() == "before"
    assert os.listdir(tmp_path) == ["page.html"]
