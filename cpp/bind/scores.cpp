// What judging probabilities needs of many rows.
#include <nanobind/stl/optional.h>

#include "bind/arrays.hpp"
#include "kernels/tally.hpp"

namespace ogive {
namespace {

template <class Item>
nb::object tally_of(const double* p, const double* y, const double* weights, std::size_t n) {
  std::unique_ptr<Tally<Item>> tally;
  {
    nb::gil_scoped_release free;
    tally = std::make_unique<Tally<Item>>(p, y, weights, n);
  }
  if (!tally->fits) return nb::none();
  double *values, *events, *nonevents;
  auto a = new_array({tally->size}, &values), b = new_array({tally->size}, &events), c = new_array({tally->size}, &nonevents);
  {
    nb::gil_scoped_release free;
    tally->write(values, events, nonevents);
  }
  return nb::make_tuple(a, b, c);
}

nb::object tally(In p, In y, Optional weights) {
  const std::size_t n = p.shape(0);
  if (n >= std::size_t(1) << 32) throw nb::value_error("there are more than 2^32 rows");
  const double *outcome = pointer(y, n, "y"), *weight = pointer(weights, n, "weights");
  return weight ? tally_of<WeightedOutcome>(p.data(), outcome, weight, n) : tally_of<Outcome>(p.data(), outcome, nullptr, n);
}

}  // namespace

void bind_scores(nb::module_& m) {
  m.def("tally", &tally, nb::arg("p"), nb::arg("y"), nb::arg("weights").none() = nb::none());
}

}  // namespace ogive
