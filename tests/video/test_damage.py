# SPDX-License-Identifier: BSD-3-Clause
"""Damaged clips are refused, whole ones never."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import N_FRAMES, Clips, FfmpegRunner, SpyFfmpeg
from tests.support.damage import concealed_slice, cut_container, damaged_stream
from tests.support.extract import X264, Extract
from vmaf_dnn.errors import VideoError
from vmaf_dnn.video import VideoOptions
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

pytestmark = pytest.mark.slow


def test_damaged_frames_are_not_scored(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    stream = damaged_stream(clips, tmp_path, ffmpeg)
    with pytest.raises(VideoError, match=r"damaged.h264 .*: ffmpeg says .*"):
        extract(clips.reference, stream)


@pytest.mark.parametrize("shortest", [False, True])
def test_a_cut_off_container_is_not_scored(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, shortest: bool
) -> None:
    half = cut_container(clips, tmp_path, ffmpeg)
    with pytest.raises(VideoError, match=r"half.mkv .*failed: ffmpeg says 'File ended prematurely'"):
        extract(clips.reference, half, options=VideoOptions(shortest=shortest))


def test_concealed_damage_is_not_scored(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    clip = concealed_slice(clips, tmp_path, ffmpeg)
    with pytest.raises(VideoError, match=r"slice.mkv .*: ffmpeg says 'slice CRC mismatch"):
        extract(clips.reference, clip)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", X264),
        ("b-frames.mkv", (*X264, "-bf", 3)),
        ("fragments.mp4", (*X264, "-movflags", "frag_keyframe+empty_moov")),
        ("a.h264", X264),
        ("a.ts", X264),
        ("a.hevc", ("-c:v", "libx265", "-x265-params", "log-level=none")),
        ("a.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime")),
        ("a.avi", ("-c:v", "mpeg4")),
    ],
)
def test_clean_files_are_scored(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, name: str, codec: tuple[object, ...]
) -> None:
    clip = tmp_path / name
    ffmpeg("-i", clips.reference, *codec, clip)
    assert extract(clips.reference, clip).rows().shape == (N_FRAMES, 6)


@pytest.mark.parametrize("codec", [X264, ("-c:v", "libx265")])
@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
def test_a_cut_at_an_open_gop_is_scored(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, codec: tuple[str, str], suffix: str
) -> None:
    whole, part = tmp_path / "whole.mkv", tmp_path / f"part.{suffix}"
    settings = f"{codec[1][3:]}-params", "open-gop=1:keyint=25:bframes=3:log-level=none"
    source = ("-f", "lavfi", "-i", "testsrc2=s=176x144:r=25:d=3")
    ffmpeg(*source, *codec, *(f"-{settings[0]}", settings[1]), whole)
    ffmpeg("-ss", "1.2", "-i", whole, "-c", "copy", part)
    assert len(extract(part, part).frame_numbers) > 25


def test_damaged_sound_is_no_matter(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    whole, damaged = tmp_path / "whole.avi", tmp_path / "damaged.avi"
    sound = ("-f", "lavfi", "-i", "sine=d=0.4", "-c:a", "libmp3lame")
    ffmpeg("-i", clips.reference, *sound, "-c:v", "mpeg4", whole)
    ffmpeg("-i", whole, "-map", 0, "-c", "copy", "-bsf:a", "noise=amount=3", damaged)
    np.testing.assert_array_equal(
        extract(clips.reference, damaged).rows(), extract(clips.reference, whole).rows()
    )


def flipped(clip: Path, offset: float, n_bytes: int = 8) -> Path:
    """A copy in which some bytes at this part of the file are others."""
    data = bytearray(clip.read_bytes())
    start = round(len(data) * offset)
    data[start : start + n_bytes] = bytes(byte ^ 0x5A for byte in data[start : start + n_bytes])
    damaged = clip.with_stem(f"{clip.stem}-{offset}")
    damaged.write_bytes(data)
    return damaged


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime")),
        ("a.mkv", ("-c:v", "libaom-av1", "-cpu-used", 8, "-usage", "realtime")),
        ("hashed.mkv", ("-c:v", "libx265", "-x265-params", "hash=1:log-level=none")),
    ],
)
def test_damage_that_is_found_with_the_right_flags_is_not_scored(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, name: str, codec: tuple[object, ...]
) -> None:
    """ffmpeg's usual decoders show some or all of these flips without a word."""
    clip = tmp_path / name
    ffmpeg("-i", clips.reference, *codec, "-b:v", "600k", clip)
    assert extract(clips.reference, clip).rows().shape == (N_FRAMES, 6)
    refused = 0
    for offset in (0.3, 0.4, 0.5, 0.6, 0.7):
        try:
            extract(clips.reference, flipped(clip, offset))
        except VideoError as error:
            assert f"{clip.stem}-{offset}" in str(error)  # noqa: PT017
            refused += 1
    assert refused >= 4


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
def test_vp8_and_vp9_are_decoded_by_libvpx_to_the_same_samples(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, spy_ffmpeg: SpyFfmpeg, codec: str
) -> None:
    clip, decoded = tmp_path / "a.webm", tmp_path / "a.y4m"
    ffmpeg("-i", clips.reference, "-c:v", codec, "-deadline", "realtime", clip)
    ffmpeg("-i", clip, decoded)
    by_libvpx = extract(clips.reference, clip, options=VideoOptions(ffmpeg=str(spy_ffmpeg.path)))
    assert f"-c:V:0 {codec} " in spy_ffmpeg.calls[-1]
    np.testing.assert_array_equal(by_libvpx.rows(), extract(clips.reference, decoded).rows())


def test_an_ffmpeg_without_libvpx_decodes_as_it_can(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    clip, other = tmp_path / "a.webm", tmp_path / "ffmpeg"
    ffmpeg("-i", clips.reference, "-c:v", "libvpx-vp9", "-deadline", "realtime", clip)
    real = find_ffmpeg().path
    other.write_text(f'#!/bin/sh\ncase "$*" in *decoder=libvpx*) exit 1;; *) exec {real} "$@";; esac\n')
    other.chmod(0o755)
    table = extract(clips.reference, clip, options=VideoOptions(ffmpeg=str(other)))
    np.testing.assert_array_equal(table.rows(), extract(clips.reference, clip).rows())


def test_alpha_of_webm_is_no_matter(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    clip, decoded = tmp_path / "alpha.webm", tmp_path / "decoded.y4m"
    alpha = "format=yuva420p,geq=lum='p(X,Y)':a='X'"
    ffmpeg("-i", clips.reference, "-vf", alpha, "-c:v", "libvpx", "-auto-alt-ref", 0, "-b:v", "600k", clip)
    ffmpeg("-c:v", "vp8", "-i", clip, "-pix_fmt", "yuv420p", decoded)
    np.testing.assert_array_equal(
        extract(clips.reference, clip).rows(), extract(clips.reference, decoded).rows()
    )


def test_a_cover_picture_beside_vp9_is_no_matter(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    plain, clip, cover = tmp_path / "plain.mkv", tmp_path / "cover.mkv", tmp_path / "cover.png"
    ffmpeg("-i", clips.reference, "-c:v", "libvpx-vp9", "-deadline", "realtime", plain)
    ffmpeg("-i", clips.reference, "-frames:v", 1, cover)
    ffmpeg("-i", plain, "-c", "copy", "-attach", cover, "-metadata:s:t", "mimetype=image/png", clip)
    np.testing.assert_array_equal(
        extract(clips.reference, clip).rows(), extract(clips.reference, plain).rows()
    )
