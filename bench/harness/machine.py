# SPDX-License-Identifier: BSD-3-Clause
"""What was timed, on what."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import cpuinfo

import vmaf_dnn


def version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def describe() -> dict[str, Any]:
    packages = ("vmaf-dnn", "onnxruntime", "torch", "numpy", "openvino")
    return {
        "cpu": cpuinfo.get_cpu_info().get("brand_raw", platform.machine()),
        "n_cores": os.cpu_count(),
        "isa": vmaf_dnn.Session("vmaf_tiny_v4").info.isa,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {package: found for package in packages if (found := version_of(package))},
        "date": datetime.now(UTC).date().isoformat(),
        "load_before": os.getloadavg()[0],
    }
