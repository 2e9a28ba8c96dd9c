# SPDX-License-Identifier: BSD-3-Clause
"""A feature that a model is over, as its file asks for it, as we measure it, and as logs call it."""

from __future__ import annotations

from typing import NamedTuple

from vmaf_dnn.extractor import feature_name


class SvmFeature(NamedTuple):
    """A feature that a model is over.

    `name` is libvmaf's without its ``integer_`` (``"adm3"``), `options` are as `FeatureExtractor` takes them
    (``"adm_csf_mode=2:adm_min_val=0.5"``).
    """

    name: str
    options: str = ""

    @property
    def request(self) -> str:
        """The feature with its options, as `FeatureExtractor` takes it."""
        return f"{self.name}={self.options}" if self.options else self.name

    @property
    def metric(self) -> str:
        """What libvmaf's log calls it: ``integer_adm2``, or ``integer_adm2_egl_1`` with a limit of 1."""
        return feature_name(self.request)
