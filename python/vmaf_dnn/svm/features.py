# SPDX-License-Identifier: BSD-3-Clause
"""The features that a model is over, as its file names them, as we compute them, and as logs call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from vmaf_dnn.extractor import CANONICAL_6, NO_GAIN_LIMIT, metric_name
from vmaf_dnn.svm.faults import Malformed, NotComputed, finite_number, refuse, shown

_INTEGER = "VMAF_integer_feature_{}_score"
_FLOAT = re.compile(r"VMAF_feature_(.*)_score")


class SvmFeature(NamedTuple):
    """A feature and its enhancement gain limit, 1 to 100; motion2 has none, so 100.

    `name` is one of `CANONICAL_6`. The limit is `adm_enhn_gain_limit` of adm2, `vif_enhn_gain_limit` of
    the vif scales.
    """

    name: str
    gain_limit: float = NO_GAIN_LIMIT

    @property
    def metric(self) -> str:
        """What libvmaf's log calls it: ``integer_adm2``, or ``integer_adm2_egl_1`` with a limit of 1."""
        return metric_name(self.name, self.gain_limit)


def parse_features(model: Mapping[str, Any]) -> tuple[SvmFeature, ...]:
    """Return the features of a model_dict, in its order."""
    names = model.get("feature_names")
    if not isinstance(names, list) or not names:
        refuse("its feature_names", names, "a list of names")
    options = model.get("feature_opts_dicts", [{}] * len(names))
    if not isinstance(options, list) or len(options) != len(names):
        refuse("its feature_opts_dicts", options, f"{len(names)} objects, one a feature")
    known = [_name(name) for name in names]
    if len(set(known)) < len(known):
        raise Malformed(f"its feature_names repeat a name: {', '.join(known)}")
    return tuple(map(_feature, known, options))


def _name(name: object) -> str:
    for computed in CANONICAL_6:
        if name == _INTEGER.format(computed):
            return computed
    if not isinstance(name, str):
        refuse("a name in its feature_names", name, "a text")
    if _FLOAT.fullmatch(name):
        raise NotComputed(
            f"it is over {shown(name)}, a floating-point feature, and only libvmaf's integer features"
            f" (as {_INTEGER.format('adm2')}) are computed"
        )
    raise NotComputed(
        f"it is over {shown(name)}, and only {_INTEGER.format('*')} of {', '.join(CANONICAL_6)} are computed"
    )


def _feature(name: str, options: object) -> SvmFeature:
    what = f"its feature_opts_dicts for {name}"
    if not isinstance(options, dict):
        refuse(what, options, "an object")
    allowed = {"adm2": "adm_enhn_gain_limit", "motion2": None}.get(name, "vif_enhn_gain_limit")
    for option in options:
        if option != allowed:
            computed = f"only {allowed} is computed for it" if allowed else "no option is computed for it"
            raise NotComputed(f"it sets {shown(option)} of {name}, and {computed}")
    limit = NO_GAIN_LIMIT
    for value in options.values():
        limit = float(f"{finite_number(what, value):g}")  # libvmaf writes the number so before it reads it
        if not 1 <= limit <= NO_GAIN_LIMIT:
            refuse(what, value, f"a limit from 1 to {NO_GAIN_LIMIT:g}")
    return SvmFeature(name, limit)
