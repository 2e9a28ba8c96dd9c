# SPDX-License-Identifier: BSD-3-Clause
"""One clip without a reference to a report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

import numpy as np

from vmaf_dnn._core import __version__
from vmaf_dnn.fusion import metric_names
from vmaf_dnn.report import ClipNames, Report, TinyModel
from vmaf_dnn.report.statistics import DEFAULT_POOLING
from vmaf_dnn.session import Session
from vmaf_dnn.unreferenced.model import TileModel
from vmaf_dnn.unreferenced.reading import LoneClip
from vmaf_dnn.unreferenced.tiles import tiles
from vmaf_dnn.video.clip import Progress
from vmaf_dnn.video.description import described
from vmaf_dnn.video.once import ClipPath
from vmaf_dnn.video.options import VideoOptions


def score_alone(
    path: ClipPath,
    sessions: Sequence[Session],
    options: VideoOptions,
    pool: str = DEFAULT_POOLING,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Score the frames of a clip by models of kind ``nr``.

    Args:
        path: the clip.
        sessions: the models; the first gives the headline.
        options: how the clip is read; checked by `check_alone`.
        pool: how scores are pooled.
        progress: called after each frame that was read.

    Raises:
        InvalidArgument: a model is of another kind, or two would have one name.
        VideoError: the clip can't be read.
    """
    names = metric_names(sessions, ())
    models = [TileModel(session) for session in sessions]
    clip, start_s, start_process_s = LoneClip(path, options), time.monotonic(), time.process_time()
    shown, rows = clip.shown, []
    n_read = 0
    with clip.frames() as frames:
        for luma in frames:
            if n_read % options.subsample == 0:
                cut = tiles(luma, shown.bit_depth)
                rows.append([model.score(cut, n_read) for model in models])
            n_read += 1
            if progress is not None:
                progress(Progress(n_read, clip.n_frames_hint, n_read / (time.monotonic() - start_s)))
    columns = np.array(rows, np.float64).T
    states = {**described(clip.treated), **clip.told}
    states["frame_rate"] = states["frame_rate"] or options.frame_rate
    return Report(
        np.arange(0, n_read, options.subsample, dtype=np.int64),
        dict(zip(names, columns, strict=True)),
        shown.width,
        shown.height,
        n_read / max(time.process_time() - start_process_s, 1e-9),
        f"vmaf_dnn {__version__}, tiles of luma{clip.decoder}",
        tuple(TinyModel(name, session.info) for name, session in zip(names, sessions, strict=True)),
        clips=ClipNames("", os.fspath(path), distorted_states=states),
        pool=pool,
    )
