// X' diag(h) X over blocks, without ever expanding a one-hot column.
//
// Accumulators of a segment, one flat array:
//   dense x dense     m x m, lower triangle                     (register tiles, gram.hpp)
//   codes x dense     for each code a row of m weighted sums     (the column of ones gives the diagonal)
//   codes x codes     a table of weighted counts for each pair of blocks
//   sparse x all      one row of all slots for each sparse column
#pragma once

#include <vector>

#include "kernels/chunks.hpp"

namespace ogive {

struct HessianSums {
  const Layout& layout;
  int m, width;
  std::vector<std::size_t> by_dense, by_pair, by_sparse;
  std::size_t size;

  explicit HessianSums(const Layout& l) : layout(l), m(l.dense + 1), width((m + 7) / 8 * 8) {
    size = static_cast<std::size_t>(m) * m;
    const auto& codes = l.blocks.codes;
    for (const auto& c : codes) by_dense.push_back(size), size += static_cast<std::size_t>(c.levels + 1) * width;
    for (std::size_t a = 0; a < codes.size(); ++a)
      for (std::size_t b = a + 1; b < codes.size(); ++b)
        by_pair.push_back(size), size += static_cast<std::size_t>(codes[a].levels + 1) * (codes[b].levels + 1);
    for (const auto& x : l.blocks.sparse) by_sparse.push_back(size), size += static_cast<std::size_t>(x.columns) * l.slots;
  }

  template <class I>
  OGIVE_INLINE void add(I isa, Chunk& chunk, const double* h, double* sums) const {
    gram_chunk(isa, chunk.store.data(), chunk.stride, chunk.padded, m, h, chunk.scaled.data(), sums);
    if (layout.blocks.codes.empty() && layout.blocks.sparse.empty()) return;
    // The weighted chunk row by row: a code's sums are then one contiguous vector addition.
    chunk.panel.resize(static_cast<std::size_t>(chunk.stride) * width);
    for (int j = 0; j < m; ++j)
      for (int r = 0; r < chunk.rows; ++r) chunk.panel[r * width + j] = h[r] * chunk.store[j * chunk.stride + r];
    add_codes(chunk, h, sums);
    for (std::size_t b = 0; b < layout.blocks.sparse.size(); ++b) add_sparse(chunk, h, b, sums + by_sparse[b]);
  }

  // For each row, one block's sums with the dense columns and with all later blocks: additions to different tables do
  // not wait for each other, as consecutive additions to one small table would.
  OGIVE_INLINE void add_codes(const Chunk& chunk, const double* h, double* sums) const {
    const auto& codes = layout.blocks.codes;
    struct Partner {
      const std::int32_t* codes;
      double* counts;
      ptrdiff_t levels;
    };
    std::vector<Partner> partners;
    std::size_t pair = 0;
    for (std::size_t a = 0; a < codes.size(); ++a) {
      partners.clear();
      for (std::size_t b = a + 1; b < codes.size(); ++b)
        partners.push_back({codes[b].codes + chunk.first, sums + by_pair[pair++], codes[b].levels + 1});
      const std::int32_t* code = codes[a].codes + chunk.first;
      double* table = sums + by_dense[a];
      for (int r = 0; r < chunk.rows; ++r) {
        const ptrdiff_t slot = code[r] + 1;
        double* __restrict to = table + slot * width;
        const double* __restrict from = &chunk.panel[static_cast<std::size_t>(r) * width];
        for (int j = 0; j < width; j += 8)
          for (int l = 0; l < 8; ++l) to[j + l] += from[j + l];
        for (const Partner& p : partners) p.counts[slot * p.levels + p.codes[r] + 1] += h[r];
      }
    }
  }

  OGIVE_INLINE void add_sparse(const Chunk& chunk, const double* h, std::size_t block, double* sums) const {
    const auto& blocks = layout.blocks;
    const Sparse& x = blocks.sparse[block];
    for (int r = 0; r < chunk.rows; ++r) {
      const ptrdiff_t row = chunk.first + r;
      const double* dense = &chunk.panel[static_cast<std::size_t>(r) * width];
      for (auto k = x.indptr[row]; k < x.indptr[row + 1]; ++k) {
        double* to = sums + static_cast<std::size_t>(x.indices[k]) * layout.slots;
        for (int j = 0; j < m; ++j) to[j] += x.data[k] * dense[j];
        const double weight = h[r] * x.data[k];
        for (std::size_t b = 0; b < blocks.codes.size(); ++b)
          to[layout.code_slots[b] + blocks.codes[b].codes[row] + 1] += weight;
        for (std::size_t b = 0; b <= block; ++b) {
          const Sparse& other = blocks.sparse[b];
          for (auto q = other.indptr[row]; q < other.indptr[row + 1]; ++q)
            to[layout.sparse_slots[b] + other.indices[q]] += weight * other.data[q];
        }
      }
    }
  }

  // Spread the sums over the symmetric (columns + 1)^2 matrix H, intercept last.
  void assemble(const double* sums, double* H) const {
    const ptrdiff_t n = layout.blocks.columns + 1;
    std::fill(H, H + n * n, 0.0);
    std::vector<int> column(layout.slots, -1);
    std::vector<double> factor(layout.slots, 0.0);
    layout.each([&](int s, int c) { column[s] = c, factor[s] = layout.factor(s, c); });
    auto put = [&](int s, int t, double value) {
      const int c = column[s], d = column[t];
      if (c >= 0 && d >= 0) H[c * n + d] = H[d * n + c] = value * factor[s] * factor[t];
    };
    for (int i = 0; i < m; ++i)
      for (int j = 0; j <= i; ++j) put(i, j, sums[static_cast<std::size_t>(i) * m + j]);
    const auto& codes = layout.blocks.codes;
    std::size_t pair = 0;
    for (std::size_t a = 0; a < codes.size(); ++a) {
      const int base = layout.code_slots[a];
      for (int s = 0; s <= codes[a].levels; ++s) {
        const double* row = sums + by_dense[a] + static_cast<std::size_t>(s) * width;
        for (int j = 0; j < m; ++j) put(base + s, j, row[j]);
        put(base + s, base + s, row[m - 1]);
      }
      for (std::size_t b = a + 1; b < codes.size(); ++b, ++pair)
        for (int s = 0; s <= codes[a].levels; ++s)
          for (int t = 0; t <= codes[b].levels; ++t)
            put(base + s, layout.code_slots[b] + t,
                sums[by_pair[pair] + static_cast<std::size_t>(s) * (codes[b].levels + 1) + t]);
    }
    for (std::size_t b = 0; b < layout.blocks.sparse.size(); ++b)
      for (int j = 0; j < layout.blocks.sparse[b].columns; ++j) {
        const int last = layout.sparse_slots[b] + layout.blocks.sparse[b].columns;
        for (int t = 0; t < last; ++t)
          put(layout.sparse_slots[b] + j, t, sums[by_sparse[b] + static_cast<std::size_t>(j) * layout.slots + t]);
      }
  }
};

}  // namespace ogive
