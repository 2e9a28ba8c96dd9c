/* SPDX-License-Identifier: BSD-3-Clause */
/* Filters a raw plane, or prints the errno and the sentence of its refusal. Rows lie apart, in memory of
 * exactly their size. argv: model fp16_io width height bpc input output */
#include <string.h>

#include "check.h"

enum { kPadding = 6 };

static size_t row_bytes;
static size_t stride;
static int height;

static unsigned char* allocate(void) {
  const size_t size = stride * (size_t)(height - 1) + row_bytes;
  unsigned char* plane = (unsigned char*)malloc(size);
  CHECK(plane != NULL);
  memset(plane, 0xee, size);
  return plane;
}

static void check_padding(const unsigned char* plane) {
  size_t i;
  int y;
  for (y = 0; y < height - 1; y++)
    for (i = row_bytes; i < stride; i++) CHECK(plane[(size_t)y * stride + i] == 0xee);
}

static int filter(const VmafDnnSession* session, int width, int bpc, const void* in, void* out) {
  if (bpc == 8)
    return vmaf_dnn_session_run_luma8(session, (const uint8_t*)in, stride, width, height, (uint8_t*)out,
                                      stride);
  return vmaf_dnn_session_run_plane16(session, (const uint16_t*)in, stride, width, height, bpc,
                                      (uint16_t*)out, stride);
}

int main(int argc, char** argv) {
  VmafDnnConfig config = {0};
  VmafDnnSession* session;
  unsigned char *in, *out;
  FILE* file;
  int width, bpc, result, y;
  CHECK(argc == 8);
  config.fp16_io = atoi(argv[2]) != 0;
  width = atoi(argv[3]);
  height = atoi(argv[4]);
  bpc = atoi(argv[5]);
  row_bytes = (size_t)width * (bpc == 8 ? 1 : 2);
  stride = row_bytes + kPadding;
  CHECK(vmaf_dnn_session_open(&session, argv[1], &config) == 0);
  in = allocate();
  out = allocate();
  CHECK((file = fopen(argv[6], "rb")) != NULL);
  for (y = 0; y < height; y++) CHECK(fread(in + (size_t)y * stride, row_bytes, 1, file) == 1);
  fclose(file);
  result = filter(session, width, bpc, in, out);
  if (result < 0) {
    printf("%d %s\n", -result, vmaf_dnn_last_error());
    CHECK(out[0] == 0xee);
  } else {
    check_padding(out);
    CHECK((file = fopen(argv[7], "wb")) != NULL);
    for (y = 0; y < height; y++) CHECK(fwrite(out + (size_t)y * stride, row_bytes, 1, file) == 1);
    fclose(file);
    CHECK(filter(session, width, bpc, in, in) == 0); /* in place */
    for (y = 0; y < height; y++)
      CHECK(memcmp(in + (size_t)y * stride, out + (size_t)y * stride, row_bytes) == 0);
  }
  free(in);
  free(out);
  vmaf_dnn_session_close(session);
  return 0;
}
