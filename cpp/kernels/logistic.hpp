// The logistic family: sigmoid, its logarithms, its inverse, and what is made of them.
//
// With t = exp(-|x|) in (0, 1] nothing overflows or cancels:
//   sigmoid(x)  = 1/(1+t) for x >= 0, t/(1+t) for x < 0,  sigmoid' = t/(1+t)^2,  sigmoid'' = -sign(x) sigmoid' (1-t)/(1+t)
//   softplus(x) = log(1+exp(x)) = max(x, 0) + log(1+t)
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "kernels/exp.hpp"
#include "kernels/log.hpp"

namespace ogive {

// Numbers below the least normal one are computed 2^lift times too large and brought down at the end.
template <class T>
inline constexpr int lift = sizeof(T) == 8 ? 72 : 36;
template <class T>
inline constexpr T down = sizeof(T) == 8 ? T(0x1p-72) : T(0x1p-36f);
// Where x exp(-x) has rounded to 0, and where 1 + exp(-x) has long rounded to 1.
template <class T>
inline constexpr T far_out = sizeof(T) == 8 ? T(754) : T(110);
template <class T>
inline constexpr T flat = sizeof(T) == 8 ? T(600) : T(50);

// NaN is kept.
template <class T>
OGIVE_INLINE T at_most(T x, T high) { return high < x ? high : x; }
template <class T>
OGIVE_INLINE T at_least(T x, T low) { return low > x ? low : x; }

// On wide vectors, numbers are cut faster as the integers that their bits are, but NaN is lost until `kept` brings it back.
template <class I>
inline constexpr bool as_integers = I::lanes == 8;

// x cut at low < 0 and high > 0: among bits, a negative number is the least signed and the greatest unsigned integer.
template <class I, class T>
OGIVE_INLINE T within(T x, T low, T high) {
  if constexpr (!as_integers<I>) return at_least(at_most(x, high), low);
  using B = typename Real<T>::Bits;
  using S = std::make_signed_t<B>;
  const S below = std::min(std::bit_cast<S>(x), std::bit_cast<S>(high));
  const B inside = std::min(static_cast<B>(below), std::bit_cast<B>(low));
  return std::bit_cast<T>(inside);
}

// y, but NaN where x is and was lost.
template <class I, class T>
OGIVE_INLINE T kept(T x, T y) { return !as_integers<I> || x == x ? y : x; }

// 1 - inverse d for inverse = 1/d rounded, without rounding.
template <class I, class T>
OGIVE_INLINE T left_over(T inverse, T d) {
  if constexpr (I::fused) return I::fma(-inverse, d, T(1));
  const T p = inverse * d;
  return (T(1) - p) - product_error<I>(inverse, d, p);
}

// exp(-x) 2^-lift
template <class I, class T>
OGIVE_INLINE Exponential<T> opposite_exponential(T x) {
  return exponential<I, -lift<T>>(-within<I>(x, -far_out<T>, flat<T>));
}

// sigmoid(x) 2^lift, of u = scale (1 + e) = exp(-x) 2^-lift: 2^-lift + u = (2^-lift + scale) + scale e in two parts,
// and the quotient is corrected by what it left over.
template <class I, class T>
OGIVE_INLINE T lifted_sigmoid(Exponential<T> u) {
  const T one = down<T>;
  const T above = one + u.scale, part = u.scale * u.e;
  const T d = above + part;
  const T low = (part - (d - above)) + (one - (above - u.scale));
  const T inverse = T(1) / d;
  return I::fma(inverse, I::fma(-low, inverse, left_over<I>(inverse, d)), inverse);
}

template <class I, class T>
OGIVE_INLINE T sigmoid(T x, Exponential<T> u) { return lifted_sigmoid<I>(u) * kept<I>(x, down<T>); }

template <class I, class T>
OGIVE_INLINE T sigmoid(T x) { return sigmoid<I>(x, opposite_exponential<I>(x)); }

// From `whole` on, sigmoid is 1, and a product with what is lifted could overflow.
template <class I, class T>
OGIVE_INLINE T silu(T x, Exponential<T> u) {
  constexpr T whole = sizeof(T) == 8 ? T(0x1p900) : T(0x1p80f);
  const T y = lifted_sigmoid<I>(u) * within<I>(x, -far_out<T>, infinity<T>) * down<T>;
  return x < whole ? y : x;
}

// Both sides of the S: with t = exp(-|x|) = scale (1 + e), the probabilities near = 1/(1+t) and far = t/(1+t), the slope
// near far, and straight = near - far = tanh(|x|/2), each rounded about once. 1 + e and 1 + t are taken in two parts, and
// near = inverse (1 + correction). What may fall below the least normal number can be had lifted, 2^lift times too large.
template <class I, class T>
struct Sides {
  T e, scale, unit;
  Two<T> factor, one_plus;
  T inverse, correction;

