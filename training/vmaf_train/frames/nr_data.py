# SPDX-License-Identifier: BSD-3-Clause
"""Frames of ordinary encodes, as the tiles that a model without a reference sees, with the VMAF of each.

One frame of every encode: what a net has to learn is what encoders do, and the frames of one encode say
the same of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn import score
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import whole_file
from vmaf_dnn.unreferenced.tiles import MOST_ACROSS, MOST_DOWN, TILE, places, tiles
from vmaf_dnn.video.y4m import open_y4m
from vmaf_train.corpus.distortions import DISTORTIONS, ODD_CODECS, Distortion
from vmaf_train.corpus.encode import RAW, encode
from vmaf_train.corpus.manifest import Clip
from vmaf_train.files import Progress, no_progress
from vmaf_train.frames.planes import Luma, is_held_out, luma_planes

ENCODES = tuple(distortion for distortion in DISTORTIONS if distortion.codec not in ODD_CODECS)
"""x264, x265, VP9 and SVT-AV1 at many rates and three sizes."""

N_FRAMES = 12
"""Of a clip, that are encoded; the first few may be better than what follows, so none of them is taken."""

_FIRST = 3
_ARRAYS = ("tiles", "begins", "vmaf", "scale", "size")
_WORDS = ("scene", "source", "codec", "quality")


@dataclass(frozen=True)
class Frames:
    """n frames, whose tiles lie one after the other.

    Attributes:
        tiles: (n_tiles, 224, 224) uint8.
        begins: (n + 1,) where the tiles of each frame begin, and of the last end.
        vmaf: (n,) VMAF of the whole frame.
        words: scene, source, codec and quality of each, (n,) of text.
        scale: (n,) by how much the encode was smaller.
        size: (n, 2) width and height of each.
    """

    tiles: NDArray[np.uint8]
    begins: NDArray[np.int64]
    vmaf: NDArray[np.float64]
    words: dict[str, NDArray[np.str_]]
    scale: NDArray[np.int64]
    size: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.vmaf)

    def of(self, frame: int) -> NDArray[np.uint8]:
        """Return the tiles of a frame."""
        return self.tiles[self.begins[frame] : self.begins[frame + 1]]

    def only(self, kept: NDArray[np.bool_]) -> Frames:
        """Return some of the frames."""
        counts = np.diff(self.begins)
        return Frames(
            self.tiles[np.repeat(kept, counts)],
            np.cumsum([0, *counts[kept]]),
            self.vmaf[kept],
            {name: values[kept] for name, values in self.words.items()},
            self.scale[kept],
            self.size[kept],
        )

    def whole(self, frame: int) -> Luma | None:
        """Put the tiles of a frame together again; None where they leave some of it out, or show more."""
        width, height = self.size[frame].tolist()
        if not (TILE <= width <= MOST_ACROSS * TILE and TILE <= height <= MOST_DOWN * TILE):
            return None
        luma = np.empty((height, width), np.uint8)
        for tile, (x, y) in zip(self.of(frame), places(width, height), strict=True):
            luma[y : y + TILE, x : x + TILE] = tile
        return luma


def split(frames: Frames, held_out: Sequence[str]) -> tuple[Frames, Frames]:
    """Return the frames of sources that are trained on, and those of the rest, named or by their digest.

    Raises `InvalidArgument` if either is empty.
    """
    sources = frames.words["source"]
    is_judged = np.isin(sources, [one for one in np.unique(sources).tolist() if is_apart(one, held_out)])
    if is_judged.all() or not is_judged.any():
        raise InvalidArgument(
            f"Of {len(frames)} frames {int(is_judged.sum())} are of sources that are held out, expected"
            " some and not all; give clips of more sources, or name others in --held-out."
        )
    return frames.only(~is_judged), frames.only(is_judged)


def is_apart(source: str, held_out: Sequence[str]) -> bool:
    """Whether a source is held out: it is named, or, where none is, its digest says so."""
    return source in held_out if held_out else is_held_out(source)


def build(
    clips: Sequence[Clip],
    ffmpeg: str,
    jobs: int,
    label: str | Path,
    encodes: Sequence[Distortion] = ENCODES,
    progress: Progress = no_progress,
) -> Frames:
    """Encode every clip every way, and take one frame of each.

    `label` is a model file of libvmaf's, or the id of a fusion model, which says the VMAF. Raises
    `VideoError` for a clip that can't be read or encoded.
    """
    with tempfile.TemporaryDirectory(prefix="nr-") as folder, ThreadPoolExecutor(jobs) as pool:
        jobs_of = [
            pool.submit(_of_clip, clip, n, ffmpeg, label, encodes, Path(folder))
            for n, clip in enumerate(clips)
        ]
        found = []
        for n_done, job in enumerate(jobs_of, start=1):
            found += job.result()
            progress(n_done, len(jobs_of))
    counts = [len(one.tiles) for one in found]
    return Frames(
        np.concatenate([one.tiles for one in found]),
        np.cumsum([0, *counts]),
        np.array([one.vmaf for one in found]),
        {word: np.array([one.words[i] for one in found]) for i, word in enumerate(_WORDS)},
        np.array([one.scale for one in found]),
        np.array([one.size for one in found]),
    )


@dataclass(frozen=True)
class _Frame:
    tiles: NDArray[np.uint8]
    vmaf: float
    words: tuple[str, str, str, str]
    scale: int
    size: tuple[int, int]


def _of_clip(
    clip: Clip, n_before: int, ffmpeg: str, label: str | Path, encodes: Sequence[Distortion], folder: Path
) -> list[_Frame]:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        reference, encoded, decoded = (Path(own) / name for name in ("ref.y4m", "encode.mkv", "dis.y4m"))
        first = Distortion("reference", "plain", ("-frames:v", str(N_FRAMES)))
        encode(ffmpeg, clip.path, first, reference, RAW)
        shown = open_y4m(reference)
        n_frames = len(shown.frame_offsets or ())
        first_taken = min(_FIRST, n_frames - 1)
        whole = f"scale={shown.width}:{shown.height}:flags=bicubic"
        found = []
        for n, how in enumerate(encodes):
            encode(ffmpeg, reference, how, encoded)
            encode(ffmpeg, encoded, Distortion("decoded", "y4m", (), whole), decoded, RAW)
            taken = first_taken + (5 * n_before + 7 * n) % (n_frames - first_taken)
            (luma,) = luma_planes(decoded, [taken])
            cut = np.rint(tiles(luma) * 255).astype(np.uint8)
            vmaf = _vmaf(reference, decoded, label, taken)
            words = clip.scene, clip.source, how.codec, how.quality
            found.append(_Frame(cut, vmaf, words, how.scale, (shown.width, shown.height)))
        return found


def _vmaf(reference: Path, decoded: Path, label: str | Path, frame: int) -> float:
    models = {"tiny_model": label} if isinstance(label, str) else {"tiny_model": None, "svm_model": label}
    report = score(reference, decoded, threads=1, **models)
    return float(report.metrics[report.score_names[0]][frame])


def write_frames(path: Path, frames: Frames) -> None:
    """Write an .npz, whole or not at all; equal frames give equal bytes."""
    arrays: dict[str, Any] = {name: getattr(frames, name) for name in _ARRAYS} | frames.words
    with whole_file(path) as unfinished, unfinished.open("wb") as file:
        np.savez(file, **arrays)


def read_frames(path: Path) -> Frames:
    """Read what `write_frames` wrote. Raises `InvalidArgument` for anything else."""
    try:
        with np.load(path) as arrays:
            words = {word: arrays[word] for word in _WORDS}
            return Frames(**{name: arrays[name] for name in _ARRAYS}, words=words)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise InvalidArgument(
            f"{path} holds no frames of `vmaf-train nr`: {error}; make it, or name another."
        ) from error
