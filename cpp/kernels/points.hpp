// What runs over the points of a curve: values and slopes, losses, inner products, the factor of a Jacobian.
//
// Each is compiled once for every instruction set; whoever calls them need not be.
#pragma once

#include <algorithm>
#include <cmath>

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

// Values and Jacobian of a shape.
template <class Shape>
[[gnu::noinline]] void values(const double* t, int n, const double* z, double* f, double* J, int stride) {
  with_isa([&](auto isa) __attribute__((always_inline)) { Shape::model(isa, t, n, z, f, J, stride); });
}

// Inner products, weighted, of the columns of the coefficients and y: a square matrix of K + 1, upper triangle, y last.
template <class Shape>
[[gnu::noinline]] void inner_products(const double* t, const double* wy, const double* w, int n, const double* z, double* J,
                                      int stride, double (&G)[Shape::coefficients + 1][Shape::coefficients + 1]) {
  constexpr int K = Shape::coefficients;
  with_isa([&](auto isa) __attribute__((always_inline)) {
    Shape::columns(isa, t, n, z, J, stride);
    for (int k = 0; k < K; ++k)
      for (int i = 0; i < n; ++i) J[k * stride + i] *= w[i];
    for (int k = 0; k < K; ++k) {
      for (int j = k; j < K; ++j) G[k][j] = dot(isa, J + k * stride, J + j * stride, n);
      G[k][K] = dot(isa, J + k * stride, wy, n);
    }
  });
}

// The points of a curve, padded with weights of 0 to a whole number of vectors.
struct Points {
  const double *t, *y, *root_weight;
  int rows;
};

template <Noise N, class I>
OGIVE_INLINE double scattered(I isa, const Points& points, double size, double* f, double* r) {
  const int n = points.rows;
  const double *w = points.root_weight, *y = points.y;
  if constexpr (N == Noise::gaussian) {
    for (int i = 0; i < n; ++i) r[i] = w[i] * (f[i] - y[i]);
    std::copy_n(w, n, f);
    return 0.5 * dot(isa, r, r, n);
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
