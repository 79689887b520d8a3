// Softmax, its logarithm and log-sum-exp of one row, with their Jacobian-vector products.
//
// With m the largest number, t_i = exp(x_i - m) is in [0, 1] and S = sum(t) >= 1:
//   softmax = t/S,  log_softmax = (x - m) - log(S),  log_sum_exp = m + log(S)
// The differences x_i - m and the sum S are kept in two parts. So a shift that is exact changes no bit of softmax, a
// distance of hundreds costs no digit, and where m stands alone the tiny log(S) = log(1 + rest) is whole.
//
// All is computed in double, on copies padded to whole groups of lanes, as many for every instruction set; strides change
// no bit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "kernels/exp.hpp"
#include "kernels/log.hpp"

namespace ogive {

inline constexpr std::ptrdiff_t row_lanes = 8;
// t is kept 2^128 times too large, so that results below the least normal number are rounded once.
inline constexpr int row_lift = 128;
inline constexpr double row_unit = 0x1p128, row_down = 0x1p-128;
// Further below the largest number than this, not even 2^70 numbers together are seen.
inline constexpr double row_depth = 790.0;

constexpr std::ptrdiff_t padded(std::ptrdiff_t n) { return (n + row_lanes - 1) / row_lanes * row_lanes; }

// x - top; where that is infinite, nothing is left over.
OGIVE_INLINE Two<double> distance(double x, double top) {
  const auto d = add(x, -top);
  return {d.hi, d.hi < -std::numeric_limits<double>::max() ? 0.0 : d.lo};
}

// t 2^row_lift: the part that the difference lost turns exp(d) = 1 + e into 1 + e + lo (1 + e).
template <class I>
OGIVE_INLINE double lifted_share(double x, double top) {
  const auto d = distance(x, top);
  const auto u = exponential<I, row_lift>(d.hi);
  const double t = I::fma(u.scale, I::fma(d.lo, u.e, d.lo) + u.e, u.scale);
  return d.hi < -row_depth ? 0.0 : t;
}

// The largest of n = padded(n) numbers; NaN is not seen, and -inf is the largest of none.
OGIVE_INLINE double largest(const double* x, std::ptrdiff_t n) {
  double top[row_lanes];
  std::fill(top, top + row_lanes, -infinity<double>);
  for (std::ptrdiff_t i = 0; i < n; i += row_lanes)
    for (std::ptrdiff_t j = 0; j < row_lanes; ++j) top[j] = x[i + j] > top[j] ? x[i + j] : top[j];
  return *std::max_element(top, top + row_lanes);
}

// The sum in two parts, as if computed in twice the digits. Vectors by name: a compiler keeps lanes of a plain array in
// memory, which takes longer than the sum.
OGIVE_INLINE Two<double> two_part_sum(const double* x, std::ptrdiff_t n) {
  using Lanes [[gnu::vector_size(32)]] = double;
  constexpr std::ptrdiff_t width = 4, groups = row_lanes / width;
  Lanes hi[groups] = {}, lo[groups] = {};
  for (std::ptrdiff_t i = 0; i < n; i += row_lanes)
    for (std::ptrdiff_t g = 0; g < groups; ++g) {
      Lanes v;
      std::memcpy(&v, x + i + g * width, sizeof v);
      const Lanes s = hi[g] + v, part = s - hi[g];
      lo[g] += (hi[g] - (s - part)) + (v - part);
      hi[g] = s;
    }
  Two<double> sum = {0.0, 0.0};
  for (std::ptrdiff_t j = 0; j < row_lanes; ++j) {
    const auto s = add(sum.hi, hi[j / width][j % width]);
    sum = {s.hi, sum.lo + (s.lo + lo[j / width][j % width])};
  }
  return add(sum.hi, sum.lo);
}

// What a row comes down to: top is finite; sum is S 2^row_lift.
struct Row {
  double top;
  Two<double> sum;
  bool infinite;

