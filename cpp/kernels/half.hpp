// Half precision: bits to float and back, branch-free, rounding to nearest even.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/isa.hpp"

namespace ogive {

struct Half {  // IEEE binary16
  std::uint16_t bits;
};
struct Brain {  // bfloat16: the upper half of a float
  std::uint16_t bits;
};

OGIVE_INLINE float widen(Half h) {
  const std::uint32_t magnitude = h.bits & 0x7fffu, sign = std::uint32_t(h.bits & 0x8000u) << 16;
  // The exponent's bias differs by 112, which a product adds to normal and subnormal numbers alike.
  const float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
  const std::uint32_t special = magnitude >= 0x7c00u ? 0x7f800000u : 0u;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | special | sign);
}

OGIVE_INLINE Half narrow_half(float x) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x), magnitude = bits & 0x7fffffffu;
  const std::uint32_t odd = (magnitude >> 13) & 1u;
  const std::uint32_t normal = (magnitude - 0x38000000u + 0xfffu + odd) >> 13;
  // Below 2^-14, adding 1/2 lets the adder round to the spacing of subnormals.
  const std::uint32_t small = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u;
  std::uint32_t h = magnitude < 0x38800000u ? small : normal;
  h = magnitude >= 0x477ff000u ? 0x7c00u : h;  // from halfway to 65536 on
  h = magnitude > 0x7f800000u ? 0x7e00u : h;
  return {static_cast<std::uint16_t>(h | ((bits >> 16) & 0x8000u))};
}

OGIVE_INLINE float widen(Brain b) { return std::bit_cast<float>(std::uint32_t(b.bits) << 16); }

OGIVE_INLINE Brain narrow_brain(float x) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  return {static_cast<std::uint16_t>((bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded)};
}

}  // namespace ogive
