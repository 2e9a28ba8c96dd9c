# SPDX-License-Identifier: BSD-3-Clause
"""Commands of ffmpeg that make a clip comparable, to be pasted into a shell as they are."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from vmaf_dnn.text import pasted
from vmaf_dnn.video.clip import BIT_DEPTHS, Clip
from vmaf_dnn.video.pipes.source import Pipe, is_pipe
from vmaf_dnn.video.stated import Ratio

_EVERY_FRAME = ("-map", "0:V:0", "-fps_mode", "passthrough")  # those that we compare, each once
_TO_Y4M = ("-strict", "-1")  # y4m above 8 bits
_SCALABLE = (None, "bt709", "fcc", "bt470bg", "smpte170m", "smpte240m", "bt2020nc", "bt2020c")
_IN_Y4M = ("mono", "420", "422", "444")


def in_limited_range(clip: Clip) -> str:
    """Bring a clip of full range to limited range."""
    chroma = "420" if clip.chroma == "mono" else clip.chroma  # ffmpeg knows grey of full range only
    layout = _pixel_format(chroma, clip.bit_depth)
    return _converted(clip, "limited", f"scale=in_range=full:out_range=limited,format={layout}")


def with_bits(clip: Clip, bit_depth: int) -> str:
    """Raise a clip to a larger bit depth."""
    return _converted(clip, f"{bit_depth}bit", f"format={_pixel_format(clip.chroma, bit_depth)}")


def with_chroma(clip: Clip, chroma: str) -> str:
    """Bring a clip to another layout of chroma."""
    return _converted(clip, chroma, f"format={_pixel_format(chroma, clip.bit_depth)}")


def as_yuv(path: Path, bit_depth: int, *, is_rgb: bool) -> str:
    """Convert a clip of RGB, two of them alike, or unpack one of YUV as it is."""
    scale = "scale=out_color_matrix=bt709:out_range=limited," if is_rgb else ""
    return _to_y4m(path, "yuv", f"{scale}format={_pixel_format('444', bit_depth)}")


def with_readable_bits(path: Path, chroma: str, bit_depth: int) -> str:
    """Raise a clip to a bit depth that is measured."""
    deeper = next(bits for bits in BIT_DEPTHS if bits >= bit_depth)
    return _to_y4m(path, f"{deeper}bit", f"format={_pixel_format(chroma, deeper)}")


def without_tags(clip: Clip) -> str:
    """Leave behind what y4m can't state, as curve, primaries and matrix; samples and their range stay."""
    return _converted(clip, "untagged", f"format={_pixel_format(clip.chroma, clip.bit_depth)}")


def deinterlaced(clip: Clip) -> str:
    """Make whole pictures of fields, as many as there are frames."""
    return _converted(clip, "progressive", "bwdif=mode=send_frame")


def cropped(clip: Clip, aspect: Ratio) -> str:
    """Cut a clip above and below so that its picture has another shape."""
    across, down = clip.stated.sample_aspect or (1, 1)
    lines = clip.width * across * aspect[1] / (down * aspect[0])
    return _converted(clip, "cropped", f"crop=iw:{2 * round(lines / 2)}")


def even(clip: Clip) -> str:
    """Cut a column or a line off where there is an odd number of them."""
    return _converted(clip, "even", f"crop={clip.width & ~1}:{clip.height & ~1}:0:0")


def shaped(clip: Clip, aspect: Ratio) -> str:
    """Say that a clip is shown in another shape; its samples stay."""
    return _converted(clip, "shaped", f"setdar={aspect[0]}/{aspect[1]}")


def at_rate(clip: Clip, frame_rate: float) -> str:
    """Keep the frames that are shown at a lower rate."""
    rate = Fraction(frame_rate).limit_denominator(1001)
    return _converted(clip, f"{frame_rate:.6g}fps", f"fps={rate.numerator}/{rate.denominator}")


def track(path: Path, index: int) -> str:
    """Take one track of video out of a file."""
    words = ("-map", f"0:V:{index}", "-c", "copy")
    return _command("-i", local_file(path), *words, local_file(f"{path.stem}.track{index + 1}.mkv"))


def rewritten(path: Path) -> str:
    """Write a clip's packets anew: in order, and from a frame on that can be decoded."""
    return _command("-i", local_file(path), "-map", "0:V:0", "-c", "copy", local_file(f"{path.stem}.new.mkv"))


def fetched(url: str) -> str:
    """Fetch a clip as it is."""
    return _command("-i", url, "-map", "0:V:0", "-c", "copy", "clip.mkv")


def _pixel_format(chroma: str, bit_depth: int) -> str:
    layout = chroma if chroma in _IN_Y4M else "444"
    name = "gray" if layout == "mono" else f"yuv{layout}p"
    return name if bit_depth == 8 else f"{name}{bit_depth}le"


def _converted(clip: Clip, change: str, filters: str) -> str:
    if clip.stated.matrix not in _SCALABLE:
        filters = f"setparams=colorspace=unknown,{filters}"
    if clip.once is not None and not isinstance(clip.once, Pipe):
        return f"{filters} as ffmpeg's filters, before they are given"
    is_raw = "rawvideo" in clip.input_arguments
    return _to_y4m(clip.path, change, filters, *(clip.input_arguments[:-2] if is_raw else ()))


def _to_y4m(path: Path, change: str, filters: str, *geometry: str) -> str:
    if is_pipe(path):  # the command goes between the writer and the pipe
        between = ("-vf", filters, *_TO_Y4M, "-f", "yuv4mpegpipe", "-")
        return f"{_command(*geometry, '-i', '-', *_EVERY_FRAME, *between)} before the pipe"
    source = (*geometry, "-i", local_file(path))
    return _command(*source, *_EVERY_FRAME, "-vf", filters, *_TO_Y4M, local_file(f"{path.stem}.{change}.y4m"))


def _command(*words: str) -> str:
    return pasted(("ffmpeg", *words))


def local_file(name: str | Path) -> str:
    """Spell a name so that ffmpeg takes it for neither an option nor another protocol."""
    name = str(name)
    return f"file:{name}" if ":" in name or name.startswith("-") else name
