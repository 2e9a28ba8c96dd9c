# SPDX-License-Identifier: BSD-3-Clause
"""A registry that is changed, and the fault that is found then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vmaf_train.publish.registry_checks import faults_of

Change = Callable[[dict[str, Any]], object]


def read(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "registry.json").read_text())


def fault(folder: Path, change: Change) -> str:
    """The one fault of the folder's registry after a change of its only entry."""
    registry = read(folder)
    change(registry["models"][0])
    (found,) = faults_of(registry, folder)
    return found


def without(*fields: str) -> Change:
    return lambda model: [model.pop(field) for field in fields]
