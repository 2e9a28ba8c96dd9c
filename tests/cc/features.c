/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints the feature rows of a raw file: each frame is its reference and then its distorted planes.
 * argv: file width height bit_depth n_distorted threads motion_rule [subsample]. Every plane lies in memory
 * of exactly its size, rows apart, the reference bottom up: a sanitizer sees a read outside. */
#include <string.h>

#include "check.h"

enum { kPadding = 6, kMaxDistorted = 4 };

static int row_bytes;
static int height;

typedef struct Memory {
  unsigned char* bytes;
  VmafDnnPlane plane;
} Memory;

static Memory allocate(int bottom_up) {
  const ptrdiff_t stride = row_bytes + kPadding;
  Memory memory;
  memory.bytes = (unsigned char*)malloc((size_t)(stride * (height - 1) + row_bytes));
  CHECK(memory.bytes != NULL);
  memory.plane.samples = bottom_up ? memory.bytes + stride * (height - 1) : memory.bytes;
  memory.plane.stride_bytes = bottom_up ? -stride : stride;
  return memory;
}

static int fill(const Memory* memory, FILE* file) {
  unsigned char* first = memory->bytes + ((const unsigned char*)memory->plane.samples - memory->bytes);
  int y;
  for (y = 0; y < height; y++)
    if (fread(first + y * memory->plane.stride_bytes, (size_t)row_bytes, 1, file) != 1) return 0;
  return 1;
}

static void print_rows(const double* rows, int n_rows) {
  int i;
  for (i = 0; i < n_rows * VMAF_DNN_ROW_SIZE; i++)
    printf("%.17g%c", rows[i], (i + 1) % VMAF_DNN_ROW_SIZE == 0 ? '\n' : ' ');
}

static void extract(VmafDnnExtractor* extractor, FILE* file, int n_distorted, int subsample) {
  double rows[kMaxDistorted * VMAF_DNN_ROW_SIZE];
  VmafDnnPlane distorted[kMaxDistorted];
  Memory memory[1 + kMaxDistorted];
  int i;
  int n_rows = -1;
  int n_frames = 0;
  for (i = 0; i <= n_distorted; i++) memory[i] = allocate(i == 0);
  while (fill(&memory[0], file)) {
    for (i = 0; i < n_distorted; i++) {
      CHECK(fill(&memory[i + 1], file));
      distorted[i] = memory[i + 1].plane;
    }
    if (n_frames % subsample == 0)
      CHECK(vmaf_dnn_extractor_push(extractor, &memory[0].plane, distorted, n_distorted, rows, &n_rows) == 0);
    else
      CHECK(vmaf_dnn_extractor_skip(extractor, &memory[0].plane, rows, &n_rows) == 0);
    CHECK(n_rows == (n_frames > 0 && (n_frames - 1) % subsample == 0 ? n_distorted : 0));
    print_rows(rows, n_rows);
    n_frames++;
  }
  CHECK(vmaf_dnn_extractor_flush(extractor, rows, &n_rows) == 0);
  CHECK(n_rows == ((n_frames - 1) % subsample == 0 ? n_distorted : 0));
  print_rows(rows, n_rows);
  CHECK(vmaf_dnn_extractor_flush(extractor, rows, &n_rows) == 0 && n_rows == 0);
  for (i = 0; i <= n_distorted; i++) free(memory[i].bytes);
}

int main(int argc, char** argv) {
  VmafDnnExtractorConfig config = {0};
  VmafDnnExtractor* extractor;
  FILE* file;
  const int subsample = argc > 8 ? atoi(argv[8]) : 1;
  CHECK(argc >= 8 && subsample > 0);
  config.struct_size = sizeof(config);
  config.width = atoi(argv[2]);
  config.height = height = atoi(argv[3]);
  config.bit_depth = atoi(argv[4]);
  config.n_distorted = atoi(argv[5]);
  config.threads = atoi(argv[6]);
  config.motion_rule =
      strcmp(argv[7], "v3.1") == 0 ? VMAF_DNN_MOTION_LIBVMAF_3_1 : VMAF_DNN_MOTION_LIBVMAF_3_2;
  row_bytes = config.width * (config.bit_depth == 8 ? 1 : 2);
  CHECK(vmaf_dnn_extractor_open(&extractor, &config) == 0);
  CHECK((file = fopen(argv[1], "rb")) != NULL);
  extract(extractor, file, config.n_distorted, subsample);
  rewind(file); /* a second clip */
  extract(extractor, file, config.n_distorted, subsample);
  fclose(file);
  vmaf_dnn_extractor_close(extractor);
  return 0;
}
