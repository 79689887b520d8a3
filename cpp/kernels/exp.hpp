// The exponential, in the pieces that the S-curves need to lose no digits.
//
// y = k ln2 + r with an integer k and |r| <= ln2/2, so exp(y) = 2^k (1 + e) with e = exp(r) - 1. Keeping 2^k and e apart
// makes 1 + exp(y) and exp(y) - 1 exact up to the rounding of e.
#pragma once

#include "kernels/coefficients.hpp"
#include "kernels/real.hpp"

namespace ogive {

// exp(y) = 2^-Lift scale (1 + e).
template <class T>
struct Exponential {
  T e, scale;
};

// exp(y) for -708 < y + Lift ln2 < 709 (-87 and 88 in float), where 2^(k + Lift) is a normal number; clamp first. A lift
// keeps results below the least normal number whole until they are brought down, which rounds them once. NaN stays in e.
// Where not even half a unit in the last place may be lost, `Precise` keeps what the rounding of r cuts off.
template <class I, int Lift = 0, bool Precise = false, class T>
OGIVE_INLINE Exponential<T> exponential(T y) {
  using R = Real<T>;
  using C = ExpConstants<T>;
  // Adding the shifter rounds to an integer and leaves it, biased as exponents are, in the low bits.
  constexpr T shifter = R::shifter + (R::one_bias + T(Lift));
  const T shifted = I::fma(y, C::log2_e, shifter);
  const T k = shifted - shifter;
  const T high = I::fma(-k, C::ln2_high, y);  // exact: ln2_high ends in zeros
  const T r = I::fma(-k, C::ln2_low, high);
  const T scale = std::bit_cast<T>(static_cast<typename R::Bits>(std::bit_cast<typename R::Bits>(shifted) << R::fraction));
  const T rest = polynomial<I, C>(r) * r;
  if constexpr (!Precise) return {I::fma(rest, r, r), scale};
  const T r_low = I::fma(-k, C::ln2_low, high - r);
  return {I::fma(rest, r, I::fma(r_low, r, r_low)) + r, scale};
}

}  // namespace ogive
