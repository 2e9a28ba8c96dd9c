# SPDX-License-Identifier: BSD-3-Clause
"""What a net is to learn from a table: from which columns, towards which, on which scale."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.feature_set import CANONICAL, FeatureSet
from vmaf_train.metrics import OUTPUT_RANGE

LABELS = ("vmaf", "vmaf_unclipped")
"""What reports say, and the same before their clip, which a net fits better."""
V1_RANGE = (0.0, 110.0)
"""That of the widest of v1's eight files, before whose transforms and clips a net is judged."""

_KEY = "task"


@dataclass(frozen=True)
class Task:
    """`target` is the column that is fitted; reports clip scores to `output_range`."""

    features: FeatureSet = CANONICAL
    target: str = LABELS[1]
    output_range: tuple[float, float] = OUTPUT_RANGE

    def __post_init__(self) -> None:
        lowest, highest = self.output_range
        if not lowest < highest:
            raise InvalidArgument(f"The range {lowest:g}:{highest:g} is empty; give it as LOW:HIGH, 1:5.")
        if self.target in self.features.names:
            raise InvalidArgument(f"{self.target!r} is both a feature and the target; leave one of them out.")

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns of the target: VMAF has two."""
        return LABELS if self.target in LABELS else (self.target,)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that hold real numbers, in a table's order."""
        return (*self.features.names, *self.labels)

    def to_json(self) -> dict[str, object]:
        """As in a checkpoint and in the metadata of a table."""
        words = {"target": self.target, "output_range": list(self.output_range)}
        return {"features": self.features.to_json(), **words}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Task:
        """Read what `to_json` gave."""
        lowest, highest = value["output_range"]
        return cls(FeatureSet.from_json(value["features"]), value["target"], (lowest, highest))


@dataclass(frozen=True)
class Asked:
    """What is asked for in place of a table's own task; None is the table's own."""

    features: FeatureSet | None = None
    target: str | None = None
    output_range: tuple[float, float] | None = None

    def of(self, own: Task) -> Task:
        """Return the task; features of the same names are measured as the table says."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        if self.features is not None and self.features.names == own.features.names:
            del given["features"]
        return replace(own, **given)


def task_in(metadata: Mapping[bytes, bytes] | None) -> Task:
    """Return the task in the metadata of a table's schema; without one it is of the canonical six.

    Raises `InvalidArgument` for a task that can't be read.
    """
    text = (metadata or {}).get(_KEY.encode())
    if text is None:
        return Task()
    try:
        return Task.from_json(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidArgument(
            f"The table's metadata states a task that can't be read: {error}; write the table again."
        ) from error


def task_metadata(task: Task) -> dict[str, str]:
    """Return what a table's metadata says of its task: nothing of the usual one."""
    return {} if task == Task() else {_KEY: json.dumps(task.to_json())}
