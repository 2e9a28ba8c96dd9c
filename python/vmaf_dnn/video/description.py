# SPDX-License-Identifier: BSD-3-Clause
"""What is known of a clip, as names and values for reports and tables."""

from __future__ import annotations

from vmaf_dnn.video.clip import Clip

Value = str | int | float | bool | None


def described(clip: Clip) -> dict[str, Value]:
    """Return what a clip is and what it states, in the order of a table; None is what nothing states."""
    stated, aspect = clip.stated, clip.stated.sample_aspect
    return {
        "codec": clip.codec or None,
        "width": clip.width,
        "height": clip.height,
        "bit_depth": clip.bit_depth,
        "chroma": clip.chroma,
        "color_range": stated.color_range,
        "transfer": stated.transfer,
        "primaries": stated.primaries,
        "matrix": stated.matrix,
        "field_order": stated.field_order,
        "sample_aspect": None if aspect is None else "{}:{}".format(*aspect),
        "display_aspect": None if aspect is None else "{}:{}".format(*clip.display_aspect),
        "frame_rate": None if stated.frame_rate is None else round(stated.frame_rate, 6),
        "frames": clip.n_frames_hint,
        "rotation": stated.rotation,
        "video_tracks": len(stated.tracks) or 1,
        "default_track": stated.default_track + 1,
        "light": stated.light,
        **({"treated": "; ".join(clip.treated)} if clip.treated else {}),
    }
