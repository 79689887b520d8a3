// The steps of eight descents side by side, a curve a lane: least_squares.hpp in vectors, for sigmoidal shapes and Gaussian noise.
//
// Every number is eight, one a curve, and every loop over lanes is one vector. Lanes never look at each other, and rows beyond a
// curve's last have no weight and add exactly nothing. What does not depend on the shape is compiled once a number of parameters.
#pragma once

#include <cmath>
#include <limits>

#include "kernels/isa.hpp"
#include "kernels/logistic.hpp"

// The trip count is known, and the compiler would rather unroll than vectorise.
#define OGIVE_LANES(l) _Pragma("omp simd") for (int l = 0; l < lanes; ++l)

namespace ogive {

inline constexpr int lanes = 8;
using Lane = double[lanes];

// Where a descent stands; in lanes every flag is a number.
inline constexpr double going_on = 0.0, at_optimum = 1.0, gave_up = 2.0, vain = 3.0;

inline constexpr int most_rows = 256;

// The points of eight curves, and what their parameters may be; z has those that are held.
template <int P>
struct alignas(64) Beside {
  int rows, each[lanes];
  bool held[P];
  alignas(64) double t[most_rows][lanes], y[most_rows][lanes], root[most_rows][lanes];
  double low[P][lanes], high[P][lanes], z[P][lanes];
  Lane count, apart;  // as in Points
};

// Where the descents of eight curves are. Of a matrix, the last column is the right-hand side.
template <int P>
struct Block : Beside<P> {
  double J[most_rows][P + 1][lanes];
  double scale[P][lanes], R[P][P + 1][lanes];
  Lane loss, damping, grow, flat, steps, course;
  double next[P][lanes];  // what is tried
  Lane tried, expected, moves, take;
  Lane fresh;  // 1 where `next` is a start: to be taken as it is
  double best[P][lanes];
  Lane best_loss;
};

// a / b, and 0 where b is nothing: a branch would be eight.
OGIVE_INLINE double quotient(double a, double b) { return a * b / (b * b + 1e-300); }

OGIVE_INLINE double between(double x, double low, double high) {
  const double up = x < low ? low : x;
  return up > high ? high : up;
}

// As in points.hpp: columns from k on made orthogonal to each other, and the last one to all. Column k has `rows(k)` rows that are
// not 0. What is left of a column is not brought to length 1, which saves a pass.
template <class I, int P, int k = 0, class Rows>
OGIVE_INLINE void orthogonalise(double (*__restrict__ A)[P + 1][lanes], Rows rows, double (&__restrict__ R)[P][P + 1][lanes]) {
  const int n = rows(k);
  alignas(64) double x[P + 1][lanes] = {};
  for (int i = 0; i < n; ++i)
    for (int j = k; j <= P; ++j) OGIVE_LANES(l) x[j][l] = I::fma(A[i][k][l], A[i][j][l], x[j][l]);
  alignas(64) Lane inverse;
  OGIVE_LANES(l) {
    const double norm = std::sqrt(x[k][l]);
    R[k][k][l] = norm, inverse[l] = quotient(1.0, norm);
  }
  for (int j = k + 1; j <= P; ++j) OGIVE_LANES(l) R[k][j][l] = x[j][l] * inverse[l], x[j][l] = R[k][j][l] * inverse[l];
  if constexpr (k + 1 < P) {
    for (int i = 0; i < n; ++i)
      for (int j = k + 1; j <= P; ++j) OGIVE_LANES(l) A[i][j][l] = I::fma(-x[j][l], A[i][k][l], A[i][j][l]);
    orthogonalise<I, P, k + 1>(A, rows, R);
  }
}

// The damped step from z to `next`: what it promises, and how many parameters it moves. Rows of R and of the damping take turns, so
// that a column ends where both have come to it.
template <int P>
[[gnu::noinline]] void step(Block<P>& b) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    alignas(64) double A[2 * P][P + 1][lanes] = {}, S[P][P + 1][lanes], d[P][lanes];
    for (int k = 0; k < P; ++k) {
      for (int i = 0; i <= k; ++i) OGIVE_LANES(l) A[2 * i][k][l] = b.R[i][k][l];
      OGIVE_LANES(l) {
        const double scale = b.scale[k][l];
        A[2 * k + 1][k][l] = std::sqrt(b.damping[l]) * (scale > 0.0 ? scale : 1.0);
        A[2 * k][P][l] = -b.R[k][P][l];
      }
    }
    orthogonalise<I, P>(A, [](int k) { return 2 * k + 2; }, S);
    OGIVE_LANES(l) b.expected[l] = b.moves[l] = 0.0;
    for (int k = P; k-- > 0;) {
      for (int j = k + 1; j < P; ++j) OGIVE_LANES(l) S[k][P][l] -= S[k][j][l] * d[j][l];
      OGIVE_LANES(l) d[k][l] = quotient(S[k][P][l], S[k][k][l]);
    }
    for (int k = 0; k < P; ++k) {
      const double still = b.held[k] ? 0.0 : 1.0;
      OGIVE_LANES(l) {
        const double z = b.z[k][l], start = b.next[k][l], fresh = b.fresh[l];
        const double x = between(z + still * d[k][l], b.low[k][l], b.high[k][l]);
        b.next[k][l] = fresh > 0.0 ? start : x;
        d[k][l] = x - z;
        b.moves[l] += std::fabs(x - z) > 4e-16 * std::fabs(z) ? 1.0 : 0.0;
      }
    }
    for (int i = 0; i < P; ++i) {
      alignas(64) Lane x;
      OGIVE_LANES(l) x[l] = b.R[i][P][l];
      for (int j = i; j < P; ++j) OGIVE_LANES(l) x[l] = I::fma(b.R[i][j][l], d[j][l], x[l]);
      OGIVE_LANES(l) b.expected[l] += 0.5 * (b.R[i][P][l] - x[l]) * (b.R[i][P][l] + x[l]);
    }
  });
}

