# SPDX-License-Identifier: BSD-3-Clause
"""The half that sees: a picture becomes a plan."""

from __future__ import annotations

import hashlib
import os

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument, RuntimeFailure
from vmaf_dnn.plans.opening import Half, Precision, open_half
from vmaf_dnn.plans.pictures import SIDE, read_picture
from vmaf_dnn.plans.plan import Plan
from vmaf_dnn.session import SessionInfo
from vmaf_dnn.signatures.policy import SignaturePolicy

DEFAULT_ENCODER = "scene_plan_v1"


class PlanEncoder:
    """A model of kind ``"plan"``, opened: pictures in, plans out.

    Args:
        model: a registry id, or the path of an ``.onnx`` file.
        precision: ``"auto"`` follows the registry. fp32 and int8 make plans for the same captioner.
        device: as of `Session`.
        registry: as of `Session`.
        verify: as of `Session`.

    Raises:
        InvalidArgument: the model is of another kind.
        VmafDnnError: whatever `Session` raises.

    Attributes:
        digest: sha256 of the fp32 file, which its plans carry.

    A picture is run alone, so that its plan depends on no other. Any number of threads may use an encoder.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] = DEFAULT_ENCODER,
        *,
        precision: Precision = "auto",
        device: str = "auto",
        registry: str | os.PathLike[str] | None = None,
        verify: bool | SignaturePolicy = False,
    ) -> None:
        tensors = {"picture": 4, "plan": 3}
        self._half = open_half("plan", DEFAULT_ENCODER, model, precision, device, registry, verify, tensors)
        if self._half.shapes["picture"] != (1, 3, SIDE, SIDE):
            raise InvalidArgument(
                f"{self.info.id} takes pictures of {self._half.shapes['picture']}, expected"
                f" (1, 3, {SIDE}, {SIDE}); train it again."
            )
        self.digest = _digest(self._half)

    @property
    def info(self) -> SessionInfo:
        """What was opened, and why."""
        return self._half.session.info

    def encode(self, picture: str | os.PathLike[str] | NDArray[np.uint8]) -> Plan:
        """Make the plan of a picture.

        Args:
            picture: a file, of which the middle square is reduced to 64x64; or (64, 64, 3) uint8 RGB.

        Raises:
            InvalidArgument: the file is no picture that can be read, or the array is another one.
            ToolMissing: a file is given, and Pillow is not installed (the extra ``plans``).
        """
        pixels = picture if isinstance(picture, np.ndarray) else None
        if pixels is None:
            if not isinstance(picture, (str, os.PathLike)):
                raise InvalidArgument(f"A picture is a path or an array, got {picture!r:.80}.")
            pixels = read_picture(picture)
        if pixels.shape != (SIDE, SIDE, 3) or pixels.dtype != np.uint8:
            raise InvalidArgument(
                f"A picture is ({SIDE}, {SIDE}, 3) uint8 RGB, got {pixels.shape} {pixels.dtype}; give the"
                " path of a file of any size, or reduce the array."
            )
        values = self._half.session.run(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32))
        if not np.isfinite(values).all():
            raise RuntimeFailure(f"{self.info.id} made a plan of NaN; get the model's files again.")
        return Plan(np.asarray(values)[0], self.digest)

    def __repr__(self) -> str:
        return f"<vmaf_dnn.PlanEncoder {self.info.id} {self.info.precision}>"


def _digest(half: Half) -> str:
    """Of the fp32 file, whichever is open: as pinned, else of its bytes."""
    info = half.session.info
    if half.fp32.sha256:
        return half.fp32.sha256
    return (
        info.sha256 if info.precision == "fp32" else hashlib.sha256(half.fp32.path.read_bytes()).hexdigest()
    )
