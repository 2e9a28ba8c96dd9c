# SPDX-License-Identifier: BSD-3-Clause
"""Names and words in files that look like something else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import N_FRAMES, Clips, FfmpegRunner
from tests.support.extract import Extract
from vmaf_dnn.errors import VideoError

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "text",
    [
        "fmt:yuv420p10le s:64x64",
        "n:   0 pts:      0 fmt:yuv420p10le sar:1/1 s:64x64 i:P",
        "[Parsed_showinfo_0 @ 0x1] [info] n:   0 pts:      0 fmt:yuv420p10le sar:1/1 s:64x64 i:P",
        "Input stream #7:0 (video): 9 frames decoded",
        "  Input stream #0:0 (video): 9 packets read (9 bytes); 9 frames decoded; 0 decode errors;",
        "Reconfiguring filter graph because it can",
        "[h264 @ 0x1] [error] bad",
    ],
)
@pytest.mark.parametrize("place", ["title", "name", "key"])
def test_words_in_a_file_are_not_ffmpegs(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, text: str, place: str
) -> None:
    clip = tmp_path / (f"{text.replace('/', ' ')}.mkv" if place == "name" else "a.mkv")
    tag = {"title": ("-metadata", f"title=x\n{text}"), "key": ("-metadata", f"{text}=x"), "name": ()}[place]
    ffmpeg("-i", clips.distorted, "-c", "copy", *tag, f"file:{clip}")
    np.testing.assert_array_equal(
        extract(clips.reference, clip).rows(), extract(clips.reference, clips.distorted).rows()
    )


def test_words_after_a_line_break_in_a_name_are_not_ffmpegs(
    extract: Extract, tmp_path: Path, clips: Clips
) -> None:
    told = (
        "[Parsed_showinfo_0 @ 0x1] [info] n: 0 fmt:gray s:9x9",
        "[verbose]   Input stream #0:0 (video): 9 packets read (9 bytes); 9 frames decoded",
    )
    clip = tmp_path / ("\n".join(("a", *told)) + ".mkv")
    shutil.copy(clips.distorted, clip)
    assert extract(clips.reference, clip).rows().shape == (N_FRAMES, 6)


@pytest.mark.parametrize(
    "name",
    [
        "a b.mkv",
        "it's.mkv",
        'a "b".mkv',
        "c:d.mkv",
        "[x]%d%03d.mkv",
        "-lead.mkv",
        "é漢.mkv",
        r"a\b;,=|@#&.mkv",
        "a\nb.mkv",
    ],
)
def test_odd_names(
    extract: Extract, tmp_path: Path, clips: Clips, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(clips.distorted, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert extract(clips.reference, name).rows().shape == (N_FRAMES, 6)


def test_playlists_reach_no_network(extract: Extract, tmp_path: Path, clips: Clips) -> None:
    playlist = tmp_path / "a.m3u8"
    playlist.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(VideoError, match=r"can't be decoded: ffmpeg says .*whitelist"):
        extract(clips.reference, playlist)


def test_a_manifest_that_begins_as_an_avi_file_opens_no_other(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    other = tmp_path / "other.mp4"
    ffmpeg("-i", clips.reference, "-c:v", "libx264", other)
    (tmp_path / "a.mp4").write_text(
        '<!--    AVI LIST --><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
        ' profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" mediaPresentationDuration="PT1S"><Period>'
        '<AdaptationSet mimeType="video/mp4"><Representation id="0" bandwidth="1">'
        f"<BaseURL>file://{other}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )
    with pytest.raises(
        VideoError, match=r"a\.mp4 begins as a file of a known format, and ffmpeg takes it for"
    ):
        extract(clips.reference, tmp_path / "a.mp4")
