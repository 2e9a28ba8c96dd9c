#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Train a fusion model on a folder of clips, in four commands, and score with it.
# Needs the extra [training]. A table that is there already is used as it is.
#
#   sh train.sh CLIPS ref.y4m dist.mp4
set -eu

test -f corpus.parquet || vmaf-train corpus --manifest "$1" --out corpus.parquet
vmaf-train train --arch mlp_small --data corpus.parquet --out mine.ckpt
vmaf-train export --ckpt mine.ckpt --out models/mine.onnx --description "Trained on my own clips."
vmaf-train registry --folder models

vmaf-dnn -r "$2" -d "$3" --tiny-model mine --registry models/registry.json
