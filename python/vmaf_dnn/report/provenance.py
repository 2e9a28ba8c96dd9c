# SPDX-License-Identifier: BSD-3-Clause
"""Where the scores of a report come from: the clips, and the fusion models that scored them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vmaf_dnn.text import legible

if TYPE_CHECKING:
    from vmaf_dnn.session import SessionInfo
    from vmaf_dnn.video.description import Value


@dataclass(frozen=True)
class StatedModel:
    """A model as the report that was read states it: some of the fields of `SessionInfo`."""

    id: str
    kind: str = ""
    path: str = ""
    sha256: str = ""
    precision: str = ""
    engine: str = ""
    device_requested: str = ""
    device_attached: str = ""
    device_reason: str = ""
    redirect: str = ""


@dataclass(frozen=True)
class TinyModel:
    """One fusion model that scored the clip: what was opened, and under which metric its scores stand.

    `out_of_domain` counts the frames with a feature outside the range that the model was trained on.
    """

    metric: str
    info: SessionInfo | StatedModel
    out_of_domain: int = 0

    def as_dict(self, n_frames: int, pooled: dict[str, float]) -> dict[str, Any]:
        """Return the `tiny_model` block of a JSON report."""
        info = self.info
        device = {
            "requested": info.device_requested,
            "attached": info.device_attached,
            "reason": info.device_reason,
        }
        return {
            "id": legible(info.id),
            "kind": info.kind,
            "path": legible(info.path),
            "sha256": info.sha256,
            "precision": info.precision,
            "engine": info.engine,
            "device": device,
            "redirect": legible(info.redirect),
            "n_frames": n_frames,
            "out_of_domain": self.out_of_domain,
            "metric": self.metric,
            "pooled": pooled,
        }


@dataclass(frozen=True)
class ClipNames:
    """The clips of a report, as the caller named them, and what they are and state of themselves.

    `reference` is empty for a clip that was scored alone. `encoded` is what the distorted clip was before it
    was scaled, where that counts for a feature.
    """

    reference: str
    distorted: str
    encoded: str = ""
    reference_states: Mapping[str, Value] = field(default_factory=dict)
    distorted_states: Mapping[str, Value] = field(default_factory=dict)

    def as_dict(self) -> dict[str, dict[str, Value]]:
        """Return the `clips` block of a JSON report."""
        encoded = {"encoded": self.encoded} if self.encoded else {}
        reference = {"name": legible(self.reference), **self.reference_states}
        distorted = {"name": legible(self.distorted), **self.distorted_states, **encoded}
        return {**({"reference": reference} if self.reference else {}), "distorted": distorted}
