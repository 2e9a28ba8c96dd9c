# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips, FfmpegRunner, LogReader
from tests.support.make_svrs import train_svr
from vmaf_dnn.cli import main
from vmaf_dnn.video import EXTRACTORS

COMMAND = [sys.executable, "-m", "vmaf_dnn"]
DIGEST_LENGTH = 64


def run(
    *words: object, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The command as a shell would run it, its output going to pipes."""
    environment = os.environ | (env or {})
    return subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, env=environment, cwd=cwd
    )


def pair(clips: Clips) -> list[str]:
    return ["-r", str(clips.reference), "-d", str(clips.distorted)]


def assert_fails(words: list[str], capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    """Exit 1, nothing on stdout, one line on stderr that holds `sentence`."""
    assert main(words) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vmaf-dnn: error: ")
    assert err.count("\n") == 1
    assert sentence in err


def assert_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: vmaf-dnn")
    assert sentence in err.splitlines()[-1]


def test_a_pipe_gets_one_line_a_score(clips: Clips) -> None:
    done = run(*pair(clips))
    report = vmaf_dnn.score(clips.reference, clips.distorted)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"vmaf_tiny_v2: {report.mean:.6f}"]


def test_libvmafs_score_stands_beside_the_models(clips: Clips) -> None:
    done = run(*pair(clips), "--extractor", "libvmaf")
    report = vmaf_dnn.score(clips.reference, clips.distorted, extractor="libvmaf")
    lines = [f"{name}: {value:.6f}" for name, value in report.scores.items()]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == lines
    assert [line.split(":")[0] for line in lines] == ["vmaf_tiny_v2", "vmaf"]


def test_report_has_libvmafs_features_and_the_model(
    clips: Clips, libvmaf_log: LogReader, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    done = run(*pair(clips), "--tiny-model", "vmaf_tiny_v4", "--extractor", "libvmaf", "--json", "-o", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    document, log = json.loads(out.read_text()), libvmaf_log(clips.reference, clips.distorted)
    for ours, theirs in zip(document["frames"], log["frames"], strict=True):
        assert list(ours["metrics"]) == [*theirs["metrics"], "vmaf_tiny_v4"]
        assert {**ours["metrics"], **theirs["metrics"]} == ours["metrics"]
    assert document["tiny_model"]["id"] == "vmaf_tiny_v4"
    assert len(document["tiny_model"]["sha256"]) == DIGEST_LENGTH
    assert list(tmp_path.iterdir()) == [out]


def test_format_comes_from_the_suffix_or_the_flag(clips: Clips, tmp_path: Path) -> None:
    for name, words, start in (
        ("a.csv", [], "Frame,"),
        ("a.log", [], "<VMAF"),
        ("a.csv2", ["--sub"], "{0}{1}"),
        ("a.json", ["--xml"], "<VMAF"),
    ):
        assert main([*pair(clips), "-o", str(tmp_path / name), *words]) == 0
        assert (tmp_path / name).read_text().startswith(start)


@pytest.mark.parametrize(
    ("flag", "start"), [("--json", "{"), ("--xml", "<VMAF"), ("--csv", "Frame,"), ("--sub", "{0}")]
)
def test_a_named_format_goes_to_stdout(
    clips: Clips, capsys: pytest.CaptureFixture[str], flag: str, start: str
) -> None:
    assert main([*pair(clips), flag]) == 0
    assert capsys.readouterr().out.startswith(start)


def test_flags_of_libvmaf_in_both_spellings(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for skip, count, predict in (
        ("--frame_skip_ref", "--frame_cnt", "--no_prediction"),
        ("--frame-skip-ref", "--frame-cnt", "--no-prediction"),
    ):
        assert main([*pair(clips), skip, "2", count, "0x5", predict, "--csv"]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 1 + 5
    assert "vmaf" not in outputs[0].splitlines()[0].split(",")


def test_raw_video_takes_h_for_height(
    clips: Clips, ffmpeg: FfmpegRunner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = [tmp_path / "r.yuv", tmp_path / "d.yuv"]
    for source, target in zip((clips.reference, clips.distorted), raw, strict=True):
        ffmpeg("-i", source, "-f", "rawvideo", target)
    geometry = ["-w", "176", "-h", "144", "-p", "420", "-b", "8"]
    assert main(["-r", str(raw[0]), "-d", str(raw[1]), *geometry]) == 0
    expected = capsys.readouterr().out
    assert main(pair(clips)) == 0
    assert capsys.readouterr().out == expected


def test_no_prediction_gives_features_or_the_model_asked_for(
    clips: Clips, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*pair(clips), "-n"]) == 0
    names = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert "integer_motion2" in names
    assert not {"vmaf", "vmaf_tiny_v2"} & set(names)
    assert main([*pair(clips), "-n", "--tiny_model", "vmaf_tiny_v3"]) == 0
    assert capsys.readouterr().out.startswith("vmaf_tiny_v3: ")


def test_several_models_and_precisions(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--tiny-model",
        "vmaf_tiny_v2",
        "--tiny-model",
        "vmaf_tiny_v3",
        "--tiny-precision",
        "int8",
        "--json",
    ]
    assert main([*pair(clips), *words]) == 0
    blocks = json.loads(capsys.readouterr().out)["tiny_model"]
    assert [(block["id"], block["precision"]) for block in blocks] == [
        ("vmaf_tiny_v2", "int8"),
        ("vmaf_tiny_v3", "int8"),
    ]
    assert blocks[0]["device"]["requested"] == "auto"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-r", "missing.y4m"], "missing.y4m: no such file"),
        (["--tiny-model", "vmaf_tiny_v9"], "vmaf_tiny_v9"),
        (["--tiny-model", "./no.onnx"], "no.onnx"),
        (["--registry", "no.json"], "no.json"),
        (["-o", "/no/folder/out.json"], "can't write /no/folder/out.json: No such file or directory"),
        (["-o", "new/"], "can't write new/: there is no such folder; name a file, without a slash"),
        (["-o", "."], "can't write .: it is a folder"),
        (["--ffmpeg", "/no/ffmpeg"], "ffmpeg= names '/no/ffmpeg', which is not an executable file"),
        (["--frame_skip_dist", "99"], "distorted.mkv ends within the 99 frames to be skipped"),
        (["-w", "3", "-h", "3", "-p", "420", "-b", "8"], "3x3 is odd"),
        (
            ["-w", "40", "-h", "40", "-p", "420", "-b", "8"],
            "is not a multiple of the 2400 bytes of a 40x40 420 8-bit",
        ),
    ],
)
def test_failures_are_one_line(
    clips: Clips, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert_fails([*pair(clips), *words], capsys, sentence)


def test_a_name_with_control_codes_leaves_the_terminal_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "./\x1b[2J\x7f\x9b\xe9.onnx"]) == 1
    err = capsys.readouterr().err
    assert err.startswith(r"vmaf-dnn: error: There is no model file ./\x1b[2J\x7f\x9b" + "\xe9.onnx; give")


def test_a_name_that_no_path_can_have_is_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "x" * 4097]) == 1
    sentence = "The name of a model or registry has 4097 bytes; give one of at most 4096.\n"
    assert capsys.readouterr().err == f"vmaf-dnn: error: {sentence}"


def test_a_file_name_with_a_line_break_still_makes_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert_fails(["-r", "a\nb.mkv", "-d", "c"], capsys, "a b.mkv: no such file")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--reference and --distorted are required"),
        (["-r", "a"], "--reference and --distorted are required"),
        (["-r", "a", "-d", "b", "-w", "64"], "height and pixel_format and bitdepth missing"),
        (["-r", "a", "-d", "b", "-w", "x"], "invalid unsigned number value: 'x'"),
        (["-r", "a", "-d", "b", "--threads", "-1"], "--threads"),
        (["-r", "a", "-d", "b", "-p", "411"], "invalid choice: '411'"),
        (["-r", "a", "-d", "b", "-b", "9"], "invalid choice: '9'"),
        (["-r", "a", "-d", "b", "--subsample", "0"], "subsample must be 1 or more, got 0"),
        (["-r", "a", "-d", "b", "--tiny-device", "toaster"], "invalid choice: 'toaster'"),
        (["-r", "a", "-d", "b", "--json", "--xml"], "not allowed with"),
        (["-r", "a", "-d", "b", "--sheep"], "unrecognized arguments: --sheep"),
        (["-r", "a", "-d", "b", "--tiny-threads", "99999999999"], "--tiny-threads must be 1024 or less"),
        (["-r", "a", "-d", "b", "-o", ""], "--output is empty; name a file, or - for stdout"),
        (["--registry", "x", "models"], "models takes its options after it"),
        (["sing"], "invalid choice: 'sing'"),
        (["demo", "--size", "640"], "invalid WxH value: '640'"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    assert_wrong_usage(words, capsys, sentence)


def test_an_unwritable_output_is_found_before_the_work(
    clips: Clips, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reference is missing as well; the output is what fails first."""
    assert_fails(["-r", "missing", "-d", "missing", "-o", "/no/out"], capsys, "can't write /no/out")


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for word in (
        "examples:",
        "exit codes:",
        "environment:",
        "VMAF_DNN_FFMPEG",
        "VMAF_DNN_ISA",
        "VMAF_DNN_DEBUG",
        "129 hung up, 130 interrupted, 143 terminated",
        "no time limit",
        "--frame_cnt",
        "--tiny-model",
        "-h, --height",
    ):
        assert word in text
    assert "--frame-cnt" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_help_of_each_verb(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("models", "info", "demo"):
        with pytest.raises(SystemExit) as stop:
            main([verb, "--help"])
        assert stop.value.code == 0
        assert f"usage: vmaf-dnn {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["-v", "--version"])
def test_version(capsys: pytest.CaptureFixture[str], flag: str) -> None:
    assert main([flag]) == 0
    assert capsys.readouterr().out == f"vmaf-dnn {vmaf_dnn.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_the_flags(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert main(["--print-completion", shell]) == 0
    assert "tiny-precision" in capsys.readouterr().out


def test_models_lists_the_registry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    header, *rows = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert header == ["id", "kind", "arch", "params", "precision", "size", "description"]
    listed = vmaf_dnn.models()
    assert [row[0] for row in rows] == [model.id for model in listed]
    for row, model in zip(rows, listed, strict=True):
        info = vmaf_dnn.Session(model.id).info
        assert row[4:6] == [info.precision, f"{info.size_bytes} B"]
    assert main(["models", "--json"]) == 0
    assert [model["id"] for model in json.loads(capsys.readouterr().out)] == [model.id for model in listed]


def test_models_of_another_registry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "registry.json"
    path.write_text('{"schema_version": 1, "models": []}')
    assert main(["models", "--registry", str(path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert_fails(["models", "--registry", "nope.json"], capsys, "nope.json")


def test_info_says_everything_about_a_session(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "vmaf_tiny_v4", "--tiny-precision", "fp32", "--json"]) == 0
    fields = json.loads(capsys.readouterr().out)
    info = vmaf_dnn.Session("vmaf_tiny_v4", precision="fp32", device="auto").info
    assert (fields["sha256"], fields["precision"], fields["redirect"]) == (info.sha256, "fp32", info.redirect)
    assert main(["info", "vmaf_tiny_v4", "--tiny_precision", "fp32"]) == 0
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines.keys() == fields.keys()
    assert lines["features"] == "adm2, vif_scale0, vif_scale1, vif_scale2, vif_scale3, motion2"
    assert_fails(["info", "vmaf_tiny_v9"], capsys, "vmaf_tiny_v9")


def test_the_int8_fallback_is_one_warning_line(clips: Clips, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))
    redirected = next(model for model in vmaf_dnn.models() if model.quant_mode != "fp32")
    (folder / f"{redirected.id}.int8.onnx").unlink()
    done = run(*pair(clips), "--registry", folder / "registry.json", "--tiny-model", redirected.id)
    assert done.returncode == 0
    assert done.stderr.startswith(f"vmaf-dnn: warning: {redirected.id}: ")
    assert done.stderr.count("\n") == 1


def test_a_closed_pipe_is_quiet(clips: Clips) -> None:
    script = f'{sys.executable} -m vmaf_dnn -r "$1" -d "$2" --json | true; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", script, "bash", clips.reference, clips.distorted], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")


def test_a_terminal_gets_progress_and_a_summary(clips: Clips, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    shown = on_terminal([*pair(clips), "-o", str(out)])
    assert "scoring" in shown
    assert f"{N_FRAMES}/{N_FRAMES}" in shown
    assert "vmaf_tiny_v2" in shown
    assert "report:" in shown
    assert out.exists()
    assert on_terminal([*pair(clips), "-o", str(out), "--quiet"]) == ""
    assert "scoring" not in on_terminal([*pair(clips), "-q"])


def test_a_terminal_gets_tables() -> None:
    shown = on_terminal(["models"])
    assert "─" in shown
    assert "vmaf_tiny_v3" in shown
    assert "sha256:" in on_terminal(["info", "vmaf_tiny_v2"])


def on_terminal(words: list[str]) -> str:
    """What the command writes when stdout and stderr are a terminal."""
    master, slave = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen([*COMMAND, *words], stdout=slave, stderr=slave, env=environment) as process:
        os.close(slave)
        shown = b""
        while chunk := _read(master):
            shown += chunk
        assert process.wait() == 0
    os.close(master)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's word for "the other side has closed"
        return b""


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Path:
    """Enough work for a signal to arrive in the middle of it."""
    clip = tmp_path_factory.mktemp("long") / "long.mkv"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=1280x720",
        "-frames:v",
        400,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        clip,
    )
    return clip


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("n_times", [1, 5])
@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_a_signal_ends_everything_quietly(
    long_clip: Path, tmp_path: Path, sent: signal.Signals, status: int, n_times: int, extractor: str
) -> None:
    out = tmp_path / "out.json"
    clips = ["-r", str(long_clip), "-d", str(long_clip), "--extractor", extractor]
    command = [*COMMAND, *clips, "-o", str(out)]
    folder = tmp_path / "tmp"
    folder.mkdir()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"TMPDIR": str(folder)}
    ) as process:
        wait_for_extraction(folder)
        for _ in range(n_times):
            process.send_signal(sent)
            time.sleep(0.003)
        shown = process.communicate(timeout=30)
    assert (process.returncode, *shown) == (status, b"", b"")
    assert not out.exists()
    assert not list(folder.iterdir())
    assert not processes_in(folder)


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_ffmpeg_ends_when_the_command_is_killed(long_clip: Path, tmp_path: Path, extractor: str) -> None:
    command = [*COMMAND, "-r", str(long_clip), "-d", str(long_clip), "--extractor", extractor]
    with subprocess.Popen(command, env=os.environ | {"TMPDIR": str(tmp_path)}) as process:
        wait_for_extraction(tmp_path)
        process.kill()
    for _ in range(100):
        if not processes_in(tmp_path):
            return
        time.sleep(0.02)
    pytest.fail("ffmpeg goes on")


def test_an_ignored_signal_stays_ignored(clips: Clips) -> None:
    """As under nohup: the run goes on to its end."""
    code = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        " from vmaf_dnn import _score_command, cli;"
        " plain = _score_command.score;"
        " _score_command.score = lambda *a, **k: os.kill(os.getpid(), signal.SIGHUP) or plain(*a, **k);"
        " sys.exit(cli.main())"
    )
    done = subprocess.run([sys.executable, "-c", code, *pair(clips)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("vmaf_tiny_v2: ")


DURING_IMPORT = """
import sys
from vmaf_dnn.cli import main
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == "vmaf_dnn._commands":
            {action}
sys.meta_path.insert(0, Stop())
sys.exit(main(["models"]))
"""


@pytest.mark.parametrize(("sent", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_during_the_imports_is_quiet(sent: str, status: int) -> None:
    code = DURING_IMPORT.format(action=f"import os, signal; os.kill(os.getpid(), signal.{sent})")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.parametrize("debug", [False, True])
def test_what_nobody_expected_is_one_line(debug: bool) -> None:
    code = DURING_IMPORT.format(action='raise ZeroDivisionError("a\\nb")')
    environment = {key: value for key, value in os.environ.items() if key != "VMAF_DNN_DEBUG"}
    environment |= {"VMAF_DNN_DEBUG": "1"} if debug else {}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    *traceback, line = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line == (
        "vmaf-dnn: error: internal error: ZeroDivisionError: a b"
        " (please report; set VMAF_DNN_DEBUG=1 for the traceback)"
    )
    assert bool(traceback) == debug
    assert not debug or traceback[0].startswith("Traceback")


BAD_OUTPUT = "vmaf-dnn: error: reading or writing failed: Bad file descriptor\n"
FULL = "vmaf-dnn: error: reading or writing failed: No space left on device\n"
MISSING = "vmaf-dnn: error: no.y4m: no such file\n"


@pytest.mark.parametrize(
    ("words", "status", "stderr"),
    [
        ("$PAIR >&-", 1, BAD_OUTPUT),
        ("$PAIR --json >&-", 1, BAD_OUTPUT),
        ("models >&-", 1, BAD_OUTPUT),
        ("--help >&-", 1, BAD_OUTPUT),
        ("$PAIR -o out.json >&-", 0, ""),
        ("$PAIR 2>&-", 0, ""),
        ("$PAIR <&-", 0, ""),
        ("$PAIR -o out.json <&- >&- 2>&-", 0, ""),
        ("$PAIR <&- >&- 2>&-", 1, ""),
        ("-r no.y4m -d no.y4m 2>&-", 1, ""),
        ("-r no.y4m -d no.y4m >&-", 1, MISSING),
        ("-r no.y4m -d no.y4m 2>/dev/full", 1, ""),
        ("--sheep 2>&-", 2, ""),
        ("$PAIR --json >/dev/full", 1, FULL),
        ("--version >/dev/full", 1, FULL),
        ("--help >/dev/full", 1, FULL),
        ("models --help >/dev/full", 1, FULL),
    ],
)
def test_closed_and_full_streams(clips: Clips, tmp_path: Path, words: str, status: int, stderr: str) -> None:
    shell = f"{sys.executable} -m vmaf_dnn " + words.replace("$PAIR", '-r "$1" -d "$2"')
    command = ["sh", "-c", shell, "sh", clips.reference, clips.distorted]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (status, stderr)
    assert (tmp_path / "out.json").exists() == ("-o" in words)


def wait_for_extraction(folder: Path) -> None:
    """Until ffmpeg's log in our temporary folder shows that frames flow to us or to libvmaf."""
    for _ in range(600):
        logs = folder.glob("vmaf-dnn-*/ffmpeg.log")
        if any(re.search(rb"Output #0, (rawvideo|mkvtimestamp)", log.read_bytes()) for log in logs):
            return
        time.sleep(0.02)
    pytest.fail("the extraction did not start")


def processes_in(folder: Path) -> list[str]:
    """Processes that work inside `folder`, which is deleted by now or not."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


def test_home_stays_empty(clips: Clips, tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    environment = {"HOME": str(home), "TMPDIR": str(work)}
    done = run(
        *pair(clips),
        "--tiny-model",
        "vmaf_tiny_v4",
        "--json",
        "-o",
        work / "o.json",
        env=environment,
        cwd=work,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.iterdir()) == []
    assert [path.name for path in work.iterdir()] == ["o.json"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--feature", "psnr"], "--feature psnr is not supported: only the six features of VMAF"),
        (["--aom_ctc", "v1.0"], "--aom_ctc v1.0 is not supported"),
        (["--cpumask", "1"], "--cpumask 1 is not supported"),
        (["--gpumask", "1"], "--gpumask 1 is not supported"),
    ],
)
def test_flags_of_libvmaf_that_do_nothing_here_are_refused_by_name(words: list[str], sentence: str) -> None:
    done = run("-r", "a.y4m", "-d", "b.y4m", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"vmaf-dnn: error: {sentence}" in done.stderr


def test_a_model_of_libvmafs_own_brings_libvmaf(clips: Clips) -> None:
    done = run(*pair(clips), "-m", "version=vmaf_v0.6.1", "--tiny-model", "vmaf_tiny_v4")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["vmaf_tiny_v4", "vmaf"]
    done = run(*pair(clips), "-m", "version=vmaf_v0.6.1", "--extractor", "native")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the model version=vmaf_v0.6.1 is built into libvmaf: choose the extractor libvmaf" in done.stderr


def test_the_file_of_a_model_is_scored_natively(clips: Clips, tmp_path: Path) -> None:
    model = train_svr().write(tmp_path / "svr.json")
    done = run(*pair(clips), "-m", f"path={model}:name=svr", "--extractor", "native")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["vmaf_tiny_v2", "svr"]


def complete(tmp_path: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words, in a folder with clips."""
    script = tmp_path / "completion"
    script.write_text(run("--print-completion", "bash").stdout)
    (tmp_path / "distorted.mp4").touch()
    quoted = " ".join(f"'{word}'" for word in ("vmaf-dnn", *words))
    code = (
        f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; "
        "$(complete -p vmaf-dnn | sed 's/.*-F //; s/ .*//'); printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, cwd=tmp_path)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["-d", "dis"], "distorted.mp4"),
        (["--tiny-model", "vmaf_tiny_v"], "vmaf_tiny_v4"),
        (["info", "vmaf_tiny_v"], "vmaf_tiny_v2"),
        (["--tiny-precision", "i"], "int8"),
        (["--tiny-pre"], "--tiny-precision"),
    ],
)
def test_bash_completes_files_models_and_words(tmp_path: Path, words: list[str], offered: str) -> None:
    assert offered in complete(tmp_path, *words)
