# SPDX-License-Identifier: BSD-3-Clause
"""What a model's score may be called."""

from __future__ import annotations

import re

from vmaf_dnn.errors import InvalidArgument

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def require_metric_name(what: str, name: object) -> None:
    """Raise `InvalidArgument` unless `name` can stand in every log: an XML attribute, a CSV heading."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidArgument(
            f"{what} must be a word of ASCII letters, digits and _.- that starts with a letter or _,"
            f" got {name!r}"
        )
