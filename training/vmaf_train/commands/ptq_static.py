# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train ptq-static`."""

from vmaf_train.commands.int8_arguments import int8_command

COMMAND = int8_command(
    "ptq-static",
    "static",
    "one ONNX model -> its int8 file, with scales fixed by training rows",
    "Quantises layers to int8 in QDQ form: what goes into them has one scale for all rows, calibrated on"
    " rows of the training split, whose number and digest go into the report, the sidecar and the registry."
    " Takes the bias that remains out, and measures the drift on the held-out rows.",
)
