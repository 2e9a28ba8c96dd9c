# SPDX-License-Identifier: BSD-3-Clause
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

__version__: str
_Frame: TypeAlias = NDArray[Any] | Sequence[NDArray[Any]]

def load_runtime(search_path: list[bytes]) -> tuple[str, str]: ...
def admit(file: Path, sha256: str, pinned_by: Path) -> dict[str, Any]: ...
def resolve_model(model: bytes, precision: str, registry: bytes) -> dict[str, Any]: ...
def read_contract(sidecar: Path) -> dict[str, Any]: ...
def registry_path(registry: bytes) -> Path: ...
def read_registry(registry: bytes) -> list[dict[str, Any]]: ...

class DefaultFloats:
    def __init__(self) -> None: ...
    def __enter__(self) -> None: ...
    def __exit__(self, *exception: object) -> None: ...

class FeatureExtractor:
    def __init__(
        self,
        width: int,
        height: int,
        bit_depth: int = 8,
        *,
        n_distorted: int = 1,
        adm_enhn_gain_limit: float = 100.0,
        vif_enhn_gain_limit: float = 100.0,
        motion_rule: str = "v3.2",
        threads: int = 1,
        features: Sequence[str] = ...,
        chroma: str = "",
        encodes: Sequence[tuple[int, int, int]] = ...,
    ) -> None: ...
    @property
    def features(self) -> list[str]: ...
    def push(self, reference: _Frame, *distorted: _Frame) -> NDArray[np.float64] | None: ...
    def skip(self, reference: _Frame) -> NDArray[np.float64] | None: ...
    def flush(self) -> NDArray[np.float64] | None: ...

def feature_name(feature: str) -> str: ...

class Session:
    def __init__(
        self,
        *,
        model: bytes,
        precision: str,
        engine: str,
        device: str,
        threads: int,
        registry: bytes,
        strict_device: bool,
        fp16_io: bool,
        search_path: list[bytes],
    ) -> None: ...
    @overload
    def run(self, features: dict[str, ArrayLike]) -> dict[str, NDArray[np.float32]]: ...
    @overload
    def run(self, features: ArrayLike, *, out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Score (N, F) rows of raw features; (N,) float32 scores, not clipped, `out` if it was given.

        Args:
            features: rows in the order of `info.features`, any float or integer array-like; or, for any
                model, a dict of input name to array, which gives a dict of output name to float32 array.
            out: (N,) float32, C-contiguous and writable, to write the scores into.

        Raises:
            InvalidArgument: a shape, dtype or name that the model or `out` does not take.
            Unsupported: the model has tensors of a type that is not converted from or to float32.
            RuntimeFailure: ONNX Runtime failed.
        """
    def _filter(self, plane: NDArray[Any], bit_depth: int) -> NDArray[Any]: ...
    def _fell_back(self) -> bool: ...
    def _info(self) -> dict[str, Any]: ...

class SvmModel:
    def __init__(
        self,
        *,
        path: bytes,
        name: str,
        clip: bool,
        transform: bool | None,
        overloads: list[tuple[str, str]],
        sha256: str,
    ) -> None: ...
    def info(self) -> dict[str, Any]: ...
    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]: ...
