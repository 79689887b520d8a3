// Small dense linear algebra on one thread, so that results do not depend on a library's thread count.
#include "bind/arrays.hpp"
#include "kernels/cholesky.hpp"

namespace ogive {
namespace {

using Square = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

std::size_t size(const Square& A) {
  if (A.shape(1) != A.shape(0)) throw nb::value_error("the matrix must be square");
  return A.shape(0);
}

nb::tuple factor(Square A, double tolerance) {
  const std::size_t n = size(A);
  double *L, ratio = 1.0;
  int zero = 0;
  auto array = new_array({n, n}, &L);
  {
    nb::gil_scoped_release free;
    std::copy_n(A.data(), n * n, L);
    with_isa([&](auto isa) __attribute__((always_inline)) { zero = cholesky_factor(isa, L, n, tolerance, &ratio); });
    for (std::size_t i = 0; i < n; ++i) std::fill(L + i * n + i + 1, L + (i + 1) * n, 0.0);
  }
  return nb::make_tuple(array, zero, ratio);
}

auto solve(Square L, In b) {
  const std::size_t n = size(L);
  double* x;
  auto array = new_array({n}, &x);
  std::copy_n(pointer(b, n, "b"), n, x);
  nb::gil_scoped_release free;
  cholesky_solve(L.data(), n, x);
  return array;
}

auto inverse(Square L) {
  const std::size_t n = size(L);
  double* out;
  auto array = new_array({n, n}, &out);
  nb::gil_scoped_release free;
  with_isa([&](auto isa) __attribute__((always_inline)) { cholesky_inverse(isa, L.data(), n, out); });
  return array;
}

}  // namespace

void bind_linalg(nb::module_& m) {
  m.def("cholesky", &factor, nb::arg("matrix"), nb::arg("tolerance"));
  m.def("cholesky_solve", &solve, nb::arg("factor"), nb::arg("b"));
  m.def("cholesky_inverse", &inverse, nb::arg("factor"));
}

}  // namespace ogive
