// SPDX-License-Identifier: BSD-3-Clause
// What CAMBI does to a row of n samples, once for each instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vmaf_dnn::features {

// Rows may be read and written up to this many samples beyond their ends, and read as far before them; but
// not those of frames, which have at least kMinSide samples.
inline constexpr int kCambiSlack = 128;

// Marked samples are codes of 10 bits, with this bit where the picture is not flat.
inline constexpr uint16_t kCambiUneven = 0x8000;

// The codes of the even and of the odd columns of a row.
struct CambiSplit {
  const uint16_t *even, *odd;
};
inline constexpr int kCambiLeastSplit = 128;

// Codes that count are numbered from those that can fire on: `first` is number 0, `closed` stands for all
// others and for uneven samples.
struct CambiNumbering {
  uint16_t first;
  uint16_t closed;
};

// Runs of equal codes are cut where a multiple of this many samples begins.
inline constexpr int kCambiRun = 16;

struct CambiRun {
  uint32_t sums;  // where its first sum is in the table of counts
  uint32_t line;  // and what is added there, in the lines
};

// How many samples of each code there are in the window around each sample of a row. Rows of the table begin
// with the column that lies the window's radius before the first.
struct CambiCounts {
  int16_t* table;
  uint32_t stride;
  int radius;
  CambiNumbering numbering;
  // What runs of 1 to kCambiRun samples add: such a line has kCambiRun zeros, a value for each column of the
  // run and a radius beyond its ends, and zeros.
  const int16_t* lines;
  uint32_t line_stride;
};

struct CambiFiring {
  int n_contrasts;
  const uint32_t* contrasts;  // of each code that counts: bit i is set if contrast i + 1 fires
  const float* weights;
  const float* reciprocals;
};

// Blocks of as many values as a vector has 16-bit words, for those in which any is not 0.
struct CambiValues {
  float* values;
  uint32_t* positions;  // of a block's first value
  size_t n_blocks;
};

struct CambiSum {
  size_t n;
  double total;
};

struct CambiKernels {
  int block;  // how many values CambiValues has in one

  // To codes of 10 bits, or to averages of them over 2x2 samples.
  void (*widen_bytes)(const uint8_t* samples, int n, uint16_t* codes);
  void (*widen_words)(const uint16_t* samples, int n, int bit_depth, uint16_t* codes);
  void (*average_bytes)(const uint8_t* samples, const uint8_t* below, int n, uint16_t* codes);
  void (*average_codes)(const uint16_t* codes, const uint16_t* below, int n, uint16_t* averages);

  // `level` is -1 where a code is as its right and lower neighbours; it holds those of seven rows above,
  // which leave the sums in_column as the new ones enter.
  void (*enter_level)(const uint16_t* codes, const uint16_t* below, int n, uint8_t* level,
                      uint8_t* in_column);
  // Even where more than `threshold` are level. Halved: of every other sample.
  void (*mark)(const uint16_t* codes, const uint8_t* in_column, int n, int threshold, uint16_t* marked);
  void (*mark_halved)(const uint16_t* codes, const uint8_t* in_column, int n, int threshold,
                      uint16_t* marked);

  // The same of bytes that are averaged and then halved, whose codes are kept apart by columns: even and odd.
  // n is at least kCambiLeastSplit.
  void (*average_bytes_split)(const uint8_t* samples, const uint8_t* below, int n, uint16_t* even,
                              uint16_t* odd);
  void (*enter_level_split)(const CambiSplit& codes, const CambiSplit& below, int n, uint8_t* level,
                            uint8_t* in_column);
  void (*mark_split)(const uint16_t* even, const uint8_t* in_column, int n, int threshold, uint16_t* marked);

  void (*modes_along)(const uint16_t* marked, int n, uint16_t* modes);
  // Numbers the modes of three rows of modes or, where `modes` is null, the samples themselves. Every other
  // one of what was numbered is the next scale's, marked, unless `halved` is null.
  void (*number)(const uint16_t* const* modes, const uint16_t* marked, int n, CambiNumbering numbering,
                 uint16_t* numbers, uint16_t* halved);

  // The runs of a row of numbers; returns how many, at most n.
  size_t (*find_runs)(const uint16_t* numbers, int n, const CambiCounts& counts, CambiRun* runs);
  void (*add_runs)(const CambiRun* runs, size_t n, const CambiCounts& counts);
  void (*remove_runs)(const CambiRun* runs, size_t n, const CambiCounts& counts);
  // Appends the values of a row, whose first one has the position. The divided ones, for windows up to
  // kCambiMaxDividedWindow, look up few reciprocals.
  void (*contrast)(const uint16_t* numbers, int n, const CambiCounts& counts, const CambiFiring& firing,
                   uint32_t position, CambiValues& values);
  void (*contrast_divided)(const uint16_t* numbers, int n, const CambiCounts& counts,
                           const CambiFiring& firing, uint32_t position, CambiValues& values);

  // Of the values above a threshold.
  CambiSum (*sum_above)(const float* values, size_t n, float threshold);
};

// Up to window^2, reciprocals are those of a division but for three of them.
inline constexpr int kCambiMaxDividedWindow = 21;

}  // namespace vmaf_dnn::features