// What is tried becomes where the descent is, or damping grows.
template <int P>
[[gnu::noinline]] void judge(Block<P>& b) {
  with_isa([&](auto) __attribute__((always_inline)) {
    OGIVE_LANES(l) {
      const bool fresh = b.fresh[l] > 0.0, moves = b.moves[l] > 0.0;
      const double gain = b.loss[l] - b.tried[l], ratio = gain / b.expected[l], little = 1e-14 * b.loss[l];
      const bool flat = (std::fabs(b.expected[l]) <= little) & (std::fabs(gain) <= little);
      const bool good = ((b.expected[l] > 0.0) & (ratio > 1e-4)) | flat, take = fresh | (moves & good);
      const double q = 2.0 * ratio - 1.0, shrink = flat ? 0.1 : 1.0 - q * q * q, part = shrink > 0.03 ? shrink : 0.03;
      const double smaller = b.damping[l] * part, larger = b.damping[l] * b.grow[l];
      const double damping = take ? (smaller > 1e-16 ? smaller : 1e-16) : larger;
      b.damping[l] = fresh ? 1e-4 : damping;
      b.grow[l] = take ? 2.0 : 2.0 * b.grow[l];
      b.loss[l] = take ? b.tried[l] : b.loss[l];
      const double flats = b.flat[l] + (take & flat ? 1.0 : 0.0), steps = b.steps[l] + (moves ? 1.0 : 0.0);
      b.flat[l] = fresh ? 0.0 : flats;
      b.steps[l] = fresh ? 0.0 : steps;
      b.take[l] = take ? 1.0 : 0.0;
      const double end = !moves | (flats > 3.0) ? at_optimum : damping > 1e30 ? gave_up : going_on;
      const double begin = b.tried[l] < std::numeric_limits<double>::infinity() ? going_on : vain;
      b.course[l] = fresh ? begin : end;
      b.fresh[l] = 0.0;
    }
  });
}

