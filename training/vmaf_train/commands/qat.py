# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train qat`."""

from vmaf_train.commands.int8_arguments import int8_command

COMMAND = int8_command(
    "qat",
    "qat",
    "one ONNX model -> its int8 file, with weights tuned for int8",
    "Reads the weights of the fp32 file and tunes a copy towards that file's own scores, with noise in the"
    " place of int8 rounding, on training rows and rows around them; then writes an int8 file of the form"
    " that `ptq` writes. The fp32 file stays as it is. The same file and table give the same bytes.",
)
