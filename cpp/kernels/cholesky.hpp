// Cholesky factorisation of a symmetric positive semidefinite matrix, with a rank decision.
#pragma once

#include <cmath>
#include <algorithm>
#include <cstddef>
#include <vector>

#include "kernels/isa.hpp"

namespace ogive {

// Factor A = L L' in place (row-major, lower triangle; row i of L is contiguous). Returns the number of pivots found
// to be zero: a pivot that has lost all but `tolerance` of its diagonal entry belongs to a column that depends on
// those before it. `ratio` is the smallest pivot relative to its diagonal entry.
template <class I>
OGIVE_INLINE int cholesky_factor(I, double* A, std::ptrdiff_t n, double tolerance, double* ratio) {
  constexpr int W = 2 * I::lanes;
  int zero = 0;
  *ratio = 1.0;
  auto dot = [](const double* a, const double* b, std::ptrdiff_t k) __attribute__((always_inline)) {
    double lanes[W] = {};
    std::ptrdiff_t t = 0;
    for (; t + W <= k; t += W)
      for (int l = 0; l < W; ++l) lanes[l] = I::fma(a[t + l], b[t + l], lanes[l]);
    double sum = 0;
    for (int l = 0; l < W; ++l) sum += lanes[l];
    for (; t < k; ++t) sum = I::fma(a[t], b[t], sum);
    return sum;
  };
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    double* row = A + i * n;
    for (std::ptrdiff_t j = 0; j < i; ++j) {
      const double* other = A + j * n;
      row[j] = other[j] > 0 ? (row[j] - dot(row, other, j)) / other[j] : 0.0;
    }
    const double diagonal = row[i], pivot = diagonal - dot(row, row, i);
    const bool positive = diagonal > 0 && pivot > tolerance * diagonal;
    if (positive && pivot / diagonal < *ratio) *ratio = pivot / diagonal;
    if (!positive) ++zero, *ratio = 0.0;
    row[i] = positive ? std::sqrt(pivot) : 0.0;
  }
  return zero;
}

// Solve L L' x = b in place; components of zero pivots are set to 0.
inline void cholesky_solve(const double* L, std::ptrdiff_t n, double* x) {
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    double sum = x[i];
    for (std::ptrdiff_t j = 0; j < i; ++j) sum -= L[i * n + j] * x[j];
    x[i] = L[i * n + i] > 0 ? sum / L[i * n + i] : 0.0;
  }
  for (std::ptrdiff_t i = n - 1; i >= 0; --i) {
    x[i] = L[i * n + i] > 0 ? x[i] / L[i * n + i] : 0.0;
    for (std::ptrdiff_t j = 0; j < i; ++j) x[j] -= L[i * n + j] * x[i];
  }
}

// out = (L L')^-1 for positive pivots. With M = L^-1 row by row, row i of M is (e_i - sum_{j<i} L_ij M_j) / L_ii;
// the inverse is M' M, a sum of outer products of those rows.
template <class I>
OGIVE_INLINE void cholesky_inverse(I, const double* L, std::ptrdiff_t n, double* out) {
  std::vector<double> M(static_cast<std::size_t>(n) * n, 0.0);
  std::fill(out, out + n * n, 0.0);
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    double* row = &M[i * n];
    for (std::ptrdiff_t j = 0; j < i; ++j) {
      const double l = L[i * n + j];
      const double* other = &M[j * n];
      for (std::ptrdiff_t k = 0; k <= j; ++k) row[k] = I::fma(-l, other[k], row[k]);
    }
    row[i] += 1.0;
    const double scale = 1.0 / L[i * n + i];
    for (std::ptrdiff_t k = 0; k <= i; ++k) row[k] *= scale;
    for (std::ptrdiff_t r = 0; r <= i; ++r)
      for (std::ptrdiff_t k = 0; k <= r; ++k) out[r * n + k] = I::fma(row[r], row[k], out[r * n + k]);
  }
  for (std::ptrdiff_t r = 0; r < n; ++r)
    for (std::ptrdiff_t k = 0; k < r; ++k) out[k * n + r] = out[r * n + k];
}

}  // namespace ogive
