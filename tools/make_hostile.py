# SPDX-License-Identifier: BSD-3-Clause
"""Writes every hostile file, one folder a kind: `python -m tools.make_hostile FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.hostile_models import ONNX
from tests.support.hostile_text import JSON, REGISTRIES, SIDECARS, Y4M

KINDS = {"onnx": ONNX, "registry": REGISTRIES, "sidecar": SIDECARS, "y4m": Y4M, "json": JSON}


def main(folder: Path) -> None:
    """Write the folders of all kinds."""
    for kind, files in KINDS.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for name, hostile in files.items():
            (folder / kind / name).write_bytes(hostile.make())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
