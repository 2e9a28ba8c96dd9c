# SPDX-License-Identifier: BSD-3-Clause
"""Which subcommands there are; each is imported when it is named, so that --help needs no PyTorch."""

from __future__ import annotations

from importlib import import_module

from vmaf_train.commands import Command

# name: the module in this folder, what it calls the command, and one line on it
TABLE = {
    "corpus": ("corpus", "COMMAND", "reference clips -> encodes -> features and labels -> one table"),
    "teacher": ("teacher", "COMMAND", "one table -> new rows around it, labelled by libvmaf's SVR"),
    "train": ("train", "COMMAND", "tables -> one checkpoint"),
    "export": ("export", "COMMAND", "one checkpoint -> ONNX and its sidecar"),
    "validate": (
        "validate",
        "COMMAND",
        "models against vmaf_v0.6.1 on held-out sources; exit 1 if they miss the gate",
    ),
    "loso": (
        "loso",
        "COMMAND",
        "how one architecture does on content it has never seen, every content in its turn",
    ),
    "ladder": (
        "ladder",
        "COMMAND",
        "do wider nets do better? several architectures, seed by seed and content by content",
    ),
    "filter": ("filter", "COMMAND", "clips -> a filter of luma, fitted, exported and judged"),
    "nr": ("nr", "COMMAND", "clips -> encodes -> a net that scores a frame without its reference"),
    "ptq": ("int8", "PTQ", "one ONNX model -> its int8 file, each row with a scale of its own"),
    "ptq-static": (
        "int8",
        "PTQ_STATIC",
        "one ONNX model -> its int8 file, with scales fixed by training rows",
    ),
    "qat": ("int8", "QAT", "one ONNX model -> its int8 file, with weights tuned for int8"),
    "quant-gate": (
        "quant_gate",
        "COMMAND",
        "int8 files against their fp32 ones on held-out sources; exit 1 if one misses a limit",
    ),
    "plan": ("plan", "COMMAND", "pictures and sentences -> an encoder of plans, and words for them"),
    "registry": ("registry", "COMMAND", "a folder of models -> registry.json; or --add, --update, --check"),
    "all": ("all_models", "COMMAND", "rebuild every model of a plan, from the table to the registry"),
}


class _Commands(dict[str, Command]):
    def __missing__(self, name: str) -> Command:
        module, attribute, _ = TABLE[name]
        command: Command = getattr(import_module(f"vmaf_train.commands.{module}"), attribute)
        self[name] = command
        return command


COMMANDS = _Commands()
