# SPDX-License-Identifier: BSD-3-Clause
"""Score clips: features, fusion models over them, pooling."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Literal, Unpack, overload

from vmaf_dnn.auto import Asked, ModelName
from vmaf_dnn.checks import require_switch
from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.extractors.measuring import Measure
from vmaf_dnn.extractors.select import (
    OF_FRAMES,
    ProgressHook,
    SvmName,
    as_requests,
    extract,
    native_features,
)
from vmaf_dnn.extractors.table import FeatureTable
from vmaf_dnn.floats import default_floats
from vmaf_dnn.fusion import fuse, metric_names
from vmaf_dnn.kinds import misused, opened_as
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.report import SVM_METRIC, ClipNames, Report
from vmaf_dnn.report.statistics import DEFAULT_POOLING, check_pooling
from vmaf_dnn.session import Session
from vmaf_dnn.signatures import SignaturePolicy
from vmaf_dnn.svm.model import STATISTICS
from vmaf_dnn.svm.request import AUTO
from vmaf_dnn.video.description import described
from vmaf_dnn.video.given.arguments import (
    DISTORTED,
    REFERENCE,
    as_clip,
    as_clips,
    check_each_once,
    options_beside,
)
from vmaf_dnn.video.given.planes import GivenFrame
from vmaf_dnn.video.misfits import Misfits
from vmaf_dnn.video.once import ClipPath
from vmaf_dnn.video.options import VideoKeywords, VideoOptions, video_options
from vmaf_dnn.video.pipes.source import opened_pipes

AnyClip = ClipPath | Iterable[GivenFrame]
MaybeClip = AnyClip | None
MisfitHook = Callable[[ClipPath, VideoError], None]
_TAKEN = {SVM_METRIC, *OF_FRAMES}  # what libvmaf's layouts call the score and the frame


class ScoreKeywords(VideoKeywords, total=False):
    """The keywords of `score`, for editors and type checkers."""

    tiny_model: ModelName | Sequence[ModelName] | None
    precision: Literal["auto", "fp32", "int8"]
    registry: str | os.PathLike[str] | None
    device: str
    tiny_threads: int
    fp16_io: bool
    verify: bool | SignaturePolicy
    svm_model: SvmName | Sequence[SvmName] | None
    prediction: bool
    viewing: str | None
    pool: str
    bit_rate: bool
    progress: ProgressHook | None
    on_misfit: MisfitHook | None
    measure: Measure | None


@overload
def score(  # type: ignore[overload-overlap]  # a str is a sequence of str, too
    reference: MaybeClip, distorted: AnyClip, **keywords: Unpack[ScoreKeywords]
) -> Report: ...


@overload
def score(
    reference: MaybeClip, distorted: Iterable[AnyClip], **keywords: Unpack[ScoreKeywords]
) -> list[Report]: ...


@default_floats()
def score(
    reference: MaybeClip,
    distorted: AnyClip | Iterable[AnyClip],
    *,
    tiny_model: ModelName | Sequence[ModelName] | None = DEFAULT_MODEL,
    precision: Literal["auto", "fp32", "int8"] = "auto",
    registry: str | os.PathLike[str] | None = None,
    device: str = "auto",
    tiny_threads: int = 1,
    fp16_io: bool = False,
    verify: bool | SignaturePolicy = False,
    svm_model: SvmName | Sequence[SvmName] | None = None,
    prediction: bool = True,
    viewing: str | None = None,
    pool: str = DEFAULT_POOLING,
    bit_rate: bool = False,
    progress: ProgressHook | None = None,
    on_misfit: MisfitHook | None = None,
    measure: Measure | None = None,
    **video: Unpack[VideoKeywords],
) -> Report | list[Report]:
    """Score `distorted` against `reference`, both read once whatever the number of models.

    Args:
        reference: the pristine clip: a ``.y4m``, a ``.yuv`` with its geometry, or anything that ffmpeg
            decodes; ``"-"`` or the path of a pipe is read once, as y4m or raw video. Or its frames: any
            iterable of planes of luma, (height, width) of uint8, or of uint16 with `bitdepth`; of tuples of
            the planes Y, U and V; or of PyAV's ``VideoFrame``. It is iterated over once, by a thread, and
            each frame is copied; `frame_rate` gives their times. None: there is none, and `tiny_model` is of
            kind ``nr``, which looks at the clip alone.
        distorted: the clip to score, or several, a ladder of encodes say; the reference is decoded and
            measured once for all of them.
        tiny_model: a registry id, a path, an open `Session`, several of these, or None for features only;
            ``"auto"`` is the model of VMAF v1 that suits the clip.
        precision: as `Session` takes it.
        registry: as `Session` takes it.
        device: as `Session` takes it.
        tiny_threads: threads of each model.
        fp16_io: as `Session` takes it.
        verify: as `Session` takes it.
        svm_model: a model of libvmaf's own, or several: the JSON file of one (a path object, or text as
            libvmaf takes it, ``path=FILE.json:name=NAME``), or one built into libvmaf
            (``version=vmaf_v1.0.16_3d0h``). Where the file of that is found (in the folders of
            ``VMAF_DNN_MODEL_PATH``, where libvmaf is installed, or with the extra ``models``) it is evaluated
            natively; else libvmaf inside ffmpeg measures and scores. A bootstrapped collection
            (``version=vmaf_b_v0.6.3``) adds its members' scores and a confidence interval. ``"auto"`` is the
            model of VMAF v1 that suits the clip.
        prediction: False leaves the scores of libvmaf's models out.
        viewing: what ``"auto"`` is for: ``"tv"`` (three picture heights away), ``"phone"``, ``"4k"`` (near)
            or ``"4k-tv"`` (in a living room); default tv up to 1080 lines, and 4k above. Clips are brought
            to the lines of that display unless `scale` is given.
        pool: how `Report.score` and `Report.scores` are pooled: ``"mean"``, ``"harmonic_mean"``, ``"min"``,
            ``"max"``, a percentile such as ``"p5"``, ``"stddev"`` or ``"worst_second"``.
        bit_rate: True measures the bit rate of each distorted clip's video, of its packets alone, which a
            `Ladder` takes; it is then stated in the report (``clips``, as ``kbit_per_s``).
        progress: called with a `Progress` after each frame, or every so often by ffmpeg.
        on_misfit: called with each of several distorted clips that can't be read or compared, even half-way,
            and the error; the rest are scored. By default the first such error is raised.
        measure: called with a `Measurement` to measure in the place of this process, without its `progress`
            and `on_misfit` (see `score_in_parts`).
        **video: the fields of `VideoOptions`. With ``extractor="libvmaf"`` reports hold all that libvmaf
            logs.

    Returns:
        A `Report`; a list of them, one a clip that was scored, if `distorted` is a sequence. Scores are
        clipped to each model's output range; frames whose features lie outside what a model was trained on
        are counted and warned of.

    Raises:
        VmafDnnError: a model can't be opened (before a clip is read), or a clip not be read or compared.
    """
    bit_depth = video.get("bitdepth")
    clips, is_one = as_clips(distorted, bit_depth)
    if reference is not None:
        clips.insert(0, as_clip("reference", REFERENCE, reference, bit_depth))
    check_each_once(clips)
    options = video_options(**options_beside(clips, video))
    require_switch("prediction", prediction)
    check_pooling(pool)
    require_switch("bit_rate", bit_rate)
    _check_hook("progress", progress)
    _check_hook("on_misfit", on_misfit)
    asked = Asked(_as_models(tiny_model), as_requests(svm_model), options, viewing)
    asked.check()

    def opened(model: ModelName) -> Session:
        if isinstance(model, Session):
            _check_signed(model, verify)
            return model
        return Session(
            model,
            precision=precision,
            registry=registry,
            device=device,
            threads=tiny_threads,
            fp16_io=fp16_io,
            verify=verify,
        )

    if reference is None:
        of_pairs = {"svm_model": svm_model, "bit_rate": bit_rate, "on_misfit": on_misfit, "measure": measure}
        _check_lone(asked, of_pairs)
        from vmaf_dnn.unreferenced import KIND, NR_MODEL, score_alone

        with opened_pipes(clips, options.stall_timeout) as clips:
            sessions = [
                opened(model)
                if isinstance(model, Session)
                else opened_as(KIND, NR_MODEL, model, registry, partial(opened, model))
                for model in asked.models
            ]
            reports = [score_alone(clip, sessions, options, pool, progress) for clip in clips]
            return reports[0] if is_one else reports
    with opened_pipes(clips, options.stall_timeout) as (ref, *clips):
        tell = None if is_one or on_misfit is None else on_misfit
        if bit_rate:
            from vmaf_dnn.video.ffmpeg.rate import check_files

            check_files(clips)
        asked = asked.settled(ref, clips, is_forgiving=tell is not None)
        misfits = Misfits(len(clips), tell and (lambda index, error: tell(clips[index], error)))

        sessions = [opened(model) for model in asked.models]
        for session in sessions:
            _check_states_features(session)
        scores_to_come(
            sessions, asked, prediction=prediction
        )  # refuses models that can't stand in one report
        tables = extract(
            ref,
            clips,
            asked.options,
            asked.requests,
            prediction=prediction,
            canonical=any(not session.info.requests for session in sessions),
            features=[request for session in sessions for request in session.info.requests],
            progress=progress,
            misfits=misfits,
            measure=measure,
        )
        measured = tables[0].metrics.keys() if tables else set()
        names = metric_names(sessions, _taken(asked) | measured)
        named = dict(zip(names, sessions, strict=True))
        reports = [
            fuse(table, named, _named(ref, clips[index], table, options, bit_rate=bit_rate), pool)
            for index, table in zip(misfits.left, tables, strict=True)
        ]
        return reports[0] if is_one else reports


@default_floats()
def features(
    reference: AnyClip,
    distorted: AnyClip,
    *,
    features: Sequence[str] | None = None,
    progress: ProgressHook | None = None,
    **video: Unpack[VideoKeywords],
) -> FeatureTable:
    """Measure the features of every frame of `distorted`.

    Args:
        reference: the pristine clip, or its frames, as `score` takes them.
        distorted: the clip to measure against it, or its frames.
        features: what to measure, as `FeatureExtractor` takes it; default the canonical six.
        progress: called with a `Progress` after each frame.
        **video: the fields of `VideoOptions`.

    Returns:
        A `FeatureTable`, whose `rows()` are what `Session.run` takes.

    Raises:
        VmafDnnError: a clip can't be read or compared.
    """
    bit_depth = video.get("bitdepth")
    pair = [
        as_clip("reference", REFERENCE, reference, bit_depth),
        as_clip("distorted", DISTORTED, distorted, bit_depth),
    ]
    check_each_once(pair)
    options = video_options(**options_beside(pair, video))
    _check_hook("progress", progress)
    with opened_pipes(pair, options.stall_timeout) as (ref, dist):
        if features is None:
            return extract(ref, [dist], options, (), prediction=False, progress=progress)[0]
        return native_features(ref, dist, options, features, progress)


def scores_to_come(sessions: Sequence[Session], asked: Asked, *, prediction: bool) -> list[str]:
    """Name the scores of a report before the long work, in its order.

    Raises:
        InvalidArgument: two models would have one name.
    """
    names = metric_names(sessions, _taken(asked))
    if not prediction:
        return names
    if not asked.requests and asked.options.extractor == "libvmaf":
        return [*names, SVM_METRIC]
    for request in asked.requests:
        of_members = STATISTICS if request.is_collection else ()
        names += [request.name, *(f"{request.name}_{statistic}" for statistic in of_members)]
    return names


def _taken(asked: Asked) -> set[str]:
    return _TAKEN | {request.name for request in asked.requests}


def _named(
    reference: ClipPath,
    distorted: ClipPath,
    table: FeatureTable,
    options: VideoOptions,
    *,
    bit_rate: bool,
) -> ClipNames:
    """Name the clips, with what they state; the distorted one's bit rate is measured if it is asked for."""
    states = [
        {**described(clip), **told} for clip, told in zip(table.clips or (), table.chosen, strict=False)
    ]
    rate = None if options.frame_rate is None else float(options.frame_rate)
    for clip in states:
        clip["frame_rate"] = clip["frame_rate"] or rate
    if bit_rate and table.clips is not None:
        from vmaf_dnn.video.ffmpeg.rate import kbit_per_s

        states[-1]["kbit_per_s"] = kbit_per_s(*table.clips, options)
    return ClipNames(os.fspath(reference), os.fspath(distorted), _encoded(table), *states)


