# SPDX-License-Identifier: BSD-3-Clause
"""New rows around the real ones, in feature space, labelled by the teacher.

A new row is made of rows of one source only and carries that source, so that a split by source still
shares no content.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.table import column, concatenate, features_of, is_real, sources_of, task_of, with_columns
from vmaf_train.data.teacher import Teacher
from vmaf_train.files import Progress, no_progress

Rows = NDArray[np.float64]
Words = NDArray[np.str_]
_REACH: Mapping[str, tuple[float, float]] = {
    "adm2": (0, 1.5),
    **{f"vif_scale{scale}": (0, 1.5) for scale in range(4)},
    "cambi": (0, 17),
    "speed_chroma_uv": (0, 60),  # 45 measured, 60 corrected
    "adm3": (0.5, 1),
    "motion3": (0, 18),
}
"""What a feature can be. Sharpening takes adm2 and vif beyond 1; those of v1 have ends of their own."""

_CONTENT: Mapping[str, float] = {"motion2": 40, "motion3": 18, "cambi": 17, "speed_chroma_uv": 45}
"""Features that may be anything whatever the others are, and how far they are drawn."""


@dataclass(frozen=True)
class Mix:
    """How much of each kind, and how far each goes.

    `jitter` draws from the covariance of the `n_neighbours` nearest rows, times one of `spreads`;
    `between` goes one of `parts` of the way to another row; `beyond` goes away from the mean of its
    source by one of `margins`, or keeps all but one of the features that depend little on the others
    (motion2; of v1 cambi, chroma and motion3), each half of the time.
    """

    shares: Mapping[str, float] = field(
        default_factory=lambda: {"jitter": 0.45, "between": 0.2, "beyond": 0.35}
    )
    n_neighbours: int = 32
    spreads: tuple[float, ...] = (1.0, 3.0)
    parts: tuple[float, ...] = (0.2, 0.4, 0.6, 0.8)
    margins: tuple[float, ...] = (0.1, 0.25, 0.5)


@dataclass(frozen=True)
class _Draw:
    """Rows (m, k) of one source, parents (n,) drawn from them, and what is one unit of a feature (k,)."""

    names: Sequence[str]
    rows: Rows
    parents: NDArray[np.intp]
    unit: Rows
    random: np.random.Generator
    mix: Mix

    @property
    def start(self) -> Rows:
        """(n, k), the parents' own features."""
        return self.rows[self.parents]

    def one_of(self, sizes: Sequence[float]) -> Rows:
        """(n, 1), each size as likely as the others."""
        return self.random.choice(sizes, (len(self.parents), 1))


def augment(
    table: pa.Table,
    teacher: Teacher,
    n_rows: int,
    *,
    seed: int = 0,
    mix: Mix | None = None,
    progress: Progress = no_progress,
) -> pa.Table:
    """`n_rows` new rows around those of `table`, ordered by source and kind, labelled by the teacher.

    `codec` says the kind, `quality` how far it went, `frame` counts; the rest is the parent's. Features
    have float32 precision and stay within what they can be. Raises `InvalidArgument` for a
    table with augmented rows.
    """
    if not is_real(table).all():
        raise InvalidArgument("The table holds augmented rows; give one of `vmaf-train corpus`.")
    mix, random = mix or Mix(), np.random.default_rng(seed)
    features, source, names = features_of(table), column(table, "source"), task_of(table).features.names
    reach = _reach(names, features)
    unit = np.maximum(features.std(axis=0), np.finfo(np.float32).eps)
    own_rows = [np.flatnonzero(source == name) for name in sources_of(table)]
    pieces = []
    portions = _portions(n_rows, [len(own) for own in own_rows])
    for n_done, (own, n_own) in enumerate(zip(own_rows, portions, strict=True), start=1):
        for kind, n_kind in zip(mix.shares, _portions(n_own, list(mix.shares.values())), strict=True):
            draw = _Draw(names, features[own], random.integers(len(own), size=n_kind), unit, random, mix)
            pieces.append(_piece(table.take(pa.array(own[draw.parents])), kind, draw, reach))
        progress(n_done, len(own_rows))
    rows = concatenate(pieces)
    return teacher.label(with_columns(rows, {"frame": np.arange(rows.num_rows)}))


def _portions(n_rows: int, weights: Sequence[float]) -> list[int]:
    """`n_rows` dealt out by weight, in whole numbers that add up to it."""
    bounds = np.rint(np.cumsum([0, *weights]) / sum(weights) * n_rows).astype(int)
    return [int(portion) for portion in np.diff(bounds)]


def _reach(names: Sequence[str], features: Rows) -> Rows:
    """(2, k): least and most. A feature of others that is never negative stays so."""
    lowest = np.where(features.min(axis=0) < 0, -np.inf, 0)
    return np.array(
        [_REACH.get(name, (low, np.inf)) for name, low in zip(names, lowest, strict=True)], np.float64
    ).T


def _piece(parents: pa.Table, kind: str, draw: _Draw, reach: Rows) -> pa.Table:
    rows, quality = _KINDS[kind](draw)
    features = np.clip(rows, *reach).astype(np.float32).astype(np.float64)
    columns = dict(zip(draw.names, features.T, strict=True))
    return with_columns(parents, columns | {"codec": np.full(len(rows), kind), "quality": quality.ravel()})


def _jitter(draw: _Draw) -> tuple[Rows, Words]:
    """Random sums of the differences between neighbours: they have the neighbours' covariance."""
    scaled = draw.rows / draw.unit
    nearest = np.arange(1, min(draw.mix.n_neighbours, len(scaled)) + 1)
    _, neighbours = cKDTree(scaled).query(scaled[draw.parents], nearest)
    around = draw.rows[neighbours]
    weights = draw.random.normal(0, 1 / np.sqrt(len(nearest)), neighbours.shape)
    step = np.einsum("nk,nkf->nf", weights, around - around.mean(axis=1, keepdims=True))
    spread = draw.one_of(draw.mix.spreads)
    return draw.start + spread * step, np.char.mod("spread%g", spread)


def _between(draw: _Draw) -> tuple[Rows, Words]:
    other = draw.rows[draw.random.integers(len(draw.rows), size=len(draw.parents))]
    part = draw.one_of(draw.mix.parts)
    return draw.start + part * (other - draw.start), np.char.mod("part%g", part)


def _beyond(draw: _Draw) -> tuple[Rows, Words]:
    """Content decides motion and the encode all else, so one may change without the other."""
    margin = draw.one_of(draw.mix.margins)
    away = draw.start + margin * (draw.start - draw.rows.mean(axis=0))
    words = np.char.mod("margin%g", margin)
    free = [name for name in draw.names if name in _CONTENT]
    if not free:
        return away, words
    moved = draw.start
    part = draw.random.random(len(moved)) ** 2  # more of the low
    chosen = draw.random.integers(len(free), size=len(moved)) if len(free) > 1 else np.zeros(len(moved), int)
    columns = np.array([draw.names.index(name) for name in free])[chosen]
    moved[np.arange(len(moved)), columns] = np.array([_CONTENT[name] for name in free])[chosen] * part
    is_moved = draw.random.random(margin.shape) < 0.5
    return np.where(is_moved, moved, away), np.where(is_moved, np.array(free)[chosen][:, None], words)


_KINDS: Mapping[str, Callable[[_Draw], tuple[Rows, Words]]] = {
    "jitter": _jitter,
    "between": _between,
    "beyond": _beyond,
}
