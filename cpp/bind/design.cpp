// Design matrices and the passes over them.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <string>

#include "bind/arrays.hpp"
#include "kernels/passes.hpp"
#include "kernels/log_loss.hpp"

namespace ogive {
namespace {

using Matrix = nb::ndarray<nb::ndim<2>, nb::ro, nb::device::cpu>;
using Ints = nb::ndarray<const std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Longs = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Views of arrays that Python owns and that this object keeps alive.
class Design {
 public:
  explicit Design(ptrdiff_t rows) {
    if (rows < 0) throw nb::value_error("rows must not be negative");
    blocks_.rows = rows;
  }

  void add_dense(Matrix values, Optional fill) {
    const bool single = values.dtype() == nb::dtype<float>();
    if (!single && values.dtype() != nb::dtype<double>()) throw nb::type_error("values must be float32 or float64");
    check_rows(values.shape(0));
    const int columns = static_cast<int>(values.shape(1));
    const double* f = pointer(fill, columns, "fill");
    blocks_.dense.push_back({{values.data(), single, values.stride(0), values.stride(1), columns, f}, next(columns)});
    kept_.append(values);
    if (fill) kept_.append(*fill);
  }

  void add_codes(Ints codes, int levels, int reference) {
    check_rows(codes.shape(0));
    if (levels < 0 || reference >= levels) throw nb::value_error("reference must be below levels");
    for (std::size_t r = 0; r < codes.shape(0); ++r)
      if (codes.data()[r] < -1 || codes.data()[r] >= levels) throw nb::value_error("a code is outside -1 .. levels - 1");
    const Codes c{codes.data(), levels, reference};
    blocks_.codes.push_back({c, next(c.columns())});
    kept_.append(codes);
  }

  void add_sparse(Longs indptr, Ints indices, In data, int columns) {
    check_rows(indptr.shape(0) - 1);
    const std::size_t entries = indices.shape(0);
    if (data.shape(0) != entries || indptr.data()[0] != 0 ||
        indptr.data()[blocks_.rows] != static_cast<std::int64_t>(entries))
      throw nb::value_error("indptr, indices and data do not belong together");
    for (ptrdiff_t r = 0; r < blocks_.rows; ++r)
      if (indptr.data()[r] > indptr.data()[r + 1]) throw nb::value_error("indptr decreases");
    for (std::size_t k = 0; k < entries; ++k)
      if (indices.data()[k] < 0 || indices.data()[k] >= columns) throw nb::value_error("a column index is out of range");
    blocks_.sparse.push_back({{indptr.data(), indices.data(), data.data(), columns}, next(columns)});
    kept_.append(indptr), kept_.append(indices), kept_.append(data);
  }

  ptrdiff_t rows() const { return blocks_.rows; }
  int columns() const { return blocks_.columns; }

  auto matvec(In coef, In centre, In scale) const {
    double* out;
    auto array = new_array({std::size_t(rows())}, &out);
    const auto l = layout(centre, scale);
    const double* b = pointer(coef, columns() + 1, "coef");
    nb::gil_scoped_release free;
    ogive::matvec(l, b, out);
    return array;
  }

  auto rmatvec(In s, bool squares, In centre, In scale) const {
    double* out;
    auto array = new_array({std::size_t(columns() + 1)}, &out);
    const auto l = layout(centre, scale);
    const double* v = pointer(s, rows(), "residual");
    nb::gil_scoped_release free;
    squares ? ogive::rmatvec<true>(l, v, out) : ogive::rmatvec<false>(l, v, out);
    return array;
  }

  auto gram(In weights, In centre, In scale) const {
    double* out;
    const std::size_t n = columns() + 1;
    auto array = new_array({n, n}, &out);
    const auto l = layout(centre, scale);
    const double* w = pointer(weights, rows(), "weights");
    nb::gil_scoped_release free;
    ogive::gram(l, w, out);
    return array;
  }

  auto gram_times(In weights, In coef, In centre, In scale) const {
    double* out;
    auto array = new_array({std::size_t(columns() + 1)}, &out);
    const auto l = layout(centre, scale);
    const double *w = pointer(weights, rows(), "weights"), *b = pointer(coef, columns() + 1, "coef");
    nb::gil_scoped_release free;
    ogive::gram_times(l, w, b, out);
    return array;
  }

