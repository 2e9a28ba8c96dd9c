/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CHECK_H_
#define CHECK_H_

#include <stdio.h>
#include <stdlib.h>
#include <vmaf_dnn/vmaf_dnn.h>

#define CHECK(condition)                                                                          \
  do {                                                                                            \
    if (!(condition)) {                                                                           \
      fprintf(stderr, "line %d: %s is false: %s\n", __LINE__, #condition, vmaf_dnn_last_error()); \
      exit(1);                                                                                    \
    }                                                                                             \
  } while (0)

#endif /* CHECK_H_ */
