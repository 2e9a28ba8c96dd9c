// SPDX-License-Identifier: BSD-3-Clause
// The filter of modes, and the numbers of what it leaves.
#pragma once

#include "features/cambi/fast/kernels.h"

namespace vmaf_dnn::features {
namespace {

// The sample that there are two of, or else the least.
template <typename Isa>
typename Isa::I mode(typename Isa::I a, typename Isa::I b, typename Isa::I c) {
  const auto least = Isa::min16(Isa::min16(a, b), c);
  const auto a_again = Isa::bit_or(Isa::equal16(a, b), Isa::equal16(a, c));
  return Isa::select(Isa::equal16(b, c), b, Isa::select(a_again, a, least));
}

template <typename Isa>
void cambi_modes_along(const uint16_t* marked, int n, uint16_t* modes) {
  constexpr uint16_t kCode = kCambiUneven - 1;
  const auto code = Isa::set16(kCode);
  const auto at = [&](int x) { return Isa::bit_and(Isa::load(marked + x), code); };
  for (int x = 0; x < n; x += Isa::kWords) Isa::store(modes + x, mode<Isa>(at(x - 1), at(x), at(x + 1)));
  modes[0] = marked[0] & kCode;
  modes[n - 1] = marked[n - 1] & kCode;
}

template <typename Isa, typename At>
void number_each(At at, int n, CambiNumbering numbering, uint16_t* numbers, uint16_t* halved) {
  const auto first = Isa::set16(static_cast<int16_t>(numbering.first));
  const auto closed = Isa::set16(static_cast<int16_t>(numbering.closed));
  const auto even_word = Isa::set32(0xFFFF);
  for (int x = 0; x < n; x += 2 * Isa::kWords) {
    const auto a = at(x), b = at(x + Isa::kWords);
    Isa::store(numbers + x, Isa::min_u16(Isa::sub16(a, first), closed));
    Isa::store(numbers + x + Isa::kWords, Isa::min_u16(Isa::sub16(b, first), closed));
    if (halved != nullptr)
      Isa::store(halved + x / 2,
                 Isa::pack_in_order_u32(Isa::bit_and(a, even_word), Isa::bit_and(b, even_word)));
  }
  for (int x = n; x < n + 64; x += Isa::kWords) Isa::store(numbers + x, closed);
}

template <typename Isa>
void cambi_number(const uint16_t* const* modes, const uint16_t* marked, int n, CambiNumbering numbering,
                  uint16_t* numbers, uint16_t* halved) {
  if (modes == nullptr) {
    number_each<Isa>([&](int x) { return Isa::load(marked + x); }, n, numbering, numbers, halved);
    return;
  }
  const uint16_t *const above = modes[0], *const here = modes[1], *const below = modes[2];
  const auto uneven = Isa::set16(static_cast<int16_t>(kCambiUneven));
  const auto filtered = [&](int x) {
    const auto found = mode<Isa>(Isa::load(above + x), Isa::load(here + x), Isa::load(below + x));
    return Isa::bit_or(found, Isa::bit_and(Isa::load(marked + x), uneven));
  };
  number_each<Isa>(filtered, n, numbering, numbers, halved);
}

}  // namespace
}  // namespace vmaf_dnn::features