  OGIVE_INLINE explicit Sides(Exponential<T> lifted) : e(lifted.e), scale(lifted.scale), unit(scale * down<T>) {
    factor = add_smaller(T(1), e);
    one_plus = add_smaller(T(1), unit * factor.hi);
    one_plus.lo += unit * factor.lo;
    inverse = T(1) / one_plus.hi;
    correction = I::fma(-one_plus.lo, inverse, left_over<I>(inverse, one_plus.hi));
  }
  OGIVE_INLINE T lifted_t() const { return I::fma(scale, e, scale); }
  OGIVE_INLINE T log_one_plus() const { return log_of<I>(one_plus); }

  OGIVE_INLINE Two<T> near_two() const { return {inverse, inverse * correction}; }
  OGIVE_INLINE T near() const { return I::fma(inverse, correction, inverse); }

  OGIVE_INLINE Two<T> lifted_far_two() const {
    const auto p = product<I>(factor.hi, inverse);
    return {p.hi * scale, I::fma(correction, p.hi, I::fma(factor.lo, inverse, p.lo)) * scale};
  }
  OGIVE_INLINE T lifted_far() const { return whole(lifted_far_two()); }

  OGIVE_INLINE T lifted_slope() const {
    const auto square = product<I>(inverse, inverse), p = product<I>(factor.hi, square.hi);
    const T low = I::fma(factor.lo, square.hi, I::fma(factor.hi, square.lo, p.lo));
    return (p.hi + I::fma(T(2) * correction, p.hi, low)) * scale;
  }
  OGIVE_INLINE T straight() const {
    const auto n = add_smaller(T(1) - unit, -unit * e);  // 1 - t, whole near x = 0, where unit is 1
    const auto p = product<I>(n.hi, inverse);
    return p.hi + I::fma(correction, p.hi, I::fma(n.lo, inverse, p.lo));
  }
};

// exp(-|x|) 2^lift
template <class I, class T>
OGIVE_INLINE Exponential<T> decaying_exponential(T x) {
  return exponential<I, lift<T>>(-at_most(std::fabs(x), far_out<T>));
}

template <class I, class T>
OGIVE_INLINE Sides<I, T> sides(T x) { return Sides<I, T>(decaying_exponential<I>(x)); }

template <class I, class T>
OGIVE_INLINE T sigmoid_derivative(T x, T factor = T(1)) { return sides<I>(x).lifted_slope() * (factor * down<T>); }

template <class I, class T>
OGIVE_INLINE T sigmoid_second_derivative(T x, T factor = T(1)) {
  const auto s = sides<I>(x);
  return -std::copysign(s.lifted_slope() * s.straight() * (factor * down<T>), x);
}

// sigmoid and its slope.
template <class I, class T>
OGIVE_INLINE Two<T> sigmoid_and_slope(T x, Exponential<T> t) {
  const Sides<I, T> s(t);
  return {x < T(0) ? s.lifted_far() * down<T> : s.near(), s.lifted_slope() * down<T>};
}

// log(1 + exp(x))
template <class I, class T>
OGIVE_INLINE T softplus(T x, const Sides<I, T>& s) {
  const T small = std::fabs(x) > flat<T> ? s.lifted_t() * down<T> : s.log_one_plus();
  return at_least(x, T(0)) + small;
}

template <class I, class T>
OGIVE_INLINE T softplus(T x) { return softplus(x, sides<I>(x)); }

template <class I, class T>
OGIVE_INLINE Two<T> softplus_and_slope(T x) {
  const auto s = sides<I>(x);
  return {softplus(x, s), x < T(0) ? s.lifted_t() * s.inverse * down<T> : s.inverse};
}

// log(exp(y) - 1) = y + log(1 - exp(-y)) for y >= 0: the inverse of softplus.
template <class I, class T>
OGIVE_INLINE T softplus_inverse(T y) {
  const bool small = y < T(1);
  const auto u = exponential<I>(small ? at_least(y, T(0)) : -at_most(y, flat<T>));
  const T part = u.scale * u.e, whole = u.scale - T(1), sign = small ? T(1) : T(-1);
  auto w = add(whole, part);
  w.lo += (u.scale - whole) - T(1);
  const T log = log_of_any<I>(Two<T>{w.hi * sign, w.lo * sign});
  return y > T(0) ? (small ? T(0) : y) + log : y == T(0) ? -infinity<T> : not_a_number<T>;
}

// tanh(|x|) = n/(2 - n) with n = 1 - exp(-2|x|); past 30 it is 1.
template <class I, class T>
OGIVE_INLINE Exponential<T> tanh_exponential(T x) { return exponential<I>(T(-2) * at_most(std::fabs(x), T(30))); }

template <class I, class T>
OGIVE_INLINE T tanh(T x, Exponential<T> u) {
  const T n = I::fma(-u.scale, u.e, T(1) - u.scale);
  const T d = T(2) - n, low = (T(2) - d) - n;
  const T inverse = T(1) / d, q = n * inverse, p = q * d;
  const T rest = I::fused ? I::fma(-q, d, n) : (n - p) - product_error<I>(q, d, p);
  return std::copysign(I::fma(I::fma(-q, low, rest), inverse, q), x);
}

// tanh and its slope, 4 t/(1+t)^2 with t = exp(-2|x|).
template <class I, class T>
OGIVE_INLINE Two<T> tanh_and_slope(T x) {
  const auto s = sides<I>(T(2) * x);
  return {std::copysign(s.straight(), x), s.lifted_slope() * (T(4) * down<T>)};
}

// log((1+y)/(1-y))/2; infinite at -1 and 1, NaN beyond.
template <class I, class T>
OGIVE_INLINE T atanh(T y) {
  const T a = std::fabs(y);
  const auto ratio = divide<I>(add_smaller(T(1), a), add_smaller(T(1), -a));
  const T inside = log_of<I>(add_smaller(ratio.hi, ratio.lo)) * T(0.5);
  return std::copysign(a < T(1) ? inside : a == T(1) ? infinity<T> : not_a_number<T>, y);
}

// 2 + 2 cosh(x) = exp(|x|) (1 + exp(-|x|))^2
template <class I, class T>
OGIVE_INLINE T sigmoid_slope_inverse(T x) {
  constexpr int drop = 2;  // exp(|x|) goes up to the largest number
  const T a = at_most(std::fabs(x), sizeof(T) == 8 ? T(710) : T(89));
  const auto u = exponential<I, -drop>(a);
  const T t = T(1) / (u.scale + u.scale * u.e) * T(0.25);
  return (u.scale + I::fma(u.scale, u.e, T(0.5) + T(0.25) * t)) * T(1 << drop);
}

template <class I, class T>
OGIVE_INLINE T log_sigmoid(T x) { return -softplus<I>(-x); }

// log(p/(1-p)); -inf at 0, inf at 1, NaN outside [0, 1].
template <class I, class T>
OGIVE_INLINE T logit(T p) {
  constexpr int up = sizeof(T) == 8 ? 100 : 30;
  constexpr T small = sizeof(T) == 8 ? T(0x1p-960) : T(0x1p-90f), factor = sizeof(T) == 8 ? T(0x1p100) : T(0x1p30f);
  const bool tiny = p < small;
  const T q = T(1) - p;
  const auto ratio = divide<I>(Two<T>{tiny ? p * factor : p, T(0)}, Two<T>{q, (T(1) - q) - p});
  const T inside = log_of<I>(ratio, tiny ? T(-up) : T(0));
  return p > T(0) && p < T(1) ? inside : p == T(0) ? -infinity<T> : p == T(1) ? infinity<T> : not_a_number<T>;
}

}  // namespace ogive
