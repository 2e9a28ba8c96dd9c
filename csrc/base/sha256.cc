// SPDX-License-Identifier: BSD-3-Clause
#include "base/sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <array>
#include <cstdint>
#include <cstring>

#include "base/sha256_rounds.h"

namespace vmaf_dnn {
namespace {

uint32_t rotate_right(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

uint32_t big_endian_word(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

std::array<uint32_t, 64> message_schedule(const uint8_t* block) {
  std::array<uint32_t, 64> w{};
  for (std::size_t t = 0; t < 16; ++t) w[t] = big_endian_word(block + 4 * t);
  for (std::size_t t = 16; t < 64; ++t) {
    const uint32_t s0 = rotate_right(w[t - 15], 7) ^ rotate_right(w[t - 15], 18) ^ (w[t - 15] >> 3);
    const uint32_t s1 = rotate_right(w[t - 2], 17) ^ rotate_right(w[t - 2], 19) ^ (w[t - 2] >> 10);
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  return w;
}

void compress_block(uint32_t* state, const uint8_t* block) {
  const std::array<uint32_t, 64> w = message_schedule(block);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (std::size_t t = 0; t < 64; ++t) {
    const uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
    const uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
    const uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + kSha256RoundConstants[t] + w[t];
    const uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const uint32_t mixed[8] = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state[i] += mixed[i];
}

void compress_portably(uint32_t* state, const uint8_t* blocks, std::size_t n_blocks) {
  for (std::size_t i = 0; i < n_blocks; ++i) compress_block(state, blocks + i * kSha256BlockBytes);
}

#if defined(__x86_64__)
// Clang 14 has no name for this one in __builtin_cpu_supports.
bool has_sha_instructions() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & bit_SHA) != 0;
}
#endif

Sha256Compress choose_compress() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (has_sha_instructions() && __builtin_cpu_supports("sse4.1")) return sha256_compress_ni;
#endif
  return compress_portably;
}

// The bytes after the last whole block, the mark 0x80, zeros, and the length in bits: one or two blocks.
std::size_t make_tail(std::string_view bytes, std::array<uint8_t, 2 * kSha256BlockBytes>& tail) {
  const std::size_t rest = bytes.size() % kSha256BlockBytes;
  std::memcpy(tail.data(), bytes.data() + bytes.size() - rest, rest);
  tail[rest] = 0x80;
  const std::size_t n_blocks = rest + 9 <= kSha256BlockBytes ? 1 : 2;
  const uint64_t n_bits = uint64_t{bytes.size()} * 8;
  for (std::size_t i = 0; i < 8; ++i)
    tail[n_blocks * kSha256BlockBytes - 1 - i] = static_cast<uint8_t>(n_bits >> (8 * i));
  return n_blocks;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  static const Sha256Compress compress = choose_compress();
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  compress(state, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size() / kSha256BlockBytes);
  std::array<uint8_t, 2 * kSha256BlockBytes> tail{};
  const std::size_t n_blocks = make_tail(bytes, tail);
  compress(state, tail.data(), n_blocks);
  std::string hex;
  for (const uint32_t word : state)
    for (int shift = 28; shift >= 0; shift -= 4) hex += "0123456789abcdef"[(word >> shift) & 0xf];
  return hex;
}

}  // namespace vmaf_dnn
