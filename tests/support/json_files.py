# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def edit_json(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def edit_entries(registry: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change each entry of a registry in place."""
    document = json.loads(registry.read_text())
    for entry in document["models"]:
        edit(entry)
    registry.write_text(json.dumps(document))
