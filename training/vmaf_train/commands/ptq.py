# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train ptq`."""

from vmaf_train.commands.int8_arguments import int8_command

COMMAND = int8_command(
    "ptq",
    "dynamic",
    "one ONNX model -> its int8 file, each row with a scale of its own",
    "Quantises layers to int8 as onnxruntime.quantization does, by default the wide middle ones with one"
    " scale a channel; what goes into them is quantised row by row as it is scored. Takes the bias that"
    " remains on the training rows out, and measures the drift on the held-out ones.",
)
