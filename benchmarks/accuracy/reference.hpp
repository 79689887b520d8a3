// The real numbers of the reference, and how far a result is from one.
//
// A twin is a template over R: double (enough for float, and quick) or __float128 (for double and half).
#pragma once

#include <quadmath.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace twins {

using quad = __float128;

#define BOTH(name)                                      \
  inline double name(double v) { return std::name(v); } \
  inline quad name(quad v) { return name##q(v); }
BOTH(exp) BOTH(expm1) BOTH(log) BOTH(log1p) BOTH(erf) BOTH(erfc) BOTH(atan) BOTH(tan) BOTH(sin) BOTH(sqrt) BOTH(fabs)
#undef BOTH

template <class R>
inline constexpr R infinity = R(std::numeric_limits<double>::infinity());
template <class R>
inline constexpr R not_a_number = R(std::numeric_limits<double>::quiet_NaN());
template <class R>
inline constexpr R pi = R(3.141592653589793238462643383279502884Q);

template <class R>
R sign_of(R x) { return x > 0 ? R(1) : x < 0 ? R(-1) : x; }

// A product in which 0 wins over infinity: the limit wherever the factor that vanishes does so exponentially.
template <class R>
R times(R a, R b) { return a == 0 || b == 0 ? R(0) : a * b; }

template <class R>
R largest(R a, R b) { return std::max(fabs(a), fabs(b)); }

// floor(log2 |v|), read from the bits; values too small to matter come out as the least exponent.
inline int exponent(double v) { return int(std::bit_cast<std::uint64_t>(v) >> 52 & 0x7ff) - 1023; }
inline int exponent(quad v) {
  std::uint64_t half[2];
  std::memcpy(half, &v, sizeof v);
  return int(half[1] >> 48 & 0x7fff) - 16383;
}

inline double power_of_two(double, int k) { return std::bit_cast<double>(std::uint64_t(k + 1023) << 52); }
inline quad power_of_two(quad, int k) {
  const std::uint64_t half[2] = {0, std::uint64_t(k + 16383) << 48};
  quad v;
  std::memcpy(&v, half, sizeof v);
  return v;
}

// A floating-point type: bits of the significand, exponents of the least normal and of the largest number.
struct Format {
  int digits, least, most;
};

// Ulps between `y` and the exact value. The ulp is the spacing of the type at the exact value, or at a larger term where
// one is given. The limits (at infinite x) must be rounded correctly. Where the exact value is NaN, `y` must be too; a
// `lenient` operation may do as it likes outside its domain. Infinity stands for the power of two above the largest number.
template <class R>
double error_in_ulps(const Format& type, double x, R exact, R term, double y, bool lenient) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (exact != exact) return y != y || (lenient && x == x) ? 0 : wrong;
  if (y != y) return wrong;
  const R top = power_of_two(R(), type.most + 1);
  if (fabs(exact) == infinity<R>) return R(y) == exact ? 0 : wrong;
  const R target = std::clamp(exact, R(-top), top), found = std::clamp(R(y), R(-top), top);
  const int k = std::clamp(exponent(std::max(fabs(target), fabs(term))), type.least, type.most) - (type.digits - 1);
  const double error = double(fabs(found - target) * power_of_two(R(), -k));
  return std::fabs(x) <= std::numeric_limits<double>::max() || x != x || error <= 0.5 ? error : wrong;
}

}  // namespace twins
