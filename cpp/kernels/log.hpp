// The logarithm of a number that comes in two parts.
#pragma once

#include "kernels/coefficients.hpp"
#include "kernels/real.hpp"

namespace ogive {

// log((a.hi + a.lo) 2^shift) for a normal, positive a.hi below 2^1000 (2^120 in float).
//
// a = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2). With s = f/(2+f), log(1+f) = 2 atanh(s)
//   = f - (f^2/2 - s (f^2/2 + s^2 L(s^2))),
// where f is exact and the rest is small, so that the result is good to one unit in the last place, near 1 too; there
// a.lo gives the digits that 1 + f has not.
template <class I, class T>
OGIVE_INLINE Two<T> log_two(Two<T> a, T shift = T(0)) {
  using R = Real<T>;
  using B = typename R::Bits;
  using C = LogConstants<T>;
  constexpr B root = std::bit_cast<B>(C::sqrt_half), mask = (B(1) << R::fraction) - 1;
  constexpr B offset = B(R::one_bias + 1) << R::fraction;  // makes the exponent positive
  constexpr T whole = T(B(1) << R::fraction);              // numbers from here on are integers
  const B moved = std::bit_cast<B>(a.hi) - root;
  const B exponent = (moved + offset) >> R::fraction;
  const T k = std::bit_cast<T>(exponent | std::bit_cast<B>(whole)) - (whole + (R::one_bias + 1));
  const T f = std::bit_cast<T>((moved & mask) + root) - T(1);
  // 2^-k from the exponent's bits.
  const T low = a.lo * std::bit_cast<T>((B(2 * R::one_bias + 1) - exponent) << R::fraction);
  const T s = f / (T(2) + f), z = s * s;
  const T p = quick_polynomial<I, C>(z);
  const T half = T(0.5) * f * f;
  const T n = k + shift;
  const T rest = I::fma(s, I::fma(p, z, half), I::fma(n, C::ln2_low, I::fma(low * f, f - T(1), low)));
  const auto inside = add_smaller(f, rest - half), sum = add_smaller(n * C::ln2_high, inside.hi);
  return {sum.hi, sum.lo + inside.lo};
}

// The first part alone.
template <class I, class T>
OGIVE_INLINE T log_of(Two<T> a, T shift = T(0)) { return log_two<I>(a, shift).hi; }

// log(p) for p >= 0, subnormal numbers included; -inf at 0, NaN below. p.lo matters near 1 only.
template <class I, class T>
OGIVE_INLINE T log_of_any(Two<T> p) {
  constexpr int up = sizeof(T) == 8 ? 100 : 30;
  constexpr T small = sizeof(T) == 8 ? T(0x1p-960) : T(0x1p-90f), factor = sizeof(T) == 8 ? T(0x1p100) : T(0x1p30f);
  const bool tiny = p.hi < small, huge = p.hi > T(1) / small;
  const T turn = tiny ? factor : huge ? T(1) / factor : T(1);
  const T inside = log_of<I>(Two<T>{p.hi * turn, p.lo * turn}, tiny ? T(-up) : huge ? T(up) : T(0));
  const T edge = p.hi > T(0) ? p.hi : p.hi == T(0) ? -infinity<T> : not_a_number<T>;
  return (p.hi > T(0)) & (p.hi < infinity<T>) ? inside : edge;
}

// log(1 + y) for |y| <= 1, and whole near 0.
template <class I, class T>
OGIVE_INLINE T log_one_plus(T y) { return log_of_any<I>(add_smaller(T(1), y)); }

}  // namespace ogive
