# SPDX-License-Identifier: BSD-3-Clause
"""Words of a command line that belong to no flag: what was meant, in words that work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.support.clips import Clips
from tests.support.command import assert_wrong_usage, pair
from vmaf_dnn.cli import main

GIVEN = ["-r", "ref.y4m", "-d", "a.mp4"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["b.mp4"], "'b.mp4' stands alone; repeat the flag for each clip: -d a.mp4 -d b.mp4"),
        (["b.mp4", "c d.mp4", "--json"], "-d a.mp4 -d b.mp4 -d 'c d.mp4'"),
        (["--json", "b.mp4"], "'b.mp4' stands alone: it is no verb (probe, models, info, verify, demo"),
        (["--sheep", "4"], "unrecognized arguments: --sheep 4"),
        (["--sheep=4"], "unrecognized arguments: --sheep=4"),
        (["--treads", "4"], "unrecognized arguments: --treads 4; did you mean --threads?"),
        (
            ["--pool", "median"],
            "the pooling must be one of mean, harmonic_mean, min, max, p1, p5",
        ),
        (
            ["--scale", "640x360"],
            "got '640x360'; give the lines alone, 360",
        ),
        (
            ["--scale", "640:360"],
            "takes a number of lines, got '640:360'; give the lines alone, 360",
        ),
        (["--scale", "big"], "got 'big'; give a number of lines, or none"),
        (["-m", "vmaf_v0.6.1"], "'vmaf_v0.6.1' stands alone; write version=vmaf_v0.6.1."),
        (["-m", "vmaf_v0.6.1:name=a"], "'vmaf_v0.6.1' stands alone; write version=vmaf_v0.6.1:name=a."),
        (["-m", "m/a.json"], "'m/a.json' stands alone; write path=m/a.json."),
        (["-m", "a.json"], "'a.json' stands alone; write path=a.json."),
        (["-m", "vmaf_tiny_v4"], "is a fusion model, not one of libvmaf's; write --tiny-model vmaf_tiny_v4."),
    ],
)
def test_stray_words(capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    assert_wrong_usage([*GIVEN, *words], capsys, sentence)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ref.y4m", "a.mp4"], "clips are named by flags: vmaf-dnn -r ref.y4m -d a.mp4"),
        (["ref.y4m", "a.mp4", "b.mp4"], "vmaf-dnn -r ref.y4m -d a.mp4 -d b.mp4"),
        (["-r", "ref.y4m", "a.mp4"], "'a.mp4' stands alone; the distorted clip needs a flag: -d a.mp4"),
        (["sing"], "'sing' stands alone: it is no verb (probe, models, info, verify, demo"),
    ],
)
def test_clips_without_flags(capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    assert_wrong_usage(words, capsys, sentence)


@pytest.mark.parametrize("count", [2, 3])
def test_the_command_that_is_named_scores(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str], count: int
) -> None:
    copies = [tmp_path / f"clip {i}.mkv" for i in range(count - 1)]
    for copy in copies:
        copy.write_bytes(clips.distorted.read_bytes())
    with pytest.raises(SystemExit):
        main([str(clips.reference), *map(str, copies)])
    command = re.search(r"by flags: vmaf-dnn (.*)", capsys.readouterr().err)
    assert command
    assert main(shlex.split(command[1])) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["--subsample", "2"],
        ["--subsample=2"],
        ["--frame-cnt", "3"],
        ["-nq"],
        ["--scale"],
        ["--scale", "0x120"],
        ["--tiny-model", "vmaf_tiny_v3", "-q"],
    ],
)
def test_words_that_belong_to_flags_pass(
    clips: Clips, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main([*pair(clips), *words]) == 0
    assert capsys.readouterr().out