  nb::tuple moments(Optional weights, In centre, In scale, ptrdiff_t every) const {
    double *first, *second, *largest, total;
    const std::size_t p = columns();
    auto a = new_array({p}, &first);
    auto b = new_array({p}, &second);
    auto c = new_array({p}, &largest);
    const auto l = layout(centre, scale);
    const double* w = pointer(weights, rows(), "weights");
    {
      nb::gil_scoped_release free;
      total = ogive::moments(l, w, every < 1 ? 1 : every, first, second, largest);
    }
    return nb::make_tuple(total, a, b, c);
  }

  nb::tuple logistic_pass(In coef, In y, Optional weights, Optional offset, In centre, In scale, bool want_hessian,
                          bool want_curvature, ptrdiff_t every) const {
    double *g, *H = nullptr, *h = nullptr;
    const std::size_t p = columns() + 1;
    nb::object hessian = nb::none(), curvature = nb::none();
    auto gradient = new_array({p}, &g);
    if (want_hessian) hessian = nb::cast(new_array({p, p}, &H));
    if (want_curvature) curvature = nb::cast(new_array({std::size_t(rows())}, &h));
    const auto l = layout(centre, scale);
    const double* b = pointer(coef, p, "coef");
    const Rows data{pointer(y, rows(), "y"), pointer(weights, rows(), "weights"), pointer(offset, rows(), "offset")};
    PassResult result;
    {
      nb::gil_scoped_release free;
      auto loss = [](auto isa, double eta, double target) __attribute__((always_inline)) {
        return log_loss<decltype(isa)>(eta, target);
      };
      result = loss_pass(l, loss, b, data, every < 1 ? 1 : every, g, H, h);
    }
    return nb::make_tuple(result.loss, result.weight, gradient, hessian, curvature);
  }

 private:
  Blocks blocks_;
  nb::list kept_;

  void check_rows(std::size_t n) const {
    if (n != static_cast<std::size_t>(blocks_.rows)) throw nb::value_error("blocks differ in their number of rows");
  }
  int next(int columns) {
    const int first = blocks_.columns;
    blocks_.columns += columns;
    return first;
  }
  Layout layout(const In& centre, const In& scale) const {
    return Layout(blocks_, {pointer(centre, columns(), "centre"), pointer(scale, columns(), "scale")});
  }
};

}  // namespace

void bind_design(nb::module_& m) {
  m.def("thread_limit", [] { return thread_limit.load(); });
  m.def("set_thread_limit", [](int n) { thread_limit = n < 1 ? 1 : n; }, nb::arg("n"));
  // A second copy of the core in one process, as the measurements of accuracy load, shares the class of the first.
  if (const nb::handle known = nb::type<Design>(); known.is_valid()) {
    m.attr("Design") = known;
    return;
  }
  nb::class_<Design>(m, "Design")
      .def(nb::init<ptrdiff_t>(), nb::arg("rows"))
      .def("add_dense", &Design::add_dense, nb::arg("values"), nb::arg("fill").none() = nb::none())
      .def("add_codes", &Design::add_codes, nb::arg("codes"), nb::arg("levels"), nb::arg("reference"))
      .def("add_sparse", &Design::add_sparse, nb::arg("indptr"), nb::arg("indices"), nb::arg("data"), nb::arg("columns"))
      .def_prop_ro("rows", &Design::rows)
      .def_prop_ro("columns", &Design::columns)
      .def("matvec", &Design::matvec, nb::arg("coef"), nb::arg("centre"), nb::arg("scale"))
      .def("rmatvec", &Design::rmatvec, nb::arg("residual"), nb::arg("squares"), nb::arg("centre"), nb::arg("scale"))
      .def("gram", &Design::gram, nb::arg("weights"), nb::arg("centre"), nb::arg("scale"))
      .def("gram_times", &Design::gram_times, nb::arg("weights"), nb::arg("coef"), nb::arg("centre"), nb::arg("scale"))
      .def("moments", &Design::moments, nb::arg("weights").none(), nb::arg("centre"), nb::arg("scale"),
           nb::arg("every") = 1)
      .def("logistic_pass", &Design::logistic_pass, nb::arg("coef"), nb::arg("y"), nb::arg("weights").none(),
           nb::arg("offset").none(), nb::arg("centre"), nb::arg("scale"), nb::arg("hessian"), nb::arg("curvature"),
           nb::arg("every"));
}

}  // namespace ogive
