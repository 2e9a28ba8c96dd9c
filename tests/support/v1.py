# SPDX-License-Identifier: BSD-3-Clause
"""The features of VMAF v1, and frames in colour to measure them on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.support.features import known
from tests.support.synthetic import Frame, pair_of_kind
from vmaf_dnn import FeatureExtractor

Coloured = tuple[Frame, Frame, Frame]

_ADM = "adm_csf_mode=2:adm_dlm_weight=0.7:adm_enhn_gain_limit=1:adm_min_val=0.5:adm_noise_weight=0.02"
GEOMETRIES = {"3d0h": "", "5d0h": ":adm_norm_view_dist=5", "3d0h_2160": ":adm_ref_display_height=2160"}
SPEED = "speed_max_val=45:speed_nn_floor=0.1:speed_sigma_nn=0.19:speed_weight_var_mode=5"
PRESCALES = {
    "3d0h": "",
    "5d0h": ":speed_prescale=0.6:speed_prescale_method=bilinear",
    "3d0h_2160": ":speed_prescale=0.5:speed_prescale_method=bilinear",
}
CAMBI = "cambi=cambi_high_res_speedup=1080:cambi_max_val=17:cambi_vis_lum_threshold=0.06"
MOTION = "motion3=motion_max_val=18"
HFR_MOTION = f"{MOTION}:motion_five_frame_window=true:motion_moving_average=true"


def adm(output: str, file: str) -> str:
    """An output of ADM by the options of one of the model files."""
    return f"{output}={_ADM}{GEOMETRIES[file]}"


def features_of(file: str) -> list[str]:
    """What a model file is over."""
    return [CAMBI, f"speed_chroma_uv={SPEED}{PRESCALES[file]}", adm("adm3", file), MOTION]


ALL_FEATURES = list(
    dict.fromkeys(
        [*(name for file in GEOMETRIES for name in features_of(file)), HFR_MOTION, adm("aim", "3d0h")]
    )
)


def coloured_pair(
    kind: str, width: int, height: int, bit_depth: int, chroma: str, seed: int
) -> tuple[Coloured, Coloured]:
    """A pair of pictures of a kind of `pair_of_kind` in each plane."""
    across, down = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}[chroma]
    size = -(-width // across), -(-height // down)
    planes = [pair_of_kind(kind, width, height, bit_depth, seed)]
    planes += [pair_of_kind(kind, *size, bit_depth, seed + 50 * (i + 1)) for i in range(2)]
    reference, distorted = zip(*planes, strict=True)
    return reference, distorted


def extract_coloured(
    pairs: list[tuple[Any, Any]], bit_depth: int, chroma: str, features: list[str], **options: Any
) -> np.ndarray:
    """The rows of a clip, (n_frames, n_features)."""
    height, width = pairs[0][0][0].shape
    extractor = FeatureExtractor(width, height, bit_depth, chroma=chroma, features=features, **options)
    rows = [extractor.push(*pair) for pair in pairs] + [extractor.flush()]
    return np.concatenate(known(rows))


def write_coloured_y4m(path: Path, frames: list[Coloured], bit_depth: int, chroma: str) -> Path:
    """Writes a y4m clip of these planes."""
    height, width = frames[0][0].shape
    space = f"{chroma}{'jpeg' if chroma == '420' else ''}" if bit_depth == 8 else f"{chroma}p{bit_depth}"
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C{space}\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + b"".join(plane.tobytes() for plane in frame))
    return path
