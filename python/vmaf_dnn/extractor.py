# SPDX-License-Identifier: BSD-3-Clause
"""The native feature extractor: frames as NumPy arrays in, rows of features out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NoReturn, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn import _core
from vmaf_dnn.checks import require_whole_number, require_word
from vmaf_dnn.errors import InvalidArgument

CANONICAL_6: tuple[str, ...] = ("adm2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3", "motion2")
MOTION_RULES = ("v3.1", "v3.2")
CHROMA = ("420", "422", "444")
NO_GAIN_LIMIT = 100.0
"""The default of both gain limits, and what means none."""


class FeatureKeywords(TypedDict, total=False):
    """The fields of `FeatureOptions` as keywords of a call, for editors and type checkers."""

    adm_enhn_gain_limit: float
    vif_enhn_gain_limit: float
    motion_rule: str


@dataclass(frozen=True)
class FeatureOptions:
    """Options of the canonical six features; the defaults are those of `vmaf_v0.6.1`.

    Attributes:
        adm_enhn_gain_limit: what an enhancement may add to detail, 1 to 100; 1 is that of libvmaf's NEG
            models.
        vif_enhn_gain_limit: the same of visual information.
        motion_rule: the libvmaf that motion is as in: ``"v3.2"``, or ``"v3.1"``, the rule since v0.6.1.

    Raises:
        InvalidArgument: a limit is out of range, or the rule is not known.
    """

    adm_enhn_gain_limit: float = NO_GAIN_LIMIT
    vif_enhn_gain_limit: float = NO_GAIN_LIMIT
    motion_rule: str = "v3.2"

    def __post_init__(self) -> None:
        for name in ("adm_enhn_gain_limit", "vif_enhn_gain_limit"):
            limit = getattr(self, name)
            if (
                isinstance(limit, bool)
                or not isinstance(limit, (int, float))
                or not 1 <= limit <= NO_GAIN_LIMIT
            ):
                raise InvalidArgument(f"{name} must be a number from 1 to 100, got {limit!r}.")
        if self.motion_rule not in MOTION_RULES:
            raise InvalidArgument(
                f"motion_rule must be one of {', '.join(MOTION_RULES)}, got {self.motion_rule!r}."
            )

    def metric(self, feature: str) -> str:
        """Return the feature's name in libvmaf's logs."""
        return feature_name(self.request(feature)) if feature in CANONICAL_6 else f"integer_{feature}"

    def request(self, feature: str) -> str:
        """Return one of the canonical six with these options, as `FeatureExtractor` takes it."""
        if feature == "motion2":
            return f"{feature}=motion_rule={self.motion_rule}"
        return f"{feature}={feature[:3]}_enhn_gain_limit={self._limit(feature)!r}"

    def _limit(self, feature: str) -> float:
        if feature.startswith("adm"):
            return self.adm_enhn_gain_limit
        return self.vif_enhn_gain_limit if feature.startswith("vif") else NO_GAIN_LIMIT


def feature_name(feature: str) -> str:
    """Return what libvmaf's logs call a feature.

    Args:
        feature: as `FeatureExtractor` takes it.

    Raises:
        InvalidArgument: there is no such feature, or an option of it is wrong.
    """
    require_word("feature", feature)
    return _core.feature_name(feature)


Frame = NDArray[Any] | Sequence[NDArray[Any]]
"""A luma plane, (height, width); or, of an extractor with chroma, the planes Y, U and V."""


class FeatureExtractor:
    """Measures the features of a clip's frames, of one or more distorted versions of one reference.

    Frames are luma planes, (height, width) of uint8, or of uint16 with the value in the low bits if
    `bit_depth` is above 8; with `chroma` they are triples of Y, U and V. Rows must be contiguous, the
    distance between them is free. Nothing is copied but words at odd addresses. What depends on the reference
    alone is computed once for all versions, and so is what several features share. The numbers are libvmaf's,
    to the last of its six decimals. Python threads may share one; their calls take turns.

    Args:
        width: pixels of a row, 33 or more.
        height: rows, 33 or more.
        bit_depth: bits of a sample, 8 to 16.
        n_distorted: distorted versions that each push takes.
        threads: threads that share the work of a frame; rows have the same bits for any number.
        features: what the columns of a row are, in libvmaf's words: ``"vif_scale0"``,
            ``"adm3=adm_csf_mode=2:adm_min_val=0.5"``; default the canonical six.
        chroma: ``"420"``, ``"422"`` or ``"444"``; None takes luma alone. `speed_chroma` needs it.
        encodes: width, height and bit depth of what each distorted version was before it was scaled and
            widened to be compared, 0 for what is as it is compared; `cambi` looks for bands at that size,
            unless its options state one.
        **options: the fields of `FeatureOptions`, which are of the canonical six alone.

    Raises:
        InvalidArgument: a value is of the wrong type or out of range, or a feature needs more than the frames
            have.
    """

    def __init__(
        self,
        width: int,
        height: int,
        bit_depth: int = 8,
        *,
        n_distorted: int = 1,
        threads: int = 1,
        features: Sequence[str] | None = None,
        chroma: str | None = None,
        encodes: Sequence[tuple[int, int, int]] | None = None,
        **options: Unpack[FeatureKeywords],
    ) -> None:
        for name, value in (("width", width), ("height", height), ("bit_depth", bit_depth)):
            require_whole_number(name, value, 1)
        require_whole_number("n_distorted", n_distorted, 1)
        require_whole_number("threads", threads, 1)
        self._core = _core.FeatureExtractor(
            int(width),
            int(height),
            int(bit_depth),
            n_distorted=int(n_distorted),
            threads=int(threads),
            features=_words(features, options),
            chroma=_chroma(chroma),
            encodes=_geometries(encodes, int(n_distorted)),
            **asdict(FeatureOptions(**options)),
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("A FeatureExtractor can't be copied or pickled; make another of the same size.")

    @property
    def features(self) -> tuple[str, ...]:
        """What libvmaf's logs call the columns of a row: ``"integer_adm2"``, ``"integer_vif_scale0"``."""
        return tuple(self._core.features)

    def push(self, reference: Frame, *distorted: Frame) -> NDArray[np.float64] | None:
        """Take the next frame, and return the rows of the one before: its motion2 depends on this one.

        With a feature over ``motion_five_frame_window`` the rows are those of the frame before that.

        Args:
            reference: the luma plane of the reference, (height, width); with chroma its planes Y, U and V.
            *distorted: the same of each distorted version. All may be reused on return.

        Returns:
            (n_distorted, n_features) float64, their columns `features`; None after the first frame of a clip.

        Raises:
            InvalidArgument: a plane of another shape or dtype, or another number of them; the extractor is
                then as before.
        """
        return self._core.push(reference, *distorted)

    def skip(self, reference: Frame) -> NDArray[np.float64] | None:
        """Take a frame that is not to be scored: it gets no row, but counts for its neighbours' motion.

        Args:
            reference: as of `push`.

        Returns:
            The rows of the frame before; None if that was skipped too, or there was none.
        """
        return self._core.skip(reference)

    def flush(self) -> NDArray[np.float64] | None:
        """End the clip; the next push begins another.

        Returns:
            The rows of its last frame, with a feature over ``motion_five_frame_window`` of its last two, one
            after the other; None if they were skipped, or there were none.
        """
        return self._core.flush()