// Factor the Jacobian where the descent is now, if it moved: parameters that are held, or at a bound beyond which the loss would
// fall, have none. Then see whether it is at its end, or vain (least_squares.hpp says when).
template <int P>
[[gnu::noinline]] void factor(Block<P>& b, double most_steps) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    alignas(64) double slope[P][lanes] = {}, norm[P][lanes] = {}, R[P][P + 1][lanes];
    for (int i = 0; i < b.rows; ++i)
      for (int j = 0; j < P; ++j)
        OGIVE_LANES(l) {
          slope[j][l] = I::fma(b.J[i][j][l], b.J[i][P][l], slope[j][l]);
          norm[j][l] = I::fma(b.J[i][j][l], b.J[i][j][l], norm[j][l]);
        }
    alignas(64) double keep[P][lanes];
    alignas(64) Lane kept = {};
    for (int j = 0; j < P; ++j) {
      const double held = b.held[j] ? 0.0 : 1.0;
      OGIVE_LANES(l) {
        const double next = b.next[j][l], down = slope[j][l];
        const double low = next <= b.low[j][l] ? down : -1.0, high = next >= b.high[j][l] ? -down : -1.0;
        keep[j][l] = (low > high ? low : high) < 0.0 ? held : 0.0;  // the way down leads out
      }
      OGIVE_LANES(l) {
        const double next = b.next[j][l], old = b.scale[j][l], z = b.z[j][l], take = b.take[l];
        const double size = std::sqrt(norm[j][l]) * keep[j][l];
        const double larger = size > old ? size : old, scale = b.steps[l] > 0.0 ? larger : size;
        b.scale[j][l] = take > 0.0 ? scale : old;
        b.z[j][l] = take > 0.0 ? next : z;
        kept[l] += keep[j][l];
      }
    }
    double all = 0.0;
    for (int l = 0; l < lanes; ++l) all += kept[l];
    if (all < P * lanes)
      for (int i = 0; i < b.rows; ++i)
        for (int j = 0; j < P; ++j) OGIVE_LANES(l) b.J[i][j][l] *= keep[j][l];
    orthogonalise<I, P>(b.J, [n = b.rows](int) { return n; }, R);
    alignas(64) Lane promise = {}, far = {};
    for (int k = 0; k < P; ++k) {
      for (int j = k; j <= P; ++j) OGIVE_LANES(l) {
        const double old = b.R[k][j][l];
        b.R[k][j][l] = b.take[l] > 0.0 ? R[k][j][l] : old;
      }
      OGIVE_LANES(l) {
        const double d = b.scale[k][l] * (b.z[k][l] - b.best[k][l]);
        promise[l] += 0.5 * b.R[k][P][l] * b.R[k][P][l], far[l] += d * d;
      }
    }
    OGIVE_LANES(l) {
      const double best = b.best_loss[l];
      const bool behind = (b.steps[l] >= 2.0) & (b.loss[l] - 4.0 * promise[l] > best);
      const bool there = (best < std::numeric_limits<double>::infinity()) & (far[l] * b.count[l] <= 0.02 * best);
      const double later = b.steps[l] >= most_steps ? gave_up : going_on, open = behind | there ? vain : later;
      const double course = promise[l] <= 1e-18 * b.loss[l] ? at_optimum : open;
      b.course[l] = b.course[l] > 0.0 ? b.course[l] : course;
    }
  });
}

// Loss, residuals and Jacobian at `next`.
template <class Shape>
[[gnu::noinline]] void evaluate(Block<Shape::parameters>& b) {
  constexpr int P = Shape::parameters;
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    alignas(64) Lane rate, sum = {};
    OGIVE_LANES(l) {
      const auto e = exponential<I>(b.next[3][l]);
      rate[l] = I::fma(e.scale, e.e, e.scale);
    }
    for (int i = 0; i < b.rows; ++i) OGIVE_LANES(l) {
      const double u = Shape::bounded((b.t[i][l] - b.next[2][l]) * rate[l]), w = b.root[i][l];
      const auto rise = Shape::template rise<I>(u, b.next[P - 1][l]);
      const double span = b.next[1][l] - b.next[0][l], slope = w * span * rise.slope;
      const double residual = w * (I::fma(span, rise.s, b.next[0][l]) - b.y[i][l]);
      b.J[i][0][l] = w * (1.0 - rise.s), b.J[i][1][l] = w * rise.s;
      b.J[i][2][l] = -slope * rate[l], b.J[i][3][l] = slope * u;
      if constexpr (P == 5) b.J[i][4][l] = w * span * rise.by_asymmetry;
      b.J[i][P][l] = residual, sum[l] = I::fma(residual, residual, sum[l]);
    }
    OGIVE_LANES(l) b.tried[l] = I::fma(0.5, sum[l], b.apart[l]);
  });
}

}  // namespace ogive
