# SPDX-License-Identifier: BSD-3-Clause
"""What is said of a model file that is refused: one sentence that names it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from vmaf_dnn import ModelRejected, Unsupported, VmafDnnError
from vmaf_dnn.svm import read_svm_model

MALFORMED = r"is no model as libvmaf writes them: {}.*; correct the file, or give another\."
NOT_COMPUTED = r"can't be scored natively: {}.*; score it with libvmaf itself\."


def refusal(kind: type[VmafDnnError], path: Path, **how: Any) -> str:
    """What is said of a file: one sentence that names it."""
    with pytest.raises(kind) as caught:
        read_svm_model(path, **how)
    (line,) = str(caught.value).splitlines()
    assert str(path) in line
    assert len(line) < 500
    return line


def assert_malformed(path: Path, words: str, **how: Any) -> None:
    line = refusal(ModelRejected, path, **how)
    assert re.search(f"{path.name} {MALFORMED.format(words)}$", line), line


def assert_not_computed(path: Path, words: str) -> None:
    line = refusal(Unsupported, path)
    assert re.search(f"{path.name} {NOT_COMPUTED.format(words)}$", line), line