def _encoded(table: FeatureTable) -> str:
    """Return what the encode was, if a feature is over it."""
    return str(table.encode) if any(name.startswith("cambi") for name in table.metrics) else ""


def _as_models(models: ModelName | Sequence[ModelName] | None) -> list[ModelName]:
    if models is None:
        return []
    if isinstance(models, (str, os.PathLike, Session)):
        return [models]
    if not isinstance(models, Iterable):
        raise InvalidArgument(f"tiny_model must be an id, a path, a Session or several, got {models!r}.")
    return list(models)


def _check_hook(name: str, hook: object) -> None:
    if hook is not None and not callable(hook):
        raise InvalidArgument(f"{name} must be a callable, got {hook!r}.")


def _check_signed(session: Session, verify: bool | SignaturePolicy) -> None:
    if verify is not False and not session.info.signed_by:
        raise InvalidArgument(
            f"tiny_model holds an open session of {session.info.id} that no signature was asked of; open it"
            " with verify=, or give its id."
        )


def _check_lone(asked: Asked, of_pairs: Mapping[str, object]) -> None:
    """Raise `InvalidArgument` for what is asked of a clip alone and takes a reference."""
    from vmaf_dnn.unreferenced import NR_MODEL, check_alone

    check_alone(asked.options)
    for name, value in of_pairs.items():
        if value:
            raise InvalidArgument(f"{name} goes with a reference, and there is none; leave it out.")
    if not asked.models or {AUTO, DEFAULT_MODEL} & {one for one in asked.models if isinstance(one, str)}:
        raise InvalidArgument(
            f"a clip without a reference is scored by a model of kind nr; name one (tiny_model={NR_MODEL!r}),"
            " or several."
        )


def _check_states_features(session: Session) -> None:
    info = session.info
    if info.kind != "fr":
        raise misused(info, "fr", "vmaf_tiny_v4")
    if not info.features:
        raise InvalidArgument(
            f"{info.id} states no features (it takes {', '.join(info.inputs)}); give it a sidecar with"
            ' "features", or run it with Session.run.'
        )
