/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the names and the rows of features that the caller chooses, of a raw 4:2:0 file of 8 bits: each
 * frame is its reference's three planes and then those of its distorted versions. argv: file width height
 * n_distorted feature... */
#include <string.h>

#include "check.h"

enum { kMaxDistorted = 4, kPlanes = 3 };

static void print_rows(const double* rows, int n_rows, int n_columns) {
  int i;
  for (i = 0; i < n_rows * n_columns; i++) printf("%.17g%c", rows[i], (i + 1) % n_columns == 0 ? '\n' : ' ');
}

int main(int argc, char** argv) {
  VmafDnnExtractorConfig config = {0};
  VmafDnnExtractor* extractor;
  VmafDnnPlane planes[(1 + kMaxDistorted) * kPlanes];
  FILE* file;
  unsigned char* bytes;
  double* rows;
  size_t luma_bytes, chroma_bytes, frame_bytes;
  int i, n_columns, n_rows;
  const char* name;
  CHECK(argc > 5);
  config.struct_size = sizeof(config);
  config.width = atoi(argv[2]);
  config.height = atoi(argv[3]);
  config.bit_depth = 8;
  config.n_distorted = atoi(argv[4]);
  config.features = (const char* const*)(argv + 5);
  config.n_features = argc - 5;
  config.chroma = VMAF_DNN_CHROMA_420;
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  CHECK(vmaf_dnn_extractor_row_size(extractor, &n_columns) == 0 && n_columns == config.n_features);
  for (i = 0; i < n_columns; i++) {
    CHECK(vmaf_dnn_extractor_feature_name(extractor, i, &name) == 0);
    printf("%s\n", name);
  }
  luma_bytes = (size_t)config.width * (size_t)config.height;
  chroma_bytes = (size_t)((config.width + 1) / 2) * (size_t)((config.height + 1) / 2);
  frame_bytes = (luma_bytes + 2 * chroma_bytes) * (size_t)(1 + config.n_distorted);
  CHECK((bytes = (unsigned char*)malloc(frame_bytes)) != NULL);
  CHECK((rows = (double*)malloc(sizeof(double) * (size_t)(n_columns * config.n_distorted))) != NULL);
  for (i = 0; i < (1 + config.n_distorted) * kPlanes; i++) {
    planes[i].samples =
        i == 0 ? bytes
               : (const unsigned char*)planes[i - 1].samples + (i % kPlanes == 1 ? luma_bytes : chroma_bytes);
    planes[i].stride_bytes = i % kPlanes == 0 ? config.width : (config.width + 1) / 2;
  }
  CHECK((file = fopen(argv[1], "rb")) != NULL);
  while (fread(bytes, frame_bytes, 1, file) == 1) {
    CHECK(vmaf_dnn_extractor_push(extractor, planes, planes + kPlanes, config.n_distorted, rows, &n_rows) ==
          0);
    print_rows(rows, n_rows, n_columns);
  }
  do {
    CHECK(vmaf_dnn_extractor_flush(extractor, rows, &n_rows) == 0);
    print_rows(rows, n_rows, n_columns);
  } while (n_rows > 0);
  fclose(file);
  free(bytes);
  free(rows);
  vmaf_dnn_extractor_close(extractor);
  return 0;
}
