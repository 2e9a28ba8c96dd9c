# SPDX-License-Identifier: BSD-3-Clause
"""How well a model without a reference follows VMAF on frames of sources that it has never seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vmaf_dnn.unreferenced.tiles import TILE
from vmaf_train.files import Progress, no_progress
from vmaf_train.frames.nr_data import Frames
from vmaf_train.metrics import Agreement, agreement, clipped
from vmaf_train.onnx_files.scoring import open_alone

Samples = NDArray[np.uint8]
Scores = NDArray[np.float64]


def score_frames(path: Path, frames: Frames, progress: Progress = no_progress) -> Scores:
    """(n,) scores of frames, each the mean of its tiles, clipped, by the library that will run the file."""
    score, scores = scorer(path), np.empty(len(frames))
    for frame in range(len(frames)):
        scores[frame] = np.mean([score(tile) for tile in frames.of(frame)])
        progress(frame + 1, len(frames))
    return clipped(scores)


def scorer(path: Path) -> Callable[[Samples], float]:
    """Open a model that takes one tile; what it gives is called with (224, 224) samples."""
    session = open_alone(path)
    name = session.info.inputs[0].partition(":")[0]

    def score(tile: Samples) -> float:
        (found,) = session.run({name: (tile.astype(np.float32) / 255)[None, None]}).values()
        return float(found.reshape(-1)[0])

    return score


def sharpness(tiles: Samples) -> Scores:
    """(n,) of (n, 224, 224): the logarithm of how much neighbours differ beside how much all differ."""
    samples = tiles.astype(np.float64)
    slopes = np.abs(np.diff(samples, axis=2)).mean((1, 2)) + np.abs(np.diff(samples, axis=1)).mean((1, 2))
    ratios: Scores = np.log((slopes + 0.1) / (samples.std((1, 2)) + 1))
    return ratios


def mapped(values: Scores, truth: Scores, others: Scores | None = None) -> Scores:
    """Map `others`, by default the same values, by the line that brings `values` closest to the truth."""
    gain, offset = np.polyfit(values, truth, 1)
    return clipped(gain * (values if others is None else others) + offset)


def baseline(trained: Frames, judged: Frames) -> Agreement:
    """Judge a line through `sharpness`, fitted to the frames that are trained on."""
    found = [
        np.array([sharpness(frames.of(frame)).mean() for frame in range(len(frames))])
        for frames in (trained, judged)
    ]
    return agreement(mapped(found[0], trained.vmaf, found[1]), judged.vmaf)


def of_peer(path: Path, judged: Frames) -> Mapping[str, Agreement]:
    """Judge a model of others, on our tiles, and on whole frames that are shrunk to its input.

    Its scores may be on another scale, so the line to VMAF that suits it best is fitted to the very frames
    that it is judged on. Whole frames are those that tiles cover.
    """
    score = scorer(path)
    n_frames = len(judged)
    on_tiles = np.array([np.mean([score(tile) for tile in judged.of(frame)]) for frame in range(n_frames)])
    wholes = {frame: whole for frame in range(n_frames) if (whole := judged.whole(frame)) is not None}
    found = {"tiles": agreement(mapped(on_tiles, judged.vmaf), judged.vmaf)}
    if wholes:
        truth = judged.vmaf[[*wholes]]
        on_wholes = np.array([score(shrunk(whole)) for whole in wholes.values()])
        found["whole_frames"] = agreement(mapped(on_wholes, truth), truth)
    return found


def shrunk(luma: Samples) -> Samples:
    """Average a plane down to 224x224."""
    plane = torch.from_numpy(luma).float()[None, None]
    averages = torch.nn.functional.interpolate(plane, (TILE, TILE), mode="area")
    samples: Samples = averages[0, 0].round().to(torch.uint8).numpy()
    return samples


@dataclass(frozen=True)
class Judgement:
    """What was found on frames of held-out sources.

    Attributes:
        own: the model's agreement with VMAF.
        n_sources: how many sources the frames are of.
        within_scenes: mean SROCC of the scenes: whether encodes of one clip come in the right order.
        parts: own agreement by codec and by scene.
        baseline: what a line through `sharpness` reaches.
        peer: what a model of others reaches, each way.
    """

    own: Agreement
    n_sources: int
    within_scenes: float
    parts: Mapping[str, Mapping[str, Agreement]]
    baseline: Agreement
    peer: Mapping[str, Agreement]

    def to_json(self) -> dict[str, object]:
        """Return the figures for a report."""
        parts = {
            name: {key: one.to_json() for key, one in found.items()} for name, found in self.parts.items()
        }
        return {
            **self.own.to_json(),
            "n_sources": self.n_sources,
            "srocc_within_scenes": round(self.within_scenes, 6),
            **parts,
            "sharpness_baseline": self.baseline.to_json(),
            "peer": {name: found.to_json() for name, found in self.peer.items()},
        }

    def sentence(self, against: str) -> str:
        """Say the figures in words, for the notes of a model."""
        own = self.own
        return (
            f"Against {against} on {own.n_rows} frames of {self.n_sources} held-out sources: PLCC"
            f" {own.plcc:.3f}, RMSE {own.rmse:.1f}; encodes of one clip are put in order with SROCC"
            f" {self.within_scenes:.3f}. It was fitted to VMAF, not to opinion scores, on 8-bit clips."
            " The score of a frame is the mean of its tiles."
        )

    def lines(self) -> list[str]:
        """Say the figures in lines for people."""
        rows = {"this model": self.own, "a line through sharpness": self.baseline}
        rows |= {f"the peer on {name.replace('_', ' ')}": found for name, found in self.peer.items()}
        return [
            f"{name}: PLCC {one.plcc:.4f}, SROCC {one.srocc:.4f}, RMSE {one.rmse:.2f}, {one.n_rows} frames"
            for name, one in rows.items()
        ]


def judge(trained: Frames, judged: Frames, scores: Scores, peer: Path | None = None) -> Judgement:
    """Judge the scores of held-out frames beside what else there is."""
    by_scene = _by_word(judged, scores, "scene")
    return Judgement(
        agreement(scores, judged.vmaf),
        len(set(judged.words["source"].tolist())),
        float(np.mean([found.srocc for found in by_scene.values()])),
        {"by_codec": _by_word(judged, scores, "codec"), "by_scene": by_scene},
        baseline(trained, judged),
        {} if peer is None else of_peer(peer, judged),
    )


def _by_word(frames: Frames, scores: Scores, word: str) -> dict[str, Agreement]:
    labels = frames.words[word]
    return {
        label: agreement(scores[labels == label], frames.vmaf[labels == label])
        for label in np.unique(labels).tolist()
    }
