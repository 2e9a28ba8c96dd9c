# SPDX-License-Identifier: BSD-3-Clause
"""Both ONNX files of a pair, checked against torch before anyone sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnxruntime
import torch

from vmaf_dnn.errors import ModelRejected
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.plans.fit import Pair
from vmaf_train.plans.graphs import decoder_graph, encoder_graph
from vmaf_train.plans.pictures import Pictures, as_planes

PARITY = 1e-4
"""Largest |ONNX Runtime - torch| of a plan's numbers, whose spread is 1, and of scores as a share."""
_N_PROBES = 32


@dataclass(frozen=True)
class Exported:
    """The bytes of both graphs, and how far each is from torch."""

    encoder: bytes
    decoder: bytes
    encoder_error: float
    decoder_error: float


def export(pair: Pair, pictures: Pictures) -> Exported:
    """Make both graphs; raises `ModelRejected` if one differs from torch by more than `PARITY`."""
    encoder = serialised(encoder_graph(pair.encoder, pair.shape))
    decoder = serialised(decoder_graph(pair.decoder, pair.shape))
    some = pictures.first(_N_PROBES)
    with torch.inference_mode():
        plans = torch.cat([pair.encoder(as_planes(one[None])) for one in some.pixels])
        ids = pair.vocabulary.ids(some.sentences)[:, :-1].clamp_min(0)
        scores = pair.decoder(plans, ids)
    of_pictures = [{"picture": as_planes(one[None]).numpy()} for one in some.pixels]
    of_plans = [
        {"plan": plan[None].numpy(), "words": words[None].float().numpy()}
        for plan, words in zip(plans, ids, strict=True)
    ]
    encoder_error = _error(encoder, of_pictures, plans)
    decoder_error = _error(decoder, of_plans, scores) / float(scores.abs().max().clamp_min(1))
    for name, error in (("encoder", encoder_error), ("decoder", decoder_error)):
        if not error <= PARITY:
            raise ModelRejected(
                f"The export of the {name} differs from torch by {error:.2g}, expected at most {PARITY}; the"
                " weights are likely huge, so train it again."
            )
    return Exported(encoder, decoder, encoder_error, decoder_error)


def _error(data: bytes, runs: list[dict[str, np.ndarray]], expected: torch.Tensor) -> float:
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    found = np.concatenate([session.run(None, run)[0] for run in runs])
    return float(np.abs(found.astype(np.float64) - expected.numpy()).max())
