# SPDX-License-Identifier: BSD-3-Clause
"""Which ONNX Runtime serves this process."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from vmaf_dnn import _core


@dataclass(frozen=True)
class RuntimeInfo:
    """The ONNX Runtime library of this process."""

    version: str
    library: str


def runtime_info() -> RuntimeInfo:
    """Load ONNX Runtime, if it is not loaded yet, and tell which one it is.

    Raises:
        RuntimeMissing: none could be loaded; the text lists every place tried and the cure.
    """
    return RuntimeInfo(*_core.load_runtime(search_path()))


def search_path() -> list[bytes]:
    """List the folders of `sys.path`, where an onnxruntime wheel may be, as the file system spells them.

    Python takes any object there, and skips what is not a path; so does this.
    """
    return [os.fsencode(entry) for entry in sys.path if isinstance(entry, (str, bytes, os.PathLike))]
