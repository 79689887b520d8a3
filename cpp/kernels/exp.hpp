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
//
// k ln2 = k high + w with k high exact, so y - k high is exact, and w goes into the small part of e = r + r^2 p(r) alone:
// e is rounded once.
template <class I, int Lift = 0, class T>
OGIVE_INLINE Exponential<T> exponential(T y) {
  using R = Real<T>;
  using C = ExpConstants<T>;
  // Adding the shifter rounds to an integer and leaves it, biased as exponents are, in the low bits.
  constexpr T shifter = R::shifter + (R::one_bias + T(Lift));
  const T shifted = I::fma(y, C::log2_e, shifter);
  const T k = shifted - shifter;
  const T high = I::fma(-k, C::ln2_high, y);  // exact: ln2_high ends in zeros
  const T w = k * C::ln2_low, r = high - w;
  const T scale = std::bit_cast<T>(static_cast<typename R::Bits>(std::bit_cast<typename R::Bits>(shifted) << R::fraction));
  return {I::fma(quick_polynomial<I, C>(r), r * r, -w) + high, scale};
}

// e + low (1 + e): moves exp(y) on to exp(y + low), for low below some units in the last place of y.
template <class I, class T>
OGIVE_INLINE Exponential<T> moved(Exponential<T> u, T low) { return {u.e + I::fma(u.e, low, low), u.scale}; }

// exp(y) - 1 for y <= 0, whole near 0.
template <class I, class T>
OGIVE_INLINE T exp_minus_one(T y) {
  const auto u = exponential<I>(y < T(-60) ? T(-60) : y);
  return I::fma(u.scale, u.e, u.scale - T(1));
}

// c + r s, for |r s| < |c|.
template <class I, class T>
OGIVE_INLINE Two<T> horner_step(T c, T r, Two<T> s) {
  const auto p = product<I>(s.hi, r);
  const auto sum = add_smaller(c, p.hi);
  return {sum.hi, sum.lo + (p.lo + s.lo * r)};
}

// exp(y) 2^Lift in two parts, good to 2^-63: for what is an exponent in turn. In double only.
template <class I, int Lift = 0>
OGIVE_INLINE Two<double> long_exponential(double y) {
  using R = Real<double>;
  using C = ExpConstants<double>;
  constexpr double shifter = R::shifter + (R::one_bias + Lift);
  constexpr double sixth = 0x1.5555555555555p-3, sixth_low = 0x1.5555555555555p-57;
  const double shifted = I::fma(y, C::log2_e, shifter);
  const double k = shifted - shifter;
  const double high = I::fma(-k, C::ln2_high, y);
  const double r = I::fma(-k, C::ln2_low, high);
  const double r_low = I::fma(-k, C::ln2_low, high - r);
  const double scale = std::bit_cast<double>(std::bit_cast<std::uint64_t>(shifted) << R::fraction);
  // 1 + r (1 + r (1/2 + r (1/6 + r tail))), each bracket in two parts
  auto s = add_smaller(sixth, polynomial<I, ExpTail<double>>(r) * r);
  s.lo += sixth_low;
  s = horner_step<I>(1.0, r, horner_step<I>(1.0, r, horner_step<I>(0.5, r, s)));
  s.lo = I::fma(r_low, s.hi, s.lo);
  return {s.hi * scale, s.lo * scale};
}

}  // namespace ogive
