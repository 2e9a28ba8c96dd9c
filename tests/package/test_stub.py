# SPDX-License-Identifier: BSD-3-Clause
"""The stub of the core says what the core is."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.support.paths import ROOT


@pytest.mark.slow
@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_the_stub_is_the_core() -> None:
    allowed = ["--allowlist", str(ROOT / "tests" / "data" / "stubtest.txt")]
    command = [sys.executable, "-m", "mypy.stubtest", "vmaf_dnn._core", *allowed]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT.parent, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
