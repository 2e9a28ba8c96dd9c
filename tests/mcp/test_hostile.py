# SPDX-License-Identifier: BSD-3-Clause
"""Arguments that mean harm are refused with a sentence, and reach neither a file nor ffmpeg."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from tests.support.clips import Clips, FfmpegRunner, SpyFfmpeg
from tests.support.mcp_client import found, refusal
from vmaf_dnn.mcp.allowed import ALLOW_VARIABLE


@pytest.fixture
def folder(clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spy_ffmpeg: SpyFfmpeg) -> Path:
    """A folder that is allowed, beside one that is not; what ffmpeg is asked is written down."""
    folder = tmp_path / "allowed"
    folder.mkdir()
    (tmp_path / "secret").mkdir()
    for where in (folder, tmp_path / "secret"):
        (where / "ref.y4m").write_bytes(clips.reference.read_bytes())
        (where / "dist.mkv").write_bytes(clips.distorted.read_bytes())
    monkeypatch.setenv(ALLOW_VARIABLE, str(folder))
    monkeypatch.setenv("VMAF_DNN_FFMPEG", str(spy_ffmpeg.path))
    return folder


OUTSIDE = [
    "/etc/passwd",
    "../secret/dist.mkv",
    "../allowed-not/dist.mkv",
    "/dev/zero",
    "/dev/stdin",
    "/proc/self/fd/0",
    "/proc/self/environ",
    "-",
    "-i",
    "--help",
    ".",
    "http://127.0.0.1:9/a.mkv",
    "concat:dist.mkv|dist.mkv",
    "pipe:0",
    "file:dist.mkv",
    "subfile,,start,0,end,0,,:dist.mkv",
    "data:video/mp4;base64,AAAA",
    "a\0b.mkv",
    "\ud800.mkv",
    "no\nsuch\nclip.mkv",
    "x" * 4000,
]


@pytest.mark.parametrize("name", OUTSIDE, ids=ascii)
def test_only_files_of_the_folders_are_read(folder: Path, spy_ffmpeg: SpyFfmpeg, name: str) -> None:
    sentence = refusal("vmaf_score", ref="ref.y4m", dis=name)
    assert sentence.startswith(("dis names ", "vmaf_score: dis: "))
    assert "\n" not in sentence
    assert not spy_ffmpeg.notes.exists()


@pytest.mark.parametrize(
    ("dis", "group", "sentence"),
    [
        (["dist.mkv"] * 2, None, "2 distorted clips are dist.mkv; a ladder takes each once"),
        (["dist.mkv"], "(", "the group must be a regular expression"),
        (["dist.mkv"], "x26[45]", "dist.mkv is in no group: its name doesn't hold 'x26[45]'"),
        (["a" * 60 + ".mkv"], "(a+)+$", "the group '(a+)+$' is not found in the clips' names within 2 s"),
    ],
)
def test_encodes_that_make_no_ladder_are_refused_before_they_are_read(
    folder: Path, spy_ffmpeg: SpyFfmpeg, dis: list[str], group: str | None, sentence: str
) -> None:
    assert refusal("ladder", ref="ref.y4m", dis=dis, group=group).startswith(sentence)
    assert not spy_ffmpeg.notes.exists()


def test_links_that_lead_outside_are_refused(folder: Path, spy_ffmpeg: SpyFfmpeg) -> None:
    (folder / "link.mkv").symlink_to(folder.parent / "secret" / "dist.mkv")
    (folder / "sub").symlink_to(folder.parent / "secret")
    (folder / "circle").symlink_to(folder / "circle")
    for name in ("link.mkv", "sub/dist.mkv", "circle"):
        sentence = refusal("vmaf_score", ref="ref.y4m", dis=name)
        assert "only files below the folders" in sentence or "can't be opened: Too many levels" in sentence
    assert not spy_ffmpeg.notes.exists()


def test_what_is_no_regular_file_is_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "fifo.mkv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "s"))
        for name in ("fifo.mkv", "s", "../allowed"):
            sentence = refusal("vmaf_score", ref="ref.y4m", dis=name)
            assert "no regular file" in sentence or "can't be opened" in sentence


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{secret}'\n",
    "sdp": "v=0\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    "dash": '<?xml version="1.0"?><MPD profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"></MPD>',
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_playlists_are_refused(folder: Path, spy_ffmpeg: SpyFfmpeg, kind: str) -> None:
    secret = folder.parent / "secret" / "dist.mkv"
    (folder / "list.mkv").write_text(PLAYLISTS[kind].format(secret=secret))
    assert "known by its first bytes" in refusal("vmaf_score", ref="ref.y4m", dis="list.mkv")
    geometry = {"width": 4, "height": 4, "pixfmt": "420", "bitdepth": 8}
    refusal("vmaf_score", ref="ref.y4m", dis="list.mkv", **geometry)
    assert not spy_ffmpeg.notes.exists()


DISGUISED = {
    "hls as avi": "#EXTM3U\nAVI LIST\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
    "dash as avi": (
        '<!--    AVI LIST --><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
        ' profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" mediaPresentationDuration="PT1S"><Period>'
        '<AdaptationSet mimeType="video/mp4"><Representation id="0" bandwidth="1">'
        "<BaseURL>file://{secret}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    ),
}


@pytest.mark.parametrize("kind", DISGUISED)
def test_a_playlist_in_the_clothes_of_a_container_opens_nothing(
    folder: Path, ffmpeg: FfmpegRunner, kind: str
) -> None:
    secret = folder.parent / "secret" / "dist.mp4"
    ffmpeg("-i", folder / "ref.y4m", "-c:v", "libx264", secret)
    (folder / "a.mkv").write_text(DISGUISED[kind].format(secret=secret))
    sentence = refusal("vmaf_score", ref="ref.y4m", dis="a.mkv")
    assert sentence.startswith(("a.mkv can't be decoded", "a.mkv begins as a file of a known format"))
    assert "secret" not in sentence


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"width": 10**9, "height": 4, "pixfmt": "420", "bitdepth": 8}, "width: Input should be less than"),
        ({"width": 0, "height": 4, "pixfmt": "420", "bitdepth": 8}, "width: Input should be greater than"),
        ({"start": float("inf")}, "start: "),
        ({"duration": "-1"}, "duration: Input should be greater than"),
        ({"subsample": 10**6}, "subsample: Input should be less than"),
        ({"width": 64, "height": 64}, "raw video needs width, height, pixfmt, bitdepth, all four"),
        ({"bitdepth": 9}, "bitdepth: Input should be 8, 10, 12 or 16, got 9"),
        ({"pixfmt": "rgb24"}, "pixfmt: Input should be '420', '422' or '444'"),
        ({"precision": "int4"}, "precision: Input should be 'auto', 'fp32' or 'int8'"),
        ({"pool": "average"}, "the pooling must be one of mean"),
        ({"tiny_model": "../secret/m.onnx"}, "tiny_model names "),
        ({"tiny_model": "/etc/passwd"}, "tiny_model names "),
        ({"model": "path=/etc/passwd"}, "model names "),
        ({"model": "path=../secret/m.json:name=x"}, "model names "),
        ({"model": "version=no_such"}, "no_such"),
        ({"colour": 64}, "there is no colour (there are "),
        ({"ref": ["a"]}, "ref: Input should be a valid string"),
        ({"ref": "x" * 5000}, "ref: String should have at most 4096 characters"),
    ],
    ids=lambda value: "".join(value) if isinstance(value, dict) else "",
)
def test_arguments_out_of_bounds_are_refused(folder: Path, fault: dict[str, Any], said: str) -> None:
    assert said in refusal("vmaf_score", **{"ref": "ref.y4m", "dis": "dist.mkv", **fault})


def test_a_call_without_its_arguments_says_which(folder: Path) -> None:
    assert refusal("vmaf_score") == "vmaf_score: ref is missing; dis is missing."
    assert refusal("no_such_tool").startswith("there is no tool 'no_such_tool'; there are vmaf_score, ")


def test_pictures_that_are_too_large_are_refused(folder: Path) -> None:
    (folder / "huge.y4m").write_bytes(b"YUV4MPEG2 W16000 H16000 F25:1 C420jpeg\nFRAME\n" + bytes(1000))
    sentence = refusal("vmaf_score", ref="huge.y4m", dis="huge.y4m")
    assert "huge.y4m" in sentence


@pytest.mark.parametrize(
    "name", ["a\nb.mkv", "-i.mkv", "%03d.mkv", "a'b\".mkv", "$(true).mkv", "<b>&.mkv", "http:x.mkv", "x.m3u8"]
)
def test_odd_names_of_real_clips_are_read(folder: Path, name: str) -> None:
    (folder / "dist.mkv").rename(folder / name)
    result = found("vmaf_score", ref="ref.y4m", dis=name)
    assert result["n_frames"] == 10
    assert result["dis"].endswith(name.rpartition(".")[2])


def test_without_folders_every_file_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ALLOW_VARIABLE)
    sentence = refusal("vmaf_score", ref=str(folder / "ref.y4m"), dis=str(folder / "dist.mkv"))
    assert sentence == (
        "ref can't be read: VMAF_DNN_MCP_ALLOW is not set, so no file is; start the server with the folders"
        " in it that clients may read from (VMAF_DNN_MCP_ALLOW=/path/of/clips)."
    )
    assert found("list_models")["default"] == "vmaf_tiny_v2"