  // The sum to divide by: which of several +inf is the largest cannot be known.
  OGIVE_INLINE Two<double> divisor() const {
    return infinite && sum.hi > row_unit ? Two<double>{not_a_number<double>, not_a_number<double>} : sum;
  }
  // log(S); -inf where no number is above -inf.
  template <class I>
  OGIVE_INLINE double log_sum(Two<double> s) const {
    const double log = log_of<I>(Two<double>{s.hi * row_down, s.lo * row_down});
    return s.hi == 0.0 ? -infinity<double> : log;
  }
};

// Fill t with the lifted shares of x. Beside +inf all else is -inf: x is replaced by that limit.
template <class I>
OGIVE_INLINE Row measure(double* x, double* t, std::ptrdiff_t n) {
  double top = largest(x, n);
  const bool infinite = top == infinity<double>;
  if (infinite)
    for (std::ptrdiff_t i = 0; i < n; ++i)
      x[i] = x[i] == infinity<double> ? 0.0 : x[i] < infinity<double> ? -infinity<double> : x[i];
  if (infinite || top == -infinity<double>) top = 0.0;
  for (std::ptrdiff_t i = 0; i < n; ++i) t[i] = lifted_share<I>(x[i], top);
  return {top, two_part_sum(t, n), infinite};
}

// 1/S, for S 2^row_lift
template <class I>
OGIVE_INLINE Two<double> inverse_of(Two<double> sum) {
  return divide<I>(Two<double>{1.0, 0.0}, Two<double>{sum.hi * row_down, sum.lo * row_down});
}

// t := softmax 2^row_lift
template <class I>
OGIVE_INLINE void normalise(double* t, std::ptrdiff_t n, Two<double> sum) {
  const auto inverse = inverse_of<I>(sum);
  for (std::ptrdiff_t i = 0; i < n; ++i) t[i] = I::fma(t[i], inverse.hi, t[i] * inverse.lo);
}

// s a, for s 2^row_lift: no factor overflows, and a result below the least normal number is rounded once.
template <class I>
OGIVE_INLINE double weigh(double lifted, Two<double> a) {
  const bool small = lifted < 1.0;
  const double s = small ? lifted : lifted * row_down, rough = s * a.hi;
  return corrected(rough, I::fma(s, a.hi, s * a.lo)) * (small ? row_down : 1.0);
}

// A function of a row, as an operation on padded copies: `work` has room for `rooms` rows, the inputs first, padded with
// -inf in x and with 0 in v. Returns where in `work` the result lies.
struct LogSumExpRow {
  static constexpr const char* name = "log_sum_exp";
  static constexpr int inputs = 1, rooms = 2;
  static constexpr bool reduces = true, labelled = false;
  template <class I>
  OGIVE_INLINE static double* call(double* work, std::ptrdiff_t room) {
    const Row row = measure<I>(work, work + room, room);
    const double log = row.log_sum<I>(row.sum);
    *work = row.infinite ? infinity<double> + log : row.top + log;
    return work;
  }
};

struct SoftmaxRow {
  static constexpr const char* name = "softmax";
  static constexpr int inputs = 1, rooms = 2;
  static constexpr bool reduces = false, labelled = false;
  template <class I>
  OGIVE_INLINE static double* call(double* work, std::ptrdiff_t room) {
    double* t = work + room;
    const Row row = measure<I>(work, t, room);
    normalise<I>(t, room, row.divisor());
    for (std::ptrdiff_t i = 0; i < room; ++i) t[i] *= row_down;
    return t;
  }
};

struct LogSoftmaxRow {
  static constexpr const char* name = "log_softmax";
  static constexpr int inputs = 1, rooms = 2;
  static constexpr bool reduces = false, labelled = false;
  template <class I>
  OGIVE_INLINE static double* call(double* work, std::ptrdiff_t room) {
    const Row row = measure<I>(work, work + room, room);
    const double log = row.log_sum<I>(row.divisor());
    for (std::ptrdiff_t i = 0; i < room; ++i) {
      const auto d = distance(work[i], row.top);
      work[i] = d.hi + (d.lo - log);
    }
    return work;
  }
};

// The derivative in direction v: softmax' v = s (v - mean), log_softmax' v = v - mean, where mean = sum(s v).
template <bool Log>
struct JvpRow {
  static constexpr const char* name = Log ? "log_softmax_jvp" : "softmax_jvp";
  static constexpr int inputs = 2, rooms = 4;
  static constexpr bool reduces = false, labelled = false;
  template <class I>
  OGIVE_INLINE static double* call(double* work, std::ptrdiff_t room) {
    double *v = work + room, *t = v + room, *part = t + room;
    const Row row = measure<I>(work, t, room);
    const auto sum = row.divisor(), inverse = inverse_of<I>(sum);
    const auto mean = [&]() __attribute__((always_inline)) {
      for (std::ptrdiff_t i = 0; i < room; ++i) part[i] = weigh<I>(t[i], Two<double>{v[i], 0.0});
      const auto total = two_part_sum(part, room);
      const double near = total.hi * inverse.hi;
      return corrected(near, whole(times<I>(total, inverse)));
    };
    // Counted from v at the largest number where most of the weight is, as v - mean would cancel there; else from about
    // the mean, so that no difference is much larger than what it stands for.
    const std::ptrdiff_t at = std::find(work, work + room, row.top) - work;
    const double origin = at < room && t[at] > 0.5 * sum.hi ? v[at] : mean();
    for (std::ptrdiff_t i = 0; i < room; ++i) v[i] -= origin;
    const double rest = mean();
    for (std::ptrdiff_t i = 0; i < room; ++i) {
      const double slope = v[i] - rest;
      v[i] = Log ? slope : weigh<I>(t[i], times<I>(inverse, Two<double>{slope, 0.0}));
    }
    return v;
  }
};

}  // namespace ogive
