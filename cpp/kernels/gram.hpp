// Weighted products of the columns of a chunk: G += Z diag(h) Z', the arithmetic core of a Newton step.
//
// Z holds a chunk of rows column by column (leading dimension `stride`, a multiple of the vector width, zero padded).
// Tiles of 4 x 4 columns keep 16 vector accumulators in registers: 8 loads feed 16 fused multiply-adds, which the
// two load ports and two multipliers of current cores sustain together.
#pragma once

#include <cstddef>

#include "kernels/isa.hpp"

namespace ogive {

// Only the lower triangle (j <= i) of the m x m matrix G is updated. `scaled` is scratch for 4 columns.
template <class I>
OGIVE_INLINE void gram_chunk(I, const double* Z, std::ptrdiff_t stride, int rows, int m, const double* h,
                             double* scaled, double* G) {
  constexpr int W = I::lanes;
  for (int i0 = 0; i0 < m; i0 += 4) {
    const int ni = m - i0 < 4 ? m - i0 : 4;
    for (int i = 0; i < 4; ++i) {
      const double* z = Z + (i0 + (i < ni ? i : 0)) * stride;
      for (int r = 0; r < rows; ++r) scaled[i * stride + r] = h[r] * z[r];
    }
    for (int j0 = 0; j0 <= i0; j0 += 4) {
      const int nj = m - j0 < 4 ? m - j0 : 4;
      const double* b[4];
      for (int j = 0; j < 4; ++j) b[j] = Z + (j0 + (j < nj ? j : 0)) * stride;
      double acc[4][4][W] = {};
      for (int r = 0; r < rows; r += W)
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i)
#pragma GCC unroll 4
          for (int j = 0; j < 4; ++j)
#pragma GCC unroll 8
            for (int l = 0; l < W; ++l)
              acc[i][j][l] = I::fma(scaled[i * stride + r + l], b[j][r + l], acc[i][j][l]);
      // Sixteen independent sums over the lanes, side by side.
      double sum[16] = {};
      const double* lanes = &acc[0][0][0];
      for (int l = 0; l < W; ++l)
        for (int k = 0; k < 16; ++k) sum[k] += lanes[k * W + l];
      for (int i = 0; i < ni; ++i)
        for (int j = 0; j < nj; ++j)
          if (j0 + j <= i0 + i) G[(i0 + i) * static_cast<std::ptrdiff_t>(m) + j0 + j] += sum[4 * i + j];
    }
  }
}

}  // namespace ogive
