# SPDX-License-Identifier: BSD-3-Clause
"""What a caller may ask of the encoder: options that are the encoder's, each with its value."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence

from vmaf_dnn.errors import InvalidArgument

_SCALE = re.compile(r"scale=[^,;\[\]]+")

# ffmpeg's own options, by what they would change; what is not here is the encoder's, and takes one value.
_REFUSED = {
    "reads another file; the clip is what the search is given": (
        *("i", "stream_loop", "itsoffset", "itsscale", "isync", "sseof", "re", "readrate"),
        *(
            "readrate_initial_burst",
            "readrate_catchup",
            "seek_timestamp",
            "accurate_seek",
            "find_stream_info",
        ),
        *("autorotate", "apply_cropping", "reinit_filter", "drop_changed", "discard", "thread_queue_size"),
        *("hwaccel", "hwaccel_device", "hwaccel_output_format", "display_rotation", "display_hflip"),
        *("display_vflip", "fpre", "vpre", "apre", "spre", "pre"),
    ),
    "changes the file that is written; name that with --output, and its container by its suffix": (
        *("f", "fs", "target", "attach", "dump_attachment", "map_metadata", "map_chapters", "program"),
        *("stream_group", "streamid", "timestamp", "muxdelay", "muxpreload", "bsf", "disposition"),
        *("max_muxing_queue_size", "muxing_queue_data_threshold", "shortest_buf_duration", "time_base"),
        *("metadata", "timecode"),
    ),
    "writes another file; a search writes --output alone": (
        *("pass", "passlogfile", "vstats_file", "stats_enc_pre", "stats_enc_post", "stats_mux_pre"),
        *("stats_enc_pre_fmt", "stats_enc_post_fmt", "stats_mux_pre_fmt", "vstats_version", "progress"),
        *("sdp_file", "print_graphs_file", "print_graphs_format", "filter_script", "filter_complex_script"),
    ),
    "changes which streams there are; a search encodes the first one of video, and keeps the sound": (
        *(
            "map",
            "map_channel",
            "ar",
            "ac",
            "ab",
            "aq",
            "acodec",
            "scodec",
            "dcodec",
            "af",
            "aframes",
            "atag",
        ),
        *("stag", "apad", "sample_fmt", "channel_layout", "ch_layout", "guess_layout_max", "canvas_size"),
        *("fix_sub_duration_heartbeat", "dframes"),
    ),
    "names an encoder; give it with --encoder": ("c", "codec", "vcodec"),
    "changes the frames, which are compared one by one; change them in the clip first, or crop with --crop"
    " (one scale filter, -vf scale=W:H, with --scale, is taken)": (
        *("vf", "filter", "filter_complex", "lavfi", "s", "aspect", "filter_threads"),
        *("filter_complex_threads", "filter_buffered_frames", "filter_hw_device", "autoscale"),
    ),
    "changes how many frames there are, which are compared one by one; cut the clip first": (
        *("frames", "vframes", "t", "to", "ss", "r", "fpsmax", "fps_mode", "vsync", "enc_time_base"),
        *("force_fps", "frame_drop_threshold", "copypriorss", "copytb", "async"),
    ),
    "is the quality that is searched; narrow it with --crf or --bitrate": (
        *("crf", "b", "vb", "qp", "cqp", "q", "qscale", "global_quality", "rc_override"),
    ),
    "is ffmpeg's, not the encoder's; leave it out": (
        *("y", "n", "vn", "an", "sn", "dn", "shortest", "copyts", "start_at_zero", "copyinkf", "bitexact"),
        *("stats", "report", "hide_banner", "ignore_unknown", "copy_unknown", "recast_media", "benchmark"),
        *("benchmark_all", "stdin", "dump", "hex", "debug_ts", "vstats", "auto_conversion_filters", "xerror"),
        *("print_graphs", "fix_sub_duration", "psnr", "qphist", "intra", "deinterlace", "adrift_threshold"),
        *("v", "loglevel", "max_alloc", "cpuflags", "cpucount", "timelimit", "abort_on", "stats_period"),
        *("dts_delta_threshold", "dts_error_threshold", "max_error_rate", "vaapi_device", "qsv_device"),
        *("init_hw_device", "L", "license", "h", "?", "help", "version", "muxers", "demuxers", "devices"),
        *("decoders", "encoders", "filters", "pix_fmts", "layouts", "sample_fmts", "buildconf", "formats"),
        *("codecs", "bsfs", "protocols", "dispositions", "colors", "sources", "sinks", "hwaccels"),
    ),
}
_REASONS = {name: reason for reason, names in _REFUSED.items() for name in names}
_FILTERS = ("vf", "filter")


def encoder_arguments(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return words of ffmpeg's for the encoder: a list, or text as a shell would read it.

    ffmpeg takes a word that belongs to no option for the name of a further output.

    Raises:
        InvalidArgument: they are no words, no options with one value each, or not the encoder's.
    """
    words = _words(given)
    for word, value in zip(words[::2], (*words[1::2], None), strict=False):
        _check(word, value)
    return words


def _check(word: str, value: str | None) -> None:
    name = word[1:].removeprefix("/").partition(":")[0]
    if not word.startswith("-") or not name or name.startswith("-"):
        raise InvalidArgument(
            f"--encoder-args: {word!r} belongs to no option, so ffmpeg would write a file of that name; give"
            " options and one value to each, '-tune film' say."
        )
    if name in _FILTERS and value is not None and _SCALE.fullmatch(value):
        return
    reason = _REASONS.get(name) or (_REASONS.get(name[2:]) if name.startswith("no") else None)
    if reason:
        raise InvalidArgument(f"--encoder-args: {word} {reason}.")
    if value is None:
        raise InvalidArgument(
            f"--encoder-args: {word} has no value; give one to each option, '-tune film' say."
        )


def _words(given: str | Sequence[str]) -> tuple[str, ...]:
    if not isinstance(given, str):
        if not isinstance(given, Iterable) or not all(isinstance(word, str) for word in given):
            raise InvalidArgument(f"encoder_args must be words, got {given!r}.")
        return tuple(given)
    try:
        return tuple(shlex.split(given))
    except ValueError as error:
        raise InvalidArgument(f"encoder_args {given!r} can't be read as a shell would: {error}.") from error
