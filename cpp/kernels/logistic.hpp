// The logistic family: sigmoid, its logarithms, its inverse, and what is made of them.
//
// With t = exp(-|x|) in (0, 1] nothing overflows or cancels:
//   sigmoid(x)  = 1/(1+t) for x >= 0, t/(1+t) for x < 0,  sigmoid' = t/(1+t)^2,  sigmoid'' = -sign(x) sigmoid' (1-t)/(1+t)
//   softplus(x) = log(1+exp(x)) = max(x, 0) + log(1+t)
#pragma once

#include <cmath>

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

// sigmoid(x) 2^lift for x >= -far_out. With u = exp(-x) = scale (1 + e), 1 + u = (1 + scale) + scale e in two parts, and
// the quotient is corrected by what it left over.
template <class I, class T>
OGIVE_INLINE T lifted_sigmoid(T x) {
  const auto u = exponential<I, -lift<T>, true>(-at_most(x, flat<T>));
  const T one = down<T>;
  const T above = one + u.scale, part = u.scale * u.e;
  const T d = above + part;
  const T low = (part - (d - above)) + (one - (above - u.scale));
  const T inverse = T(1) / d;
  const T p = inverse * d;
  const T rest = I::fused ? I::fma(-inverse, d, T(1)) : (T(1) - p) - product_error<I>(inverse, d, p);
  return I::fma(inverse, I::fma(-low, inverse, rest), inverse);
}

template <class I, class T>
OGIVE_INLINE T sigmoid(T x) { return lifted_sigmoid<I>(at_least(x, -far_out<T>)) * down<T>; }

template <class I, class T>
OGIVE_INLINE T silu(T x) {
  const T z = at_least(x, -far_out<T>);
  const bool left = z < T(0);
  return lifted_sigmoid<I>(z) * (left ? z : down<T>) * (left ? down<T> : z);
}

// t = exp(-a) for a >= 0, times 2^lift, and 1 + t and 1 - t, each in two parts.
template <class T>
struct Decay {
  Two<T> lifted, one_plus, one_minus;
};

template <class T>
OGIVE_INLINE Decay<T> decay_from(Exponential<T> u) {
  const T lifted = u.scale * u.e, scale = u.scale * down<T>, part = lifted * down<T>;
  const T above = T(1) + scale, below = T(1) - scale;
  Two<T> plus = add_smaller(above, part), minus = add_smaller(below, -part);
  plus.lo += (T(1) - above) + scale;
  minus.lo += (T(1) - below) - scale;
  return {add_smaller(u.scale, lifted), plus, minus};
}

template <class I, bool Precise = false, class T>
OGIVE_INLINE Decay<T> decay(T a) { return decay_from(exponential<I, lift<T>, Precise>(-at_most(a, far_out<T>))); }

// t/(1+t)^2, times 2^lift
template <class I, class T>
OGIVE_INLINE T lifted_slope(const Decay<T>& d) {
  const T square = d.one_plus.hi * d.one_plus.hi;
  const T low = I::fma(T(2) * d.one_plus.hi, d.one_plus.lo, product_error<I>(d.one_plus.hi, d.one_plus.hi, square));
  const auto q = divide<I>(d.lifted, Two<T>{square, low});
  return q.hi + q.lo;
}

template <class I, class T>
OGIVE_INLINE T sigmoid_derivative(T x, T factor = T(1)) {
  return lifted_slope<I>(decay<I, true>(std::fabs(x))) * (factor * down<T>);
}

template <class I, class T>
OGIVE_INLINE T sigmoid_second_derivative(T x, T factor = T(1)) {
  const auto d = decay<I>(std::fabs(x));
  const T slope = lifted_slope<I>(d);
  const auto q = divide<I>(d.one_minus, d.one_plus);
  return -std::copysign(slope * q.hi * (factor * down<T>), x);
}

// log(1 + exp(x))
template <class I, class T>
OGIVE_INLINE T softplus(T x) {
  const T a = std::fabs(x);
  const auto d = decay<I>(a);
  const T small = a > flat<T> ? d.lifted.hi * down<T> : log_of<I>(d.one_plus);
  return (x > T(0) ? x : T(0)) + small;
}

// log(exp(y) - 1) = y + log(1 - exp(-y)) for y >= 0: the inverse of softplus.
template <class I, class T>
OGIVE_INLINE T softplus_inverse(T y) {
  const bool small = y < T(1);
  const auto u = exponential<I, 0, true>(small ? at_least(y, T(0)) : -at_most(y, flat<T>));
  const T part = u.scale * u.e, whole = u.scale - T(1), sign = small ? T(1) : T(-1);
  auto w = add(whole, part);
  w.lo += (u.scale - whole) - T(1);
  const T log = log_of_any<I>(Two<T>{w.hi * sign, w.lo * sign});
  return y > T(0) ? (small ? T(0) : y) + log : y == T(0) ? -infinity<T> : not_a_number<T>;
}

// sigmoid and its slope.
template <class I, class T>
OGIVE_INLINE Two<T> sigmoid_and_slope(T x, const Decay<T>& d) {
  const auto q = divide<I>(Two<T>{T(1), T(0)}, d.one_plus);
  auto small = product<I>(d.lifted.hi, q.hi);
  small.lo += d.lifted.hi * q.lo + d.lifted.lo * q.hi;
  const auto slope = product<I>(small.hi, q.hi);
  const T rest = slope.lo + (small.hi * q.lo + small.lo * q.hi);
  return {x < T(0) ? (small.hi + small.lo) * down<T> : q.hi + q.lo, (slope.hi + rest) * down<T>};
}

template <class I, class T>
OGIVE_INLINE Two<T> softplus_and_slope(T x) {
  const T a = std::fabs(x);
  const auto d = decay<I>(a);
  const T small = a > flat<T> ? d.lifted.hi * down<T> : log_of<I>(d.one_plus);
  const T inverse = T(1) / d.one_plus.hi;
  return {(x > T(0) ? x : T(0)) + small, x < T(0) ? d.lifted.hi * inverse * down<T> : inverse};
}

// tanh and its slope, 4 t/(1+t)^2 with t = exp(-2|x|).
template <class I, class T>
OGIVE_INLINE Two<T> tanh_and_slope(T x) {
  const auto d = decay<I, true>(std::fabs(x) * T(2));
  const auto q = divide<I>(Two<T>{T(1), T(0)}, d.one_plus);
  const T square = I::fma(T(2) * q.hi, q.lo, q.hi * q.hi);
  const T value = I::fma(d.one_minus.hi, q.hi, I::fma(d.one_minus.hi, q.lo, d.one_minus.lo * q.hi));
  return {std::copysign(value, x), d.lifted.hi * square * (T(4) * down<T>)};
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
  const auto u = exponential<I, -drop, true>(a);
  const T t = T(1) / (u.scale + u.scale * u.e) * T(0.25);
  return (u.scale + I::fma(u.scale, u.e, T(0.5) + T(0.25) * t)) * T(1 << drop);
}

template <class I, class T>
OGIVE_INLINE T log_sigmoid(T x) { return -softplus<I>(-x); }

template <class I, class T>
OGIVE_INLINE T tanh(T x) {
  const auto d = decay<I>(std::fabs(x) * T(2));
  const auto q = divide<I>(d.one_minus, d.one_plus);
  return std::copysign(q.hi + q.lo, x);
}

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
