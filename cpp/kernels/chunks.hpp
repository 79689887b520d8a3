// One reading of a design matrix: chunks of rows small enough for the cache, grouped into fixed segments.
//
// Inside a pass a coefficient vector lives in "slots": [dense columns | intercept | every code of each one-hot block |
// sparse columns]. A code that has no column (unseen, or the reference level) has a slot with coefficient 0, so the
// loops over rows have no branches. `expand` and `collapse` translate between columns (intercept last) and slots.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/blocks.hpp"
#include "kernels/gram.hpp"
#include "kernels/threads.hpp"

namespace ogive {

struct Layout {
  const Blocks& blocks;
  Standard standard;
  int dense;                    // dense columns; the slot of the intercept is `dense`
  std::vector<int> code_slots;  // first slot of each block of codes
  std::vector<int> sparse_slots;
  int slots;

  Layout(const Blocks& b, Standard s) : blocks(b), standard(s), dense(b.dense_columns()), slots(dense + 1) {
    for (const auto& c : b.codes) code_slots.push_back(slots), slots += c.levels + 1;
    for (const auto& x : b.sparse) sparse_slots.push_back(slots), slots += x.columns;
  }

  // Call f(slot, column) for every slot that has a column; the intercept is column `blocks.columns`.
  template <class F>
  void each(F&& f) const {
    int slot = 0;
    for (const auto& d : blocks.dense)
      for (int j = 0; j < d.columns; ++j) f(slot++, d.first + j);
    f(dense, blocks.columns);
    for (std::size_t b = 0; b < blocks.codes.size(); ++b)
      for (int s = 0; s <= blocks.codes[b].levels; ++s)
        if (const int c = blocks.codes[b].column(s); c >= 0) f(code_slots[b] + s, blocks.codes[b].first + c);
    for (std::size_t b = 0; b < blocks.sparse.size(); ++b)
      for (int j = 0; j < blocks.sparse[b].columns; ++j) f(sparse_slots[b] + j, blocks.sparse[b].first + j);
  }

  // Dense columns are scaled as they are read; the others through their coefficients.
  double factor(int slot, int column) const { return slot <= dense ? 1.0 : 1.0 / standard.scale[column]; }

  std::vector<double> expand(const double* coef) const {
    std::vector<double> v(slots, 0.0);
    each([&](int s, int c) { v[s] = coef[c] * factor(s, c); });
    return v;
  }
  void collapse(const double* v, double* out) const {
    each([&](int s, int c) { out[c] = v[s] * factor(s, c); });
  }
};

// A chunk in the cache, and what is done to it. Rows are padded with zeros to whole vectors.
struct Chunk {
  const Layout& layout;
  ptrdiff_t stride, first = 0;
  int rows = 0, padded = 0, m, panel_width;
  std::vector<double> factors, store, panel, scaled;

  Chunk(const Layout& l, int capacity)
      : layout(l), stride(capacity + 8), m(l.dense + 1), panel_width((m + 7) / 8 * 8), factors(l.dense),
        store(m * stride, 0.0), scaled(4 * stride) {
    int slot = 0;
    for (const auto& d : l.blocks.dense)
      for (int j = 0; j < d.columns; ++j) factors[slot++] = 1.0 / l.standard.scale[d.first + j];
  }

  OGIVE_INLINE void load(ptrdiff_t first_row, int count) {
    first = first_row, rows = count, padded = (count + 7) / 8 * 8;
    int slot = 0;
    for (const auto& d : layout.blocks.dense) {
      load_dense(d, first, rows, layout.standard.centre + d.first, factors.data() + slot, &store[slot * stride], stride);
      slot += d.columns;
    }
    double* ones = &store[layout.dense * stride];
    for (int r = 0; r < rows; ++r) ones[r] = 1.0;
    for (int j = 0; j < m; ++j)
      for (int r = rows; r < padded; ++r) store[j * stride + r] = 0.0;
  }

