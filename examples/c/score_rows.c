/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scores rows of features, as libvmaf logs them, from standard input: adm2, vif_scale0, vif_scale1,
 * vif_scale2, vif_scale3 and motion2 a line, with commas or spaces between. Prints a score a line.
 *
 *     cc score_rows.c $(python -m vmaf_dnn.config --cflags --libs) -o score_rows
 *     echo 0.93 0.36 0.77 0.86 0.92 3.9 | ./score_rows vmaf_tiny_v2
 */
#include <stdio.h>
#include <vmaf_dnn/vmaf_dnn.h>

static int read_row(float* row) {
  int i;
  for (i = 0; i < VMAF_DNN_ROW_SIZE; i++)
    if (scanf("%f%*[ ,\t]", &row[i]) != 1) return i == 0 && feof(stdin) ? 0 : -1;
  return 1;
}

int main(int argc, char** argv) {
  const char* model = argc > 1 ? argv[1] : "vmaf_tiny_v2";
  float row[VMAF_DNN_ROW_SIZE];
  float score;
  int found;
  VmafDnnSession* session;

  if (vmaf_dnn_session_open(&session, model, NULL) < 0) {
    fprintf(stderr, "%s\n", vmaf_dnn_last_error());
    return 1;
  }
  while ((found = read_row(row)) > 0) {
    if (vmaf_dnn_session_run_features(session, row, 1, &score) < 0) {
      fprintf(stderr, "%s\n", vmaf_dnn_last_error());
      break;
    }
    printf("%.4f\n", score);
  }
  if (found < 0) fprintf(stderr, "A line is no row of %d numbers.\n", VMAF_DNN_ROW_SIZE);
  vmaf_dnn_session_close(session);
  return found != 0;
}
