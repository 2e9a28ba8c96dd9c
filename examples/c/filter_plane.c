/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Filters a picture: an 8-bit binary PGM in, a model from one plane [1, 1, H, W] to another, a PGM out.
 *
 *     cc filter_plane.c $(python -m vmaf_dnn.config --cflags --libs) -o filter_plane
 *     ./filter_plane model.onnx < in.pgm > out.pgm
 */
#include <stdio.h>
#include <stdlib.h>
#include <vmaf_dnn/vmaf_dnn.h>

static int refused(void) {
  fprintf(stderr, "%s\n", vmaf_dnn_last_error());
  return 1;
}

/* The samples of the picture, to be freed; NULL if it is none. */
static unsigned char* read_picture(int* width, int* height) {
  size_t size;
  unsigned char* samples;
  if (scanf("P5 %d %d 255", width, height) != 2 || getchar() == EOF) return NULL;
  if (*width < 1 || *height < 1 || *width > 32768 || *height > 32768) return NULL;
  size = (size_t)*width * (size_t)*height;
  samples = (unsigned char*)malloc(size);
  if (samples != NULL && fread(samples, 1, size, stdin) == size) return samples;
  free(samples);
  return NULL;
}

int main(int argc, char** argv) {
  VmafDnnSession* session;
  unsigned char* samples;
  int width, height, result;

  if (argc != 2) {
    fprintf(stderr, "usage: %s model.onnx < in.pgm > out.pgm\n", argv[0]);
    return 2;
  }
  samples = read_picture(&width, &height);
  if (samples == NULL) {
    fprintf(stderr, "Standard input is no 8-bit binary PGM.\n");
    return 1;
  }
  if (vmaf_dnn_session_open(&session, argv[1], NULL) < 0) return refused();
  fprintf(stderr, "on %s\n", vmaf_dnn_session_attached_ep(session));
  result = vmaf_dnn_session_run_luma8(session, samples, (size_t)width, width, height, samples, (size_t)width);
  if (result < 0) return refused();
  printf("P5 %d %d 255\n", width, height);
  fwrite(samples, 1, (size_t)width * (size_t)height, stdout);
  vmaf_dnn_session_close(session);
  free(samples);
  return ferror(stdout) != 0;
}
