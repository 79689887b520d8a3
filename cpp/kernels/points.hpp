// The points of a curve, and what runs over them: values and slopes, losses, inner products, the factor of a Jacobian.
//
// The latter are compiled once for every instruction set; whoever calls them need not be.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/noise.hpp"
#include "kernels/shapes.hpp"

namespace ogive {

template <class I>
OGIVE_INLINE double dot(I, const double* a, const double* b, int n) {
  constexpr int W = I::lanes;
  double lanes[W] = {};
  int i = 0;
  for (; i + W <= n; i += W)
    for (int l = 0; l < W; ++l) lanes[l] = I::fma(a[i + l], b[i + l], lanes[l]);
  double rest = 0.0;
  for (; i < n; ++i) rest += a[i] * b[i];
  for (int half = W / 2; half > 0; half /= 2)
    for (int l = 0; l < half; ++l) lanes[l] += lanes[l + half];
  return lanes[0] + rest;
}

[[gnu::noinline]] inline double dot_product(const double* a, const double* b, int n) {
  double sum;
  with_isa([&](auto isa) __attribute__((always_inline)) { sum = dot(isa, a, b, n); });
  return sum;
}

// Columns [from, to) made orthogonal to each other, and those after them and b to all of these: modified Gram and Schmidt. R gets
// the upper triangle of the factor, c what b has of each column. A column of zeros stays one, with zeros in R and c.
template <int P>
[[gnu::noinline]] void orthogonalise(double* const (&columns)[P], int rows, int from, int to, double* b, double (&R)[P][P],
                                     double (&c)[P]) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    using I = decltype(isa);
    for (int k = from; k < to; ++k) {
      double* q = columns[k];
      const double norm = std::sqrt(dot(isa, q, q, rows)), inverse = norm > 0.0 ? 1.0 / norm : 0.0;
      R[k][k] = norm;
      for (int i = 0; i < rows; ++i) q[i] *= inverse;
      for (int j = k + 1; j < P; ++j) {
        double* a = columns[j];
        const double x = R[k][j] = dot(isa, q, a, rows);
        for (int i = 0; i < rows; ++i) a[i] = I::fma(-x, q[i], a[i]);
      }
      const double x = c[k] = dot(isa, q, b, rows);
      for (int i = 0; i < rows; ++i) b[i] = I::fma(-x, q[i], b[i]);
    }
  });
}

// Where a curve is read: at t or, where there is `before`, as its increments from there to t.
struct Where {
  const double *t, *before;
  int rows;
};

// Columns of J less those of another.
inline void subtract(double* J, int stride, const double* other, int columns, int rows) {
  for (int k = 0; k < columns; ++k)
    for (int i = 0; i < rows; ++i) J[k * stride + i] -= other[k * rows + i];
}

template <class Shape>
[[gnu::noinline]] void values_at(const double* t, int n, const double* z, double* f, double* J, int stride) {
  with_isa([&](auto isa) __attribute__((always_inline)) { Shape::model(isa, t, n, z, f, J, stride); });
}

template <class Shape>
[[gnu::noinline]] void columns_at(const double* t, int n, const double* z, double* J, int stride) {
  with_isa([&](auto isa) __attribute__((always_inline)) { Shape::columns(isa, t, n, z, J, stride); });
}

// Values and Jacobian of a shape. Increments need `room` for P + 1 columns.
template <class Shape>
void values(const Where& at, const double* z, double* f, double* J, int stride, std::vector<double>& room) {
  constexpr int P = Shape::parameters;
  const int n = at.rows;
  values_at<Shape>(at.t, n, z, f, J, stride);
  if (!at.before) return;
  room.resize(static_cast<std::size_t>(P + 1) * n);
  values_at<Shape>(at.before, n, z, room.data(), room.data() + n, n);
  subtract(f, n, room.data(), 1, n), subtract(J, stride, room.data() + n, P, n);
}

// Inner products, weighted, of K columns and y: a square matrix of K + 1, upper triangle, y last. The columns become weighted.
template <int K>
[[gnu::noinline]] void products(const double* wy, const double* w, int n, double* J, int stride, double (&G)[K + 1][K + 1]) {
  with_isa([&](auto isa) __attribute__((always_inline)) {
    for (int k = 0; k < K; ++k)
      for (int i = 0; i < n; ++i) J[k * stride + i] *= w[i];
    for (int k = 0; k < K; ++k) {
      for (int j = k; j < K; ++j) G[k][j] = dot(isa, J + k * stride, J + j * stride, n);
      G[k][K] = dot(isa, J + k * stride, wy, n);
    }
  });
}

// Those of the columns of the coefficients of a shape.
template <class Shape>
void inner_products(const Where& at, const double* wy, const double* w, const double* z, double* J, int stride,
                    std::vector<double>& room, double (&G)[Shape::coefficients + 1][Shape::coefficients + 1]) {
  constexpr int K = Shape::coefficients;
  const int n = at.rows;
  columns_at<Shape>(at.t, n, z, J, stride);
  if (at.before) {
    room.resize(static_cast<std::size_t>(K) * n);
    columns_at<Shape>(at.before, n, z, room.data(), n);
    subtract(J, stride, room.data(), K, n);
  }
  products<K>(wy, w, n, J, stride, G);
}

