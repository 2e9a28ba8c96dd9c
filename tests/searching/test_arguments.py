# SPDX-License-Identifier: BSD-3-Clause
"""Which words for the encoder are taken, and what is said of the others."""

from __future__ import annotations

import re

import pytest

from vmaf_dnn import InvalidArgument
from vmaf_dnn.searching.arguments import encoder_arguments


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-tune film -pix_fmt yuv420p10le",
        "-x264-params keyint=50:bframes=2 -g 50",
        "-profile:v main -qdiff -1",
        "-vf scale=-2:720",
        "-filter:v scale=640:360:flags=lanczos",
    ],
)
def test_options_of_an_encoder(text: str) -> None:
    assert encoder_arguments(text) == encoder_arguments(text.split()) == tuple(text.split())


@pytest.mark.parametrize(
    "text",
    ["x.mkv", "-tune film x.mkv", "-tune -g x.mkv", "-", "--", "-- x.mkv", "--vf x", "-g 5 ''", "'' x"],
)
def test_a_word_that_belongs_to_no_option(text: str) -> None:
    with pytest.raises(
        InvalidArgument, match="belongs to no option, so ffmpeg would write a file of that name"
    ):
        encoder_arguments(text)


def test_an_option_without_a_value() -> None:
    with pytest.raises(InvalidArgument, match="-tune has no value; give one to each option"):
        encoder_arguments("-g 50 -tune")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-i other.mkv", "-i reads another file"),
        ("-f null", "-f changes the file that is written; name that with --output"),
        ("-map 0:1", "-map changes which streams there are"),
        ("-stats_enc_post:v x.txt", "-stats_enc_post:v writes another file"),
        ("-codec:v libx265", "-codec:v names an encoder; give it with --encoder"),
        ("-vf scale=64:48,fps=5", "-vf changes the frames"),
        ("-/filter:v x.txt", "-/filter:v changes the frames"),
        ("-lavfi null", "-lavfi changes the frames"),
        ("-frames:v 3", "-frames:v changes how many frames there are"),
        ("-r 5", "-r changes how many frames there are"),
        ("-crf 20", "-crf is the quality that is searched; narrow it with --crf or --bitrate"),
        ("-b:v 1M", "-b:v is the quality that is searched"),
        ("-qp 20", "-qp is the quality"),
        ("-an x.mkv", "-an is ffmpeg's, not the encoder's; leave it out"),
        ("-noautorotate x.mkv", "-noautorotate reads another file"),
        ("-y", "-y is ffmpeg's"),
    ],
)
def test_options_that_are_not_the_encoders(text: str, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=f"^--encoder-args: {re.escape(sentence)}"):
        encoder_arguments(text)
