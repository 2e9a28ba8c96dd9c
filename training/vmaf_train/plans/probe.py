# SPDX-License-Identifier: BSD-3-Clause
"""What a straight line finds in plans: classes from their mean vector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from vmaf_train.fit.minimise import minimise
from vmaf_train.plans.fit import Pair
from vmaf_train.plans.pictures import Pictures

_N_ITERATIONS = 100
_DECAY = 1e-2


@dataclass(frozen=True)
class Probe:
    """Shares of unseen pictures: put in their class by the probe, and of the commonest class."""

    n_classes: int
    right: float
    commonest: float

    def to_json(self) -> dict[str, object]:
        """As in a report."""
        return {name: round(value, 6) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        return (
            f"linear probe of {self.n_classes} classes: {self.right:.1%} right, the commonest is"
            f" {self.commonest:.1%}"
        )


def probe_of(pair: Pair, train: Pictures, judged: Pictures) -> Probe | None:
    """Fit a probe to the labels of pictures, and judge it on others; None where they have none."""
    if not judged.labels:
        return None
    return probe(pair.plans(train), train.labels, pair.plans(judged), judged.labels)


def probe(plans: Tensor, labels: Sequence[str], unseen: Tensor, wanted: Sequence[str]) -> Probe:
    """Fit a linear classifier to the mean over K of plans (n, K, D), and judge it on others."""
    names = sorted(set(labels))
    classes = torch.tensor([names.index(label) for label in labels])
    means = plans.mean(1).double()
    middle, scale = means.mean(0), means.std(0).clamp_min(1e-6)
    line = nn.Linear(means.shape[1], len(names)).double()
    nn.init.zeros_(line.weight)
    nn.init.zeros_(line.bias)

    def loss() -> Tensor:
        return (
            functional.cross_entropy(line((means - middle) / scale), classes)
            + _DECAY * line.weight.square().sum()
        )

    for _ in minimise(line.parameters(), loss, _N_ITERATIONS):
        pass
    with torch.inference_mode():
        found = line((unseen.mean(1).double() - middle) / scale).argmax(1).tolist()
    right = sum(names[i] == label for i, label in zip(found, wanted, strict=True))
    return Probe(len(names), right / len(wanted), Counter(wanted).most_common(1)[0][1] / len(wanted))
