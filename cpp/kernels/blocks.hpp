// A design matrix as blocks of columns, read a chunk of rows at a time.
//
// dense   numbers, any strides, float32 or float64; NaN replaced by `fill`, centred and scaled as they are read
// codes   one-hot columns held as an integer a row; never expanded
// sparse  compressed rows
// Nothing here owns memory or knows Python.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "kernels/isa.hpp"

namespace ogive {

using std::ptrdiff_t;

struct Dense {
  const void* data;
  bool single;                     // float32
  ptrdiff_t row_stride, col_stride;  // in elements
  int columns;
  const double* fill;              // one a column, or null where NaN must not occur
};

// Row r stands for level codes[r]; -1 and the reference level have no column.
struct Codes {
  const std::int32_t* codes;
  int levels;
  int reference;  // -1: every level has its column

  int columns() const { return levels - (reference >= 0); }
  // Column of a slot (= code + 1), or -1.
  int column(int slot) const {
    const int level = slot - 1;
    if (level < 0 || level == reference) return -1;
    return reference >= 0 && level > reference ? level - 1 : level;
  }
};

struct Sparse {
  const std::int64_t* indptr;
  const std::int32_t* indices;
  const double* data;
  int columns;
};

struct Blocks {
  ptrdiff_t rows = 0;
  int columns = 0;  // without the intercept
  struct PlacedDense : Dense { int first; };
  struct PlacedCodes : Codes { int first; };
  struct PlacedSparse : Sparse { int first; };
  std::vector<PlacedDense> dense;
  std::vector<PlacedCodes> codes;
  std::vector<PlacedSparse> sparse;

  int dense_columns() const {
    int m = 0;
    for (const auto& d : dense) m += d.columns;
    return m;
  }
};

// How raw columns become standardised ones: (x - centre) / scale. Centres act on dense columns only; elsewhere they
// would fill in the zeros.
struct Standard {
  const double* centre;
  const double* scale;
};

namespace detail {

// 4 x 4 transposition of (raw -> standardised) values: rows of a C-ordered block become columns of the chunk.
template <class T, bool Fill>
OGIVE_INLINE double standard(T raw, double fill, double centre, double factor) {
  double x = static_cast<double>(raw);
  if constexpr (Fill) x = x == x ? x : fill;
  return (x - centre) * factor;
}

template <class T, bool Fill>
OGIVE_INLINE void load_dense(const Dense& block, ptrdiff_t first_row, int rows, const double* centre,
                             const double* factor, double* Z, ptrdiff_t stride) {
  const T* x = static_cast<const T*>(block.data) + first_row * block.row_stride;
  const int k = block.columns;
  int j = 0;
  if (block.col_stride == 1 && block.row_stride != 1) {
    for (; j + 4 <= k; j += 4) {
      double* z = Z + j * stride;
      const double c0 = centre[j], c1 = centre[j + 1], c2 = centre[j + 2], c3 = centre[j + 3];
      const double f0 = factor[j], f1 = factor[j + 1], f2 = factor[j + 2], f3 = factor[j + 3];
      const double* fill = Fill ? block.fill + j : centre;
      for (int r = 0; r < rows; ++r) {
        const T* row = x + r * block.row_stride + j;
        z[r] = standard<T, Fill>(row[0], fill[0], c0, f0);
        z[r + stride] = standard<T, Fill>(row[1], fill[1], c1, f1);
        z[r + 2 * stride] = standard<T, Fill>(row[2], fill[2], c2, f2);
        z[r + 3 * stride] = standard<T, Fill>(row[3], fill[3], c3, f3);
      }
    }
  }
  for (; j < k; ++j) {
    const T* column = x + j * block.col_stride;
    double* z = Z + j * stride;
    const double fill = Fill ? block.fill[j] : 0.0, c = centre[j], f = factor[j];
    if (block.row_stride == 1)
      for (int r = 0; r < rows; ++r) z[r] = standard<T, Fill>(column[r], fill, c, f);
    else
      for (int r = 0; r < rows; ++r) z[r] = standard<T, Fill>(column[r * block.row_stride], fill, c, f);
  }
}

}  // namespace detail

OGIVE_INLINE void load_dense(const Dense& block, ptrdiff_t first_row, int rows, const double* centre,
                             const double* factor, double* Z, ptrdiff_t stride) {
  if (block.single)
    block.fill ? detail::load_dense<float, true>(block, first_row, rows, centre, factor, Z, stride)
               : detail::load_dense<float, false>(block, first_row, rows, centre, factor, Z, stride);
  else
    block.fill ? detail::load_dense<double, true>(block, first_row, rows, centre, factor, Z, stride)
               : detail::load_dense<double, false>(block, first_row, rows, centre, factor, Z, stride);
}

}  // namespace ogive
