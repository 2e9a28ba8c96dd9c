# SPDX-License-Identifier: BSD-3-Clause
"""Picture files: the middle square as 64x64 RGB, or one sentence."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import FfmpegRunner
from tests.support.plans import disc
from vmaf_dnn import InvalidArgument, ToolMissing
from vmaf_dnn.plans.pictures import read_picture

Image = pytest.importorskip("PIL.Image")


def saved(tmp_path: Path, pixels: np.ndarray, name: str = "a.png", **more: object) -> Path:
    path = tmp_path / name
    Image.fromarray(pixels).save(path, **more)
    return path


@pytest.mark.parametrize("suffix", ["png", "bmp", "ppm", "tiff", "gif"])
def test_a_picture_of_the_right_size_is_read_as_it_is(tmp_path: Path, suffix: str) -> None:
    assert np.array_equal(read_picture(saved(tmp_path, disc(), f"a.{suffix}")), disc())


def test_of_a_wide_picture_the_middle_square_is_averaged(tmp_path: Path) -> None:
    wide = np.full((128, 384, 3), 255, np.uint8)
    wide[:, 128:256] = np.repeat(np.repeat(disc(), 2, 0), 2, 1)
    assert np.array_equal(read_picture(saved(tmp_path, wide)), disc())


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    half = np.zeros((64, 64, 3), np.uint8)
    half[:32] = 200
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees, clockwise
    read = read_picture(saved(tmp_path, half, "a.jpg", exif=exif, quality=95))
    assert read[32, 60].min() > 190
    assert read[32, 4].max() < 10


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "CMYK"])
def test_other_colours_become_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    Image.fromarray(disc()).convert(mode).save(path)
    assert read_picture(path).shape == (64, 64, 3)


def enormous_png() -> bytes:
    """Of 30 000 x 30 000 pixels, as its header says."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = ((13, head), (4, b"IDAT1234"))
    packed = (struct.pack(">I", n) + data + struct.pack(">I", zlib.crc32(data)) for n, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize("size", [(3, 30_000), (30_000, 3), (63, 64), (1, 1)])
def test_refuses_pictures_that_are_too_small_or_too_wide(tmp_path: Path, size: tuple[int, int]) -> None:
    path = saved(tmp_path, np.zeros((size[1], size[0], 3), np.uint8))
    with pytest.raises(
        InvalidArgument, match=rf"a\.png has {size[0]}x{size[1]} pixels, expected 64 to 16384"
    ):
        read_picture(path)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "can't be read as BMP, GIF, JPEG, PNG, PPM, TIFF or WEBP; convert it"),
        (b"not a picture", "can't be read as"),
        (b"P6\n0 0\n255\n", "can't be read as|has 0x0 pixels"),
        (enormous_png(), "has more pixels than are read; scale it"),
    ],
)
def test_refuses_what_is_no_picture(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(InvalidArgument, match=sentence) as caught:
        read_picture(path)
    assert "\n" not in str(caught.value)


def test_refuses_a_picture_that_is_cut(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    (tmp_path / "a.png").write_bytes(buffer.getvalue()[:3000])
    with pytest.raises(InvalidArgument, match="can't be read as"):
        read_picture(tmp_path / "a.png")


def test_refuses_more_than_eight_bits(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidArgument, match=r"has more than eight bits a sample; convert it, as in `ffmpeg"
    ):
        read_picture(saved(tmp_path, np.zeros((64, 64), np.uint16)))


@pytest.mark.parametrize("suffix", ["png", "tiff", "ppm"])
@pytest.mark.parametrize("layout", ["rgb48", "rgba64", "ya16", "gray16"])
def test_refuses_more_than_eight_bits_of_any_colour(
    suffix: str, layout: str, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    path = tmp_path / f"a.{suffix}"
    layout = {"rgba64": "rgb48", "ya16": "gray16"}.get(layout, layout) if suffix != "png" else layout
    order = "le" if suffix == "tiff" else "be"
    source = ("-f", "lavfi", "-i", "testsrc2=s=96x80", "-frames:v", 1)
    ffmpeg(*source, "-pix_fmt", layout + order, *(("-c:v", "ppm") if suffix == "ppm" else ()), path)
    with pytest.raises(InvalidArgument, match="has more than eight bits a sample"):
        read_picture(path)


def test_takes_five_and_six_bits(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    path = tmp_path / "a.bmp"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x80", "-frames:v", 1, "-pix_fmt", "rgb565le", path)
    assert read_picture(path).shape == (64, 64, 3)


def test_refuses_pictures_that_would_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (8192, 8193)).save(path)
    with pytest.raises(InvalidArgument, match="has 67117056 pixels, at most 67108864 are read; scale it"):
        read_picture(path)


def test_refuses_a_missing_file_a_folder_and_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, reason in (
        ("no\nfile", "does not exist"),
        (".", "not a regular file"),
        ("a\0b", "has a null byte in its name"),
        ("pipe", "not a regular"),
    ):
        with pytest.raises(InvalidArgument, match=reason) as caught:
            read_picture(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_refuses_an_empty_path() -> None:
    with pytest.raises(InvalidArgument, match="The path of a picture is empty; name a file"):
        read_picture("")


def test_without_pillow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, disc())
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ToolMissing, match=r'pip install "vmaf-dnn\[plans\]"'):
        read_picture(path)
