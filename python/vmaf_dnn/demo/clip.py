# SPDX-License-Identifier: BSD-3-Clause
"""The demo's clip, from ffmpeg's own sources: a panning textured scene, a moving ball, text and noise."""

from __future__ import annotations

import shutil
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.video.ffmpeg.program import FFmpeg, run

FRAME_RATE = 25
_FONT = "font.ttf"
_MIN_SIDE_PX = 128

# One still, twice the frame's size, that the camera pans over, slowly, then faster.
_TEXTURE = (
    "perlin=s={w2}x{h2}:r=25:octaves=9:persistence=0.7:xscale=9:yscale=9:random_mode=seed:random_seed=7,"
    "trim=end_frame=1,loop=-1:1,setpts=N,eq=contrast=1.6,format=yuv420p[texture]"
)
_COLOURS = (
    "gradients=s={w2}x{h2}:r=25:n=4:seed=4:speed=0.00001:c0=0x3b6ea5:c1=0x88a850:c2=0xd8b98a:c3=0x6a4a3a,"
    "trim=end_frame=1,loop=-1:1,setpts=N,format=yuv420p[colours]"
)
_SCENE = (
    "[texture][colours]blend=all_mode=hardlight,"
    "crop={w}:{h}:x='(iw-ow)*(0.5-0.45*cos(t*1.3))':y='(ih-oh)*(0.5+0.4*sin(t*1.1))'[scene]"
)
_BALL = (
    "mandelbrot=s={d}x{d}:r=25:start_scale=0.6:end_scale=0.02:end_pts=100,format=yuva420p,"
    "geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='255*lt(hypot(X-W/2,Y-H/2),W*0.49)'[ball]"
)
_CLIP = (
    "[scene][ball]overlay=x='(W-w)*(0.5+0.45*sin(t*2.6))':y='(H-h)*(0.5+0.45*cos(t*3.7))',"
    "drawtext=fontfile={font}:text='vmaf_dnn  frame %{{frame_num}}':fontsize={h}/10:fontcolor=white:borderw=2"
    ":x='w*(0.04+0.1*t)':y='h*0.84',noise=alls=6:allf=t:all_seed=11,format=yuv420p[clip]"
)


def check_clip_size(size: tuple[int, int], n_frames: int) -> None:
    """Raise `InvalidArgument` for a size or a length that the demo can't make."""
    if min(size) < _MIN_SIDE_PX or size[0] % 2 or size[1] % 2:
        raise InvalidArgument(
            f"the demo's size must be even and {_MIN_SIDE_PX} or more a side, got {size[0]}x{size[1]}."
        )
    if n_frames < 2:
        raise InvalidArgument(f"the demo needs 2 frames or more, got {n_frames}.")


def make_clip(ffmpeg: FFmpeg, folder: Path, size: tuple[int, int], n_frames: int) -> Path:
    """Write the clip into `folder` as y4m and return its path."""
    width, height = size
    shutil.copyfile(_font_path(), folder / _FONT)
    sizes = {"w": width, "h": height, "w2": 2 * width, "h2": 2 * height, "d": height // 2, "font": _FONT}
    graph = ";".join(part.format(**sizes) for part in (_TEXTURE, _COLOURS, _SCENE, _BALL, _CLIP))
    clip = folder / "reference.y4m"
    arguments = ("-filter_complex", graph, "-map", "[clip]", "-frames:v", str(n_frames), clip.name)
    run(ffmpeg, arguments, folder).check("making the demo's clip failed")
    return clip


def _font_path() -> Path:
    """matplotlib brings a font; the machine may have none."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
