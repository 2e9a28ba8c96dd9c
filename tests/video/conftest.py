# SPDX-License-Identifier: BSD-3-Clause
"""Both extractors, called alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.extract import Extract
from vmaf_dnn.extractors import FeatureTable, libvmaf, native
from vmaf_dnn.video.options import EXTRACTORS


@pytest.fixture(params=EXTRACTORS)
def extract(request: pytest.FixtureRequest) -> Extract:
    if request.param == "libvmaf":
        return libvmaf.extract

    def one(reference: Path, distorted: Path, **keywords: Any) -> FeatureTable:
        return native.extract(reference, [distorted], **keywords)[0]

    return one
