# SPDX-License-Identifier: BSD-3-Clause
"""The features that a model is over, as its file names them, as we compute them, and as logs call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractor import CANONICAL_6, feature_name
from vmaf_dnn.svm.faults import Malformed, NotComputed, finite_number, refuse, shown

_NAMES = {
    **{
        f"VMAF_integer_feature_{name}_score": name
        for name in (
            *CANONICAL_6,
            "aim",
            "adm3",
            "adm_scale0",
            "adm_scale1",
            "adm_scale2",
            "adm_scale3",
            "motion3",
        )
    },
    "Cambi_feature_cambi_score": "cambi",
    **{
        f"Speed_chroma_feature_speed_chroma_{plane}_score": f"speed_chroma_{plane}"
        for plane in ("u", "v", "uv")
    },
}
_FLOAT = re.compile(r"VMAF_feature_(.*)_score")


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


def parse_features(model: Mapping[str, Any], overloads: Mapping[str, str]) -> tuple[SvmFeature, ...]:
    """Return the features of a model_dict, in its order, with options that are set from without.

    Raises `InvalidArgument` for an overload that no feature takes.
    """
    names = model.get("feature_names")
    if not isinstance(names, list) or not names:
        refuse("its feature_names", names, "a list of names")
    options = model.get("feature_opts_dicts", [{}] * len(names))
    if not isinstance(options, list) or len(options) != len(names):
        refuse("its feature_opts_dicts", options, f"{len(names)} objects, one a feature")
    for own in options:
        if not isinstance(own, dict):
            refuse("an entry of its feature_opts_dicts", own, "an object")
    known = [_name(name) for name in names]
    if len(set(known)) < len(known):
        raise Malformed(f"its feature_names repeat a name: {', '.join(known)}")
    asked = [{**own, **_overloads(name, overloads)} for name, own in zip(known, options, strict=True)]
    for key in overloads:
        if not any(_extractor(name) == key.partition(".")[0] for name in known):
            raise InvalidArgument(f"{key} is set, but the model has no feature of that kind; leave it out.")
    return tuple(map(_feature, known, asked))


def _extractor(name: str) -> str:
    """Return what libvmaf calls the measure that gives a feature."""
    if name == "aim":
        return "adm"
    return next(kind for kind in ("speed_chroma", "cambi", "motion", "vif", "adm") if name.startswith(kind))


def _overloads(name: str, overloads: Mapping[str, str]) -> dict[str, str]:
    pairs = [(*key.partition(".")[::2], value) for key, value in overloads.items()]
    return {option: value for kind, option, value in pairs if kind == _extractor(name)}


def _name(name: object) -> str:
    if not isinstance(name, str):
        refuse("a name in its feature_names", name, "a text")
    if name in _NAMES:
        return _NAMES[name]
    if _FLOAT.fullmatch(name):
        raise NotComputed(
            f"it is over {shown(name)}, a floating-point feature, and only libvmaf's integer features"
            " (as VMAF_integer_feature_adm2_score) are computed"
        )
    raise NotComputed(f"it is over {shown(name)}, and only {', '.join(_NAMES.values())} are computed")


def _feature(name: str, options: Mapping[str, object]) -> SvmFeature:
    what = f"its feature_opts_dicts for {name}"
    words = [f"{option}={_text(f'{what}, {shown(option)},', value)}" for option, value in options.items()]
    feature = SvmFeature(name, ":".join(words))
    try:
        feature_name(feature.request)
    except InvalidArgument as error:
        raise NotComputed(f"{what} can't be followed, {str(error).removesuffix('.')}") from error
    return feature


def _text(what: str, value: object) -> str:
    """Write an option's value as libvmaf does before it reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        if ":" in value or "=" in value:
            refuse(what, value, "a word")
        return value
    return f"{np.float32(finite_number(what, value)):g}"
