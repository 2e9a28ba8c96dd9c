# SPDX-License-Identifier: BSD-3-Clause
"""Where the files of libvmaf's built-in models are, by version, and what their digests have to be."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

MODEL_PATH_VARIABLE = "VMAF_DNN_MODEL_PATH"
_SYSTEM_FOLDERS = (
    "/usr/local/share/model",
    "/usr/share/model",
    "/usr/local/share/vmaf/model",
    "/usr/share/vmaf/model",
)
_PACKAGE = "ffmpeg_quality_metrics"  # it carries libvmaf's models
_VERSION = re.compile(r"[A-Za-z0-9_.]+")

DIGESTS = {
    "vmaf_v0.6.1": "5950d61fa1f861bd45d8149d80539ed9f3376cfc2495b8f0fa8e9f57cb131ee3",
    "vmaf_v0.6.1neg": "1fcda193aaa2a3136471b7516b3c5dc344546c05fcde2d58609f8c60a2387392",
    "vmaf_4k_v0.6.1": "73b187001309703c89d57cf58baab01660bd11e4ea6fac62bc064c5f5da6dac8",
    "vmaf_b_v0.6.3": "34f620dbaff662fe7d33dd80326553c2cc3910e4135349ba4c367171d3a3cfbd",
    "vmaf_v1.0.16_3d0h": "e4cf8c147e1368b35497d772920bc92f98c1ad7853c1033d8a836947f427140e",
    "vmaf_v1.0.16_5d0h": "64e12d9c1e4ed5d79da7fa515b82fac7247a9e2ccc91e0ebce31d05489500385",
    "vmaf_v1.0.16_1d5h_2160": "634d36e0502cb797384726cdd1a106a2c207827595a9e4958d3dae1bd517b139",
    "vmaf_v1.0.16_3d0h_2160": "77f552fd8d5b6c6a2166bfc4470c9368ec68d2425ed40f1cc235b0cc500f33c2",
    "vmaf_v1.0.16_hfr_3d0h": "dcfdfab1c00685c1e5f75b6f1078bb4a44c722654e4de090fa5c66784c75241b",
    "vmaf_v1.0.16_hfr_5d0h": "590f612c87df94badca58e563b318fa9958eac631ab8aadd73bff8cc1adfc515",
    "vmaf_v1.0.16_hfr_1d5h_2160": "0371db55d3de81a760125f6d65eb4386f1d38af6cf1d00c2f48158e3596246d4",
    "vmaf_v1.0.16_hfr_3d0h_2160": "1bc502f00aeee11433e2d09468186bbf1bbce56ee650c9bade06c7435ebdd4db",
}
"""sha256 of libvmaf's own files, by the version that libvmaf knows them by."""


def find_model(version: str) -> Path | None:
    """Return the file of a built-in model: in the folders of VMAF_DNN_MODEL_PATH, then where libvmaf and
    the package ffmpeg-quality-metrics put them; None if it is nowhere.
    """
    if not _VERSION.fullmatch(version):
        return None
    generation = re.sub(
        r"_\d+d\d+h(_\d+)?$", "", version
    )  # libvmaf keeps those of VMAF v1 in folders of theirs
    for folder in _folders():
        for path in (folder / f"{version}.json", folder / generation / f"{version}.json"):
            if path.is_file():
                return path
    return None


def _folders() -> Iterator[Path]:
    yield from (Path(name) for name in os.environ.get(MODEL_PATH_VARIABLE, "").split(os.pathsep) if name)
    yield from map(Path, _SYSTEM_FOLDERS)
    package = find_spec(_PACKAGE)
    for folder in (package.submodule_search_locations or []) if package else []:
        yield Path(folder) / "vmaf_models"