  // eta += X v
  OGIVE_INLINE void times(const double* v, double* eta) const {
    int j = 0;
    for (; j + 4 <= m; j += 4) {
      const double *z = &store[j * stride], a = v[j], b = v[j + 1], c = v[j + 2], d = v[j + 3];
      for (int r = 0; r < rows; ++r)
        eta[r] += (a * z[r] + b * z[r + stride]) + (c * z[r + 2 * stride] + d * z[r + 3 * stride]);
    }
    for (; j < m; ++j)
      for (int r = 0; r < rows; ++r) eta[r] += v[j] * store[j * stride + r];
    for (std::size_t b = 0; b < layout.code_slots.size(); ++b) {
      const double* table = v + layout.code_slots[b] + 1;
      const std::int32_t* code = layout.blocks.codes[b].codes + first;
      for (int r = 0; r < rows; ++r) eta[r] += table[code[r]];
    }
    for (std::size_t b = 0; b < layout.sparse_slots.size(); ++b) {
      const Sparse& x = layout.blocks.sparse[b];
      const double* w = v + layout.sparse_slots[b];
      for (int r = 0; r < rows; ++r) {
        double sum = 0;
        for (auto k = x.indptr[first + r]; k < x.indptr[first + r + 1]; ++k) sum += x.data[k] * w[x.indices[k]];
        eta[r] += sum;
      }
    }
  }

  // g += X' s; with Squares, g += (X*X)' s
  template <bool Squares = false, class I>
  OGIVE_INLINE void transpose_times(I, const double* s, double* g) const {
    constexpr int W = I::lanes;
    for (int j = 0; j < m; ++j) {
      const double* z = &store[j * stride];
      double lanes[2 * W] = {};
      int r = 0;
      for (; r + 2 * W <= rows; r += 2 * W)
        for (int l = 0; l < 2 * W; ++l) lanes[l] += s[r + l] * (Squares ? z[r + l] * z[r + l] : z[r + l]);
      double sum = 0;
      for (; r < rows; ++r) sum += s[r] * (Squares ? z[r] * z[r] : z[r]);
      for (int l = 0; l < 2 * W; ++l) sum += lanes[l];
      g[j] += sum;
    }
    for (std::size_t b = 0; b < layout.code_slots.size(); ++b) {
      double* table = g + layout.code_slots[b] + 1;
      const std::int32_t* code = layout.blocks.codes[b].codes + first;
      for (int r = 0; r < rows; ++r) table[code[r]] += s[r];
    }
    for (std::size_t b = 0; b < layout.sparse_slots.size(); ++b) {
      const Sparse& x = layout.blocks.sparse[b];
      double* w = g + layout.sparse_slots[b];
      for (int r = 0; r < rows; ++r)
        for (auto k = x.indptr[first + r]; k < x.indptr[first + r + 1]; ++k)
          w[x.indices[k]] += s[r] * x.data[k] * (Squares ? x.data[k] : 1.0);
    }
  }
};

// Rows a chunk: the dense part stays in a second-level cache of one megabyte.
inline int chunk_rows(int dense) { return dense < 64 ? 1024 : dense < 400 ? 512 : 256; }

// Visit every `every`-th chunk. `make(segment)` gives the segment's state; `visit(state, chunk)` is called in row order.
// Segments are fixed by the data, so whoever reduces the states in their order gets the same bits on any thread count.
template <class State, class Make, class Visit>
std::vector<State> read_chunks(const Layout& layout, ptrdiff_t every, std::size_t state_size, double work_per_row,
                               Make&& make, Visit&& visit) {
  const int capacity = chunk_rows(layout.dense);
  const ptrdiff_t all = (layout.blocks.rows + capacity - 1) / capacity;
  const ptrdiff_t offset = std::min(every, all) / 2;
  const ptrdiff_t chunks = all > offset ? (all - offset + every - 1) / every : 0;
  const ptrdiff_t most = state_size > (std::size_t{1} << 21) ? 4 : 16;
  const int segments = static_cast<int>(std::max<ptrdiff_t>(1, std::min(most, chunks)));
  std::vector<State> states;
  states.reserve(segments);
  for (int s = 0; s < segments; ++s) states.push_back(make());
  const bool worthwhile = static_cast<double>(chunks) * capacity * work_per_row > 3e5;
  parallel_for(segments, worthwhile, [&](int s) {
    Chunk chunk(layout, static_cast<int>(std::min<ptrdiff_t>(capacity, (layout.blocks.rows + 7) / 8 * 8)));
    for (ptrdiff_t c = chunks * s / segments; c < chunks * (s + 1) / segments; ++c) {
      const ptrdiff_t first = (c * every + offset) * capacity;
      const int rows = static_cast<int>(std::min<ptrdiff_t>(capacity, layout.blocks.rows - first));
      with_isa([&](auto isa) __attribute__((always_inline)) {
        chunk.load(first, rows);
        visit(isa, states[s], chunk);
      });
    }
  });
  return states;
}

}  // namespace ogive
