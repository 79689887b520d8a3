// What the kernels know of a floating-point type, and exact steps of arithmetic.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/isa.hpp"

namespace ogive {

template <class T>
struct Real;

template <>
struct Real<double> {
  using Bits = std::uint64_t;
  static constexpr int fraction = 52;          // bits stored after the point
  static constexpr double shifter = 0x1.8p52;  // adding it leaves the nearest integer in the low bits
  static constexpr double one_bias = 1023;
};

template <>
struct Real<float> {
  using Bits = std::uint32_t;
  static constexpr int fraction = 23;
  static constexpr float shifter = 0x1.8p23f;
  static constexpr float one_bias = 127;
};

template <class T>
inline constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T>
inline constexpr T not_a_number = std::numeric_limits<T>::quiet_NaN();

// a*b - p without rounding, for p = a*b rounded: fused where the machine can, else from halves of the digits (Dekker 1971).
template <class I, class T>
OGIVE_INLINE T product_error(T a, T b, T p) {
  if constexpr (I::fused) {
    return I::fma(a, b, -p);
  } else {
    using B = typename Real<T>::Bits;
    constexpr B upper = ~((B(1) << ((Real<T>::fraction + 2) / 2)) - 1);
    const T ah = std::bit_cast<T>(std::bit_cast<B>(a) & upper), al = a - ah;
    const T bh = std::bit_cast<T>(std::bit_cast<B>(b) & upper), bl = b - bh;
    return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
  }
}

// Polynomial with coefficients C::poly, the constant first, by Horner's rule; unrolled, so that loops around it vectorise.
template <class I, class C, int From = 0, class T>
OGIVE_INLINE T polynomial(T x) {
  if constexpr (From == C::degree) return C::poly[From];
  else return I::fma(polynomial<I, C, From + 1>(x), x, C::poly[From]);
}

// The same by Estrin's scheme: halves that do not wait for each other. For small x, where the low powers' rounding is all.
// `Width` is the power of two at or above the number of coefficients from `From` on; x has its powers x, x^2, x^4, ...
template <class I, class C, int From, int Width, class T>
OGIVE_INLINE T estrin(const T* power) {
  if constexpr (Width == 1) return C::poly[From];
  else if constexpr (From + Width / 2 > C::degree) return estrin<I, C, From, Width / 2>(power - 1);
  else return I::fma(estrin<I, C, From + Width / 2, Width / 2>(power - 1), *power, estrin<I, C, From, Width / 2>(power - 1));
}

template <class I, class C, class T>
OGIVE_INLINE T quick_polynomial(T x) {
  const T x2 = x * x, x4 = x2 * x2, x8 = x4 * x4, x16 = x8 * x8;
  const T powers[] = {x, x, x2, x4, x8, x16};
  constexpr int width = std::bit_ceil(unsigned(C::degree + 1));
  return estrin<I, C, 0, width>(powers + std::bit_width(unsigned(width)) - 1);
}

// A number and the part that rounding cut off.
template <class T>
struct Two {
  T hi, lo;
};

// a + b with what rounding cuts off, for |a| >= |b| or a = 0.
template <class T>
OGIVE_INLINE Two<T> add_smaller(T a, T b) {
  const T s = a + b;
  return {s, b - (s - a)};
}

// The same for any two numbers.
template <class T>
OGIVE_INLINE Two<T> add(T a, T b) {
  const T s = a + b, t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}

// a*b with what rounding cuts off.
template <class I, class T>
OGIVE_INLINE Two<T> product(T a, T b) {
  const T p = a * b;
  return {p, product_error<I>(a, b, p)};
}

// Sum and product of numbers in two parts.
template <class T>
OGIVE_INLINE Two<T> plus(Two<T> a, Two<T> b) {
  const auto s = add(a.hi, b.hi);
  return add_smaller(s.hi, s.lo + (a.lo + b.lo));
}

template <class I, class T>
OGIVE_INLINE Two<T> times(Two<T> a, Two<T> b) {
  const auto p = product<I>(a.hi, b.hi);
  return {p.hi, p.lo + I::fma(a.hi, b.lo, a.lo * b.hi)};
}

template <class T>
OGIVE_INLINE T whole(Two<T> a) { return a.hi + a.lo; }

// `better`, unless what it corrects has overflowed.
template <class T>
OGIVE_INLINE T corrected(T rough, T better) { return std::fabs(rough) < infinity<T> ? better : rough; }

// (a.hi + a.lo) / (b.hi + b.lo), rounded about once: the first quotient, then what it left over.
template <class I, class T>
OGIVE_INLINE Two<T> divide(Two<T> a, Two<T> b) {
  const T inverse = T(1) / b.hi;
  const T q = a.hi * inverse;
  const T p = q * b.hi;
  const T rest = ((a.hi - p) - product_error<I>(q, b.hi, p)) + (a.lo - q * b.lo);
  return {q, rest * inverse};
}

}  // namespace ogive