// The points of a curve in order of their places, padded with weights of 0 to a whole number of vectors.
struct Points : Where {
  const double *y, *root_weight;
  int count;     // of the points, of which there may be more than rows
  double apart;  // loss that no curve changes
};

inline int padded(int rows) { return (rows + 7) / 8 * 8; }

// Points as they are computed with, in `room` of four times their padded number; those without weight are left out. Where
// squares are summed, points at one place may be merged: they are worth their mean with the weight of all, and what they lie
// apart from that is the same for every curve.
inline Points gathered(const double* t, const double* before, const double* y, const double* root_weight, int n, bool merged,
                       double* room, std::vector<int>& order) {
  double *T = room, *B = T + padded(n), *Y = B + padded(n), *W = Y + padded(n), apart = 0.0;
  order.clear();
  for (int i = 0; i < n; ++i)
    if (root_weight[i] != 0.0) order.push_back(i);
  const auto earlier = [t](int a, int b) { return t[a] < t[b] || (t[b] != t[b] && t[a] == t[a]); };  // NaN comes last
  if (!std::is_sorted(order.begin(), order.end(), earlier)) std::stable_sort(order.begin(), order.end(), earlier);
  int rows = 0;
  for (const int i : order) {
    const double weight = root_weight[i] * root_weight[i];
    if (merged && !before && rows && T[rows - 1] == t[i]) {
      const double share = weight / (W[rows - 1] + weight), d = y[i] - Y[rows - 1];
      apart += 0.5 * W[rows - 1] * share * d * d;
      Y[rows - 1] += share * d, W[rows - 1] += weight;
    } else {
      T[rows] = t[i], B[rows] = before ? before[i] : t[i], Y[rows] = y[i], W[rows++] = weight;
    }
  }
  for (int i = 0; i < rows; ++i) W[i] = std::sqrt(W[i]);
  const int all = padded(rows);
  for (int i = rows; i < all; ++i) T[i] = T[0], B[i] = B[0], Y[i] = Y[0], W[i] = 0.0;
  return {{T, before ? B : nullptr, all}, Y, W, static_cast<int>(order.size()), apart};
}

// The different places of the points; infinite ones are none.
inline void distinct_places(const Points& points, std::vector<double>& places) {
  places.clear();
  for (int i = 0; i < points.rows; ++i)
    if (points.root_weight[i] > 0.0 && std::fabs(points.t[i]) < 1e300) places.push_back(points.t[i]);
  places.erase(std::unique(places.begin(), places.end()), places.end());
}

// A centre of the grid: from -1/2 to 1/2 it goes from the first place to the last, each step to the next one as long as any
// other, and on beyond them by their span. A curve that is steep where points are near each other is found so.
inline double along(double x, const std::vector<double>& places) {
  if (places.size() < 2) return x;
  const double span = places.back() - places.front();
  if (x <= -0.5) return places.front() + (x + 0.5) * span;
  if (x >= 0.5) return places.back() + (x - 0.5) * span;
  const double at = (x + 0.5) * static_cast<double>(places.size() - 1);
  const std::size_t i = std::min(static_cast<std::size_t>(at), places.size() - 2);
  return places[i] + (at - static_cast<double>(i)) * (places[i + 1] - places[i]);
}

inline double clamped(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

template <Noise N, class I>
OGIVE_INLINE double scattered(I isa, const Points& points, double size, double* f, double* r) {
  const int n = points.rows;
  const double *w = points.root_weight, *y = points.y;
  if constexpr (N == Noise::gaussian) {
    for (int i = 0; i < n; ++i) r[i] = w[i] * (f[i] - y[i]);
    std::copy_n(w, n, f);
    return points.apart + 0.5 * dot(isa, r, r, n);
  } else {
    for (int i = 0; i < n; ++i) r[i] = Scattered<N>::template at<I>(y[i], f[i], size).loss * w[i];
    const double sum = dot(isa, r, w, n);
    for (int i = 0; i < n; ++i) {
      const double root = w[i] * Scattered<N>::template at<I>(y[i], f[i], size).root;
      r[i] = root * (f[i] - y[i]), f[i] = root;
    }
    return sum;
  }
}

// Loss of a curve with the values f; r is what a Gauss-Newton step sees, and f becomes what a row of the Jacobian is multiplied by.
[[gnu::noinline]] inline double scatter(Noise noise, double size, const Points& points, double* f, double* r) {
  double loss;
  with_isa([&](auto isa) __attribute__((always_inline)) {
    switch (noise) {
      case Noise::gaussian: loss = scattered<Noise::gaussian>(isa, points, size, f, r); break;
      case Noise::poisson: loss = scattered<Noise::poisson>(isa, points, size, f, r); break;
      case Noise::binomial: loss = scattered<Noise::binomial>(isa, points, size, f, r); break;
      case Noise::gamma: loss = scattered<Noise::gamma>(isa, points, size, f, r); break;
      default: loss = scattered<Noise::negative_binomial>(isa, points, size, f, r);
    }
  });
  return loss;
}

}  // namespace ogive
