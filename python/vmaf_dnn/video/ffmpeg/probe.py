# SPDX-License-Identifier: BSD-3-Clause
"""Any other file: decode its first frame and let ffmpeg's showinfo filter describe it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import BIT_DEPTHS, Clip, file_argument
from vmaf_dnn.video.ffmpeg.decoder import codec_of, decoding_arguments
from vmaf_dnn.video.ffmpeg.demuxers import SELF_CONTAINED
from vmaf_dnn.video.ffmpeg.log import Outcome
from vmaf_dnn.video.ffmpeg.program import FFmpeg, asked, run
from vmaf_dnn.video.ffmpeg.scratch import scratch_folder
from vmaf_dnn.video.ffmpeg.showinfo import SHOWINFO, stated_in, streams
from vmaf_dnn.video.options import ClipOptions
from vmaf_dnn.video.pairing import cures
from vmaf_dnn.video.shaping.depth import check_bits
from vmaf_dnn.video.shaping.rgb import as_yuv
from vmaf_dnn.video.shaping.sequence import find_sequence

_FRAME = r"n: *\d+ .*\bfmt:(\w+)\b.*\bs:(\d+)x(\d+)\b"
_DURATION = r"  Duration: (\d+):(\d\d):(\d\d\.\d+)"

# ffmpeg's names of pixel formats that hold luma: planar ones state their layout and depth, packed ones don't
_PLANAR = re.compile(r"(?:yuv[aj]?(4\d\d)p|gray)(\d*)(?:le|be)?")
_PACKED = {
    "nv12": ("420", 8),
    "nv16": ("422", 8),
    "nv21": ("420", 8),
    "nv24": ("444", 8),
    "yuyv422": ("422", 8),
    "uyvy422": ("422", 8),
    "yvyu422": ("422", 8),
    "ya8": ("mono", 8),
}
_PACKED |= dict.fromkeys(("vuya", "vuyx", "vyu444", "ayuv", "uyva", "nv42"), ("444", 8))
_PACKED |= dict.fromkeys(("p410be", "xv30le", "v30xle"), ("444", 10))
_PACKED |= dict.fromkeys(("p210be", "nv20le", "nv20be"), ("422", 10))
_PACKED |= dict.fromkeys(("xv36le", "xv36be", "p412le", "p412be"), ("444", 12))
_PACKED |= dict.fromkeys(("y212le", "p212le", "p212be"), ("422", 12))
_PACKED |= dict.fromkeys(("xv48le", "xv48be", "ayuv64le", "ayuv64be", "p416le", "p416be"), ("444", 16))
_PACKED |= dict.fromkeys(("y216le", "p216le", "p216be"), ("422", 16))
_PACKED |= {
    "p010be": ("420", 10),
    "p012be": ("420", 12),
    "p016be": ("420", 16),
    "p010le": ("420", 10),
    "p210le": ("422", 10),
    "p410le": ("444", 10),
    "y210le": ("422", 10),
    "p012le": ("420", 12),
    "p016le": ("420", 16),
    "ya16le": ("mono", 16),
}

_RGB = re.compile(r"rgb|bgr|gbr|xyz|pal8|mono|bayer")
_STATED_BITS = re.compile(r"(?:gbra?p|rgba?|bgra?|xyz|bayer_\D+|[xy]2|xv|v|yuv|p[24]?|nv|f)f?(\d\d)")
_BITS_OF_PIXELS = {"20": 10, "24": 8, "30": 10, "36": 12, "44": 8, "48": 16, "55": 8, "56": 8, "64": 16}


def probe(path: Path, ffmpeg: FFmpeg, options: ClipOptions, *, is_known: bool = True) -> Clip:
    """Describe a file that ffmpeg decodes; `VideoError` when it can't, or when its pixels hold no luma.

    `is_known` says whether its first bytes are those of a known format.
    """
    grain = ("-export_side_data", "film_grain") if options.no_grain else ()  # then decoders add none
    stills = find_sequence(path) if "%" in str(path) else None
    numbered = ("-f", "image2", "-start_number", str(stills.first)) if stills else ()
    whitelists = ("-protocol_whitelist", "file", *(SELF_CONTAINED if is_known else ()))
    arguments = (*grain, *whitelists, *numbered, "-i", file_argument(path))
    look = ("-map", "0:V:0", "-vf", "showinfo=checksum=0", "-frames:v", "1", "-f", "null", "-")
    with scratch_folder() as folder:
        words = ("-threads", "1", *arguments, *look)
        outcome = run(ffmpeg, words, folder, stall_timeout=options.stall_timeout)
        frames = outcome.said(_FRAME, SHOWINFO)
        if not frames:  # it reads ahead: damage behind the first frame is for the scoring run
            asked(ffmpeg.path)  # whose fault is it?
            _check_is_what_it_seems(outcome, path)
            _check_has_video(outcome, path)
            with _naming_raw_video(is_known):
                outcome.check(f"{path} can't be decoded", [path], errors_fail=False)
            raise VideoError(f"{path} holds no video frame that ffmpeg can decode.")
    frame = frames[-1]
    chroma, bit_depth = _layout(frame[1], path, options.matrix)
    check_bits(path, chroma, bit_depth, options.depth)
    stated, codec = stated_in(outcome), codec_of(outcome)
    if stills:
        stated = replace(stated, frame_rate=None)  # ffmpeg's own
    is_grainless = options.no_grain and bool(outcome.said(r"  Stream #0:\d+[^:]*: Video: av1\b"))
    clip = Clip(
        path,
        int(frame[2]),
        int(frame[3]),
        bit_depth,
        chroma,
        (*decoding_arguments(codec, ffmpeg), *arguments),
        duration_frames=stills.n_frames if stills else _duration_frames(outcome, stated.frame_rate),
        decoder_version=outcome.version,
        stated=stated,
        is_sequence=stills is not None,
        treated=("decoded without film grain",) if is_grainless else (),
        codec=codec,
    )
    return as_yuv(clip, options.matrix) if options.matrix and _is_rgb(frame[1]) else clip


@contextmanager
def _naming_raw_video(is_known: bool) -> Iterator[None]:
    try:
        yield
    except VideoError as error:
        if is_known:
            raise
        cure = "if it is raw video, state the geometry of its frames (-w -h -p -b)"
        raise VideoError(f"{str(error).removesuffix('.')}; {cure}.") from error


def _check_is_what_it_seems(outcome: Outcome, path: Path) -> None:
    if outcome.said("Format not on whitelist"):
        raise VideoError(
            f"{path} begins as a file of a known format, and ffmpeg takes it for one of another, which may"
            " open further files; convert it first."
        )


def _check_has_video(outcome: Outcome, path: Path) -> None:
    """Refuse what ffmpeg can read and holds no video: sound, subtitles, sound with a cover."""
    kinds = dict.fromkeys(kind for kind, _ in streams(outcome))
    if kinds and "video" not in kinds:
        raise VideoError(
            f"{path} holds no video, only {' and '.join(kinds)}; name the file that has the pictures."
        )


def planar_layout(pixel_format: str) -> tuple[str, int] | None:
    """Return chroma's layout and the bits of a sample; None if Y, U and V don't lie one after the other."""
    planar = _PLANAR.fullmatch(pixel_format)
    return (planar[1] or "mono", int(planar[2] or 8)) if planar else None


def _is_rgb(pixel_format: str) -> bool:
    return _RGB.search(pixel_format) is not None


def _layout(pixel_format: str, path: Path, matrix: str | None) -> tuple[str, int]:
    layout = planar_layout(pixel_format) or _PACKED.get(pixel_format)
    if layout is None:
        bits, is_rgb = bits_to_hold(pixel_format), _is_rgb(pixel_format)
        if matrix and is_rgb:
            return "444", bits
        cure = cures.as_yuv(path, bits, is_rgb=is_rgb)
        asked_for = ", or let --matrix bt709 (matrix='bt709') do so as it is read" if is_rgb else ""
        raise VideoError(
            f"{path} decodes to {pixel_format}, which has no plane of luma, and VMAF compares luma; convert"
            f" it, and the other clip alike if it has none, either ({cure}){asked_for}."
        )
    return layout


def bits_to_hold(pixel_format: str) -> int:
    """Return a depth that holds samples of RGB or packed YUV; 8 if the name states none."""
    stated = _STATED_BITS.findall(pixel_format)[-1:] or ["08"]
    bits = _BITS_OF_PIXELS.get(stated[0], int(stated[0]))
    return next((depth for depth in BIT_DEPTHS if depth >= bits), BIT_DEPTHS[-1])


def _duration_frames(outcome: Outcome, rate: float | None) -> int | None:
    durations = outcome.said(_DURATION)
    if rate is None or not durations:
        return None
    duration = durations[-1]
    seconds = int(duration[1]) * 3600 + int(duration[2]) * 60 + float(duration[3])
    return round(seconds * rate) or None
