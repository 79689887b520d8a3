// The passes over a design matrix: products, moments, and the fused pass of a loss.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/chunks.hpp"
#include "kernels/hessian.hpp"

namespace ogive {

using Sums = std::vector<double>;

// Add the segments' sums in their order.
inline Sums total(const std::vector<Sums>& parts) {
  Sums sum = parts[0];
  for (std::size_t s = 1; s < parts.size(); ++s)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += parts[s][i];
  return sum;
}

// out = X coef[:p] + coef[p]
inline void matvec(const Layout& layout, const double* coef, double* out) {
  const auto v = layout.expand(coef);
  read_chunks<int>(
      layout, 1, 1, layout.dense + 1, [] { return 0; },
      [&](auto, int&, Chunk& chunk) __attribute__((always_inline)) {
        double* eta = out + chunk.first;
        std::fill(eta, eta + chunk.rows, 0.0);
        chunk.times(v.data(), eta);
      });
}

// out = X' s, with Squares (X*X)' s; the last entry belongs to the intercept.
template <bool Squares>
inline void rmatvec(const Layout& layout, const double* s, double* out) {
  const auto parts = read_chunks<Sums>(
      layout, 1, layout.slots, layout.dense + 1, [&] { return Sums(layout.slots, 0.0); },
      [&](auto isa, Sums& g, Chunk& chunk) __attribute__((always_inline)) {
        chunk.transpose_times<Squares>(isa, s + chunk.first, g.data());
      });
  const Sums g = total(parts);
  layout.collapse(g.data(), out);
  if (Squares) layout.each([&](int slot, int c) { out[c] *= layout.factor(slot, c); });
}

// out = [X 1]' diag(w) [X 1] coef: a Hessian times a vector in one reading, without forming the matrix.
inline void gram_times(const Layout& layout, const double* w, const double* coef, double* out) {
  const auto v = layout.expand(coef);
  const auto parts = read_chunks<Sums>(
      layout, 1, layout.slots, 2.0 * (layout.dense + 1), [&] { return Sums(layout.slots, 0.0); },
      [&](auto isa, Sums& g, Chunk& chunk) __attribute__((always_inline)) {
        double eta[1024] = {};
        chunk.times(v.data(), eta);
        for (int r = 0; r < chunk.rows; ++r) eta[r] *= w[chunk.first + r];
        chunk.transpose_times(isa, eta, g.data());
      });
  layout.collapse(total(parts).data(), out);
}

// out = [X 1]' diag(w) [X 1]
inline void gram(const Layout& layout, const double* w, double* out) {
  const HessianSums hessian(layout);
  const auto parts = read_chunks<Sums>(
      layout, 1, hessian.size, 4.0 * layout.slots, [&] { return Sums(hessian.size, 0.0); },
      [&](auto isa, Sums& sums, Chunk& chunk) __attribute__((always_inline)) {
        double h[1024] = {};
        std::copy_n(w + chunk.first, chunk.rows, h);
        hessian.add(isa, chunk, h, sums.data());
      });
  hessian.assemble(total(parts).data(), out);
}

struct Rows {
  const double* y;
  const double* weights;  // null: all 1
  const double* offset;   // null: all 0
};

struct PassResult {
  double loss = 0, weight = 0;
};

// One reading of the data: weighted sums of the loss, of its gradient and (where H is not null) of its Hessian in the
// coefficients (intercept last). `every` > 1 reads a sample of chunks. `curvature`, where not null, keeps the weight
// that each row has in the Hessian. `Loss` maps (isa, eta, y) to {loss, slope, curvature}.
template <class Loss>
PassResult loss_pass(const Layout& layout, Loss loss, const double* coef, const Rows& rows, ptrdiff_t every,
                     double* gradient, double* H, double* curvature) {
  const auto v = layout.expand(coef);
  const HessianSums hessian(layout);
  const std::size_t tail = layout.slots + 2;
  const std::size_t size = tail + (H ? hessian.size : 0);
  const auto parts = read_chunks<Sums>(
      layout, every, size, (H ? 4.0 : 1.0) * layout.slots, [&] { return Sums(size, 0.0); },
      [&](auto isa, Sums& sums, Chunk& chunk) __attribute__((always_inline)) {
        constexpr int W = decltype(isa)::lanes;
        double eta[1024], slope[1024], h[1024], value[1024];
        const int n = chunk.rows;
        for (int r = 0; r < n; ++r) eta[r] = rows.offset ? rows.offset[chunk.first + r] : 0.0;
        chunk.times(v.data(), eta);
        const double* y = rows.y + chunk.first;
        for (int r = 0; r < n; ++r) {
          const auto l = loss(isa, eta[r], y[r]);
          value[r] = l.loss, slope[r] = l.slope, h[r] = l.curvature;
        }
        double weight = n;
        if (rows.weights) {
          const double* w = rows.weights + chunk.first;
          weight = 0;
          for (int r = 0; r < n; ++r) {
            weight += w[r];
            // A row of weight 0 is not there, whatever its predictor.
            const bool there = w[r] > 0;
            value[r] = there ? value[r] * w[r] : 0, slope[r] = there ? slope[r] * w[r] : 0, h[r] = there ? h[r] * w[r] : 0;
          }
        }
        for (int r = n; r < chunk.padded; ++r) h[r] = value[r] = 0;
        double lanes[W] = {};
        for (int r = 0; r < chunk.padded; r += W)
          for (int l = 0; l < W; ++l) lanes[l] += value[r + l];
        double sum = 0;
        for (int l = 0; l < W; ++l) sum += lanes[l];
        sums[layout.slots] += sum;
        sums[layout.slots + 1] += weight;
        chunk.transpose_times(isa, slope, sums.data());
        if (curvature) std::copy_n(h, n, curvature + chunk.first);
        if (H) hessian.add(isa, chunk, h, sums.data() + tail);
      });
  const Sums sums = total(parts);
  layout.collapse(sums.data(), gradient);
  if (H) hessian.assemble(sums.data() + tail, H);
  return {sums[layout.slots], sums[layout.slots + 1]};
}

template <class I>
OGIVE_INLINE void column_moments(I, const double* z, const double* w, int rows, double& first, double& second,
                                 double& largest) {
  constexpr int W = 2 * I::lanes;
  double sum[W] = {}, squares[W] = {};
  // Magnitudes are compared as integers, whose maximum vectorises; the order is the same, and NaN stands above all.
  std::int64_t top = 0;
  int r = 0;
  for (; r + W <= rows; r += W)
    for (int l = 0; l < W; ++l) sum[l] += w[r + l] * z[r + l];
  for (r = 0; r + W <= rows; r += W)
    for (int l = 0; l < W; ++l) squares[l] += w[r + l] * z[r + l] * z[r + l];
  for (; r < rows; ++r) sum[0] += w[r] * z[r], squares[0] += w[r] * z[r] * z[r];
  for (r = 0; r < rows; ++r) {
    const std::int64_t size = std::bit_cast<std::int64_t>(std::fabs(z[r]));
    top = std::max(top, w[r] > 0 ? size : 0);
  }
  for (int l = 0; l < W; ++l) first += sum[l], second += squares[l];
  largest = std::max(largest, std::bit_cast<double>(top));
}

// Weighted first and second moments of every standardised column, and its largest magnitude among rows of positive
// weight; `first`, `second` and `largest` have a column each. Returns the sum of weights. `every` > 1 reads a sample of
// chunks. NaN or infinity anywhere leaves a sum that is not finite.
inline double moments(const Layout& layout, const double* weights, ptrdiff_t every, double* first, double* second,
                      double* largest) {
  const int m = layout.dense, slots = layout.slots;
  const auto parts = read_chunks<Sums>(
      layout, every, 3 * slots, 2.0 * layout.dense + 1, [&] { return Sums(3 * slots, 0.0); },
      [&](auto isa, Sums& sums, Chunk& chunk) __attribute__((always_inline)) {
        double w[1024] = {};
        for (int r = 0; r < chunk.rows; ++r) w[r] = weights ? weights[chunk.first + r] : 1.0;
        double* top = sums.data() + 2 * slots;
        for (int j = 0; j < m; ++j)
          column_moments(isa, &chunk.store[j * chunk.stride], w, chunk.padded, sums[j], sums[slots + j], top[j]);
        for (int r = 0; r < chunk.rows; ++r) sums[m] += w[r];
        for (std::size_t b = 0; b < layout.code_slots.size(); ++b) {
          const std::int32_t* code = layout.blocks.codes[b].codes + chunk.first;
          double* table = sums.data() + layout.code_slots[b] + 1;
          for (int r = 0; r < chunk.rows; ++r) table[code[r]] += w[r];
        }
        for (std::size_t b = 0; b < layout.blocks.sparse.size(); ++b) {
          const Sparse& x = layout.blocks.sparse[b];
          for (int r = 0; r < chunk.rows; ++r)
            for (auto k = x.indptr[chunk.first + r]; k < x.indptr[chunk.first + r + 1]; ++k) {
              const int slot = layout.sparse_slots[b] + x.indices[k];
              sums[slot] += w[r] * x.data[k], sums[slots + slot] += w[r] * x.data[k] * x.data[k];
              if (w[r] > 0) top[slot] = std::max(top[slot], std::fabs(x.data[k]));
            }
        }
      });
  const Sums sums = total(parts);
  const double weight = sums[layout.dense];
  layout.each([&](int s, int c) {
    if (c == layout.blocks.columns) return;
    const double f = layout.factor(s, c);
    double top = 0;
    for (const auto& part : parts) top = std::max(top, part[2 * slots + s]);
    double squares = sums[slots + s];
    const bool code = s > layout.dense && (layout.sparse_slots.empty() || s < layout.sparse_slots[0]);
    if (code) squares = sums[s], top = sums[s] > 0 ? 1.0 : 0.0;  // zeros and ones
    first[c] = sums[s] * f, second[c] = squares * f * f, largest[c] = top * f;
  });
  return weight;
}

}  // namespace ogive
