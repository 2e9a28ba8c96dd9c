# SPDX-License-Identifier: BSD-3-Clause
"""Which decoders say when a clip is damaged: flip eight bytes at a time, and count what is scored.

Prints a row for each codec: of so many damaged files, how many were refused, and how many had other features
than the whole one and no refusal. The rest decoded to the same luma.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from vmaf_dnn import VideoError, features
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

SCENE = "testsrc2=size=176x144:rate=25,noise=alls=6:allf=t:all_seed=5"
N_FRAMES, N_FLIPS, N_BYTES = 24, 20, 8
CODECS = {
    "AV1 (SVT)": "av1.mkv -c:v libsvtav1 -preset 10 -crf 30",
    "AV1 (rav1e)": "rav1e.mkv -c:v librav1e -speed 10",
    "VP9": "vp9.webm -c:v libvpx-vp9 -deadline realtime -b:v 600k",
    "VP8": "vp8.webm -c:v libvpx -deadline realtime -b:v 600k",
    "HEVC": "hevc.mkv -c:v libx265 -crf 20",
    "HEVC with hash=1": "hashed.mkv -c:v libx265 -crf 20 -x265-params hash=1",
    "H.264": "h264.mkv -c:v libx264 -crf 20",
    "VVC": "vvc.mp4 -c:v libvvenc -preset faster",
    "MPEG-1": "mpeg1.mkv -c:v mpeg1video -q:v 4",
    "MPEG-2": "mpeg2.mkv -c:v mpeg2video -q:v 4",
    "MPEG-4": "mpeg4.mkv -c:v mpeg4 -q:v 4",
    "H.263+": "h263.mkv -c:v h263p",
    "MS MPEG-4": "ms.avi -c:v msmpeg4",
    "WMV 2": "wmv2.avi -c:v wmv2",
    "Theora": "theora.ogv -c:v libtheora -q:v 7",
    "ProRes": "prores.mov -c:v prores_ks",
    "DNxHR": "dnxhr.mov -c:v dnxhd -profile:v dnxhr_sq -s 256x144",
    "CineForm": "cfhd.mov -c:v cfhd -pix_fmt yuv422p10",
    "DV": "dv.dv -c:v dvvideo -s 720x576",
    "Motion JPEG": "mjpeg.mkv -c:v mjpeg -q:v 3 -pix_fmt yuvj420p",
    "JPEG 2000": "jpeg2000.mkv -c:v jpeg2000",
    "FFV1 with slicecrc": "ffv1.mkv -c:v ffv1 -level 3 -slicecrc 1",
    "FFV1 of level 1": "level1.mkv -c:v ffv1 -level 1",
    "PNG": "png.mkv -c:v png -pix_fmt gray",
    "huffyuv": "huffyuv.avi -c:v huffyuv -pix_fmt yuv422p",
    "ffvhuff": "ffvhuff.mkv -c:v ffvhuff",
    "Ut Video": "utvideo.mkv -c:v utvideo",
    "MagicYUV": "magicyuv.mkv -c:v magicyuv",
    "uncompressed": "raw.nut -c:v rawvideo",
}


def main(wanted: list[str]) -> None:
    """Print the counts of these codecs, or of all."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as name:
        for codec in wanted or CODECS:
            file, *words = CODECS[codec].split()
            clip = Path(name) / file
            encode(clip, words)
            counts = Counter(outcome(clip, seed) for seed in range(N_FLIPS))
            print(f"{codec}: {counts['refused']} refused, {counts['scored']} scored of {N_FLIPS}", flush=True)


def encode(clip: Path, words: list[str]) -> None:
    """Make the clip that is to be damaged."""
    source = ["-f", "lavfi", "-i", SCENE, "-frames:v", str(N_FRAMES), "-pix_fmt", "yuv420p"]
    command = [find_ffmpeg().path, "-v", "error", "-y", *source, *words, str(clip)]
    subprocess.run(command, check=True, capture_output=True)


def outcome(clip: Path, seed: int) -> str:
    """Tell what becomes of the clip with bytes flipped in the middle four fifths of the file."""
    data = bytearray(clip.read_bytes())
    start = random.Random(seed).randrange(len(data) // 10, len(data) * 9 // 10)
    data[start : start + N_BYTES] = bytes(byte ^ 0x5A for byte in data[start : start + N_BYTES])
    damaged = clip.with_stem("damaged")
    damaged.write_bytes(data)
    try:
        rows = features(clip, damaged).rows()
    except VideoError:
        return "refused"
    return "same" if np.array_equal(rows, features(clip, clip).rows()) else "scored"


if __name__ == "__main__":
    main(sys.argv[1:])