def require_features(features: object) -> None:
    """Raise `InvalidArgument` unless it is a list of words, and not an empty one."""
    if isinstance(features, str) or not isinstance(features, Sequence):
        raise InvalidArgument(f"features must be a list of features, got {features!r}; write [{features!r}].")
    for feature in features:
        require_word("a feature", feature)
    if not features:
        raise InvalidArgument("features names none; name one, as adm2, or leave it out.")


def _words(features: Sequence[str] | None, options: Mapping[str, object]) -> list[str]:
    if features is None:
        return []
    require_features(features)
    if options:
        raise InvalidArgument(
            f"{next(iter(options))} is an option of the canonical six; write it into a feature, as"
            ' "adm2=adm_enhn_gain_limit=1".'
        )
    return list(features)


def _chroma(chroma: str | None) -> str:
    if chroma is not None and chroma not in CHROMA:
        raise InvalidArgument(f"chroma must be one of {', '.join(CHROMA)}, or None, got {chroma!r}.")
    return chroma or ""


def _geometries(encodes: object, n_distorted: int) -> list[tuple[int, int, int]]:
    if encodes is None:
        return []
    cure = f"give (width, height, bit depth) of each of the {n_distorted} distorted versions"
    if not isinstance(encodes, Sequence) or len(encodes) != n_distorted:
        raise InvalidArgument(f"encodes is {encodes!r}; {cure}.")
    for encode in encodes:
        if not isinstance(encode, Sequence) or isinstance(encode, str) or len(encode) != 3:
            raise InvalidArgument(f"an encode is {encode!r}; {cure}.")
        for name, value in zip(("width", "height", "bit depth"), encode, strict=True):
            require_whole_number(f"the {name} of an encode", value, 0)
    return [(int(width), int(height), int(depth)) for width, height, depth in encodes]
