// What judging probabilities needs of many rows.
#include <nanobind/stl/optional.h>

#include "bind/arrays.hpp"
#include "kernels/isotonic.hpp"
#include "kernels/locate.hpp"
#include "kernels/proper.hpp"
#include "kernels/ranking.hpp"
#include "kernels/tally.hpp"
#include "kernels/venn_abers.hpp"

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

nb::object tally(In p, In y, Optional weights, bool logits) {
  const std::size_t n = p.shape(0);
  if (n >= std::size_t(1) << 32) throw nb::value_error("there are more than 2^32 rows");
  const double *outcome = pointer(y, n, "y"), *weight = pointer(weights, n, "weights");
  if (logits) return tally_of<ScoredOutcome>(p.data(), outcome, weight, n);
  return weight ? tally_of<WeightedOutcome>(p.data(), outcome, weight, n) : tally_of<Outcome>(p.data(), outcome, nullptr, n);
}

nb::tuple as_tuple(const Area& a) { return nb::make_tuple(a.value, a.of_events, a.of_nonevents); }

nb::tuple roc(In events, In nonevents) {
  const std::size_t n = events.shape(0);
  const double* others = pointer(nonevents, n, "nonevents");
  Area area;
  {
    nb::gil_scoped_release free;
    area = roc_area(events.data(), others, n);
  }
  return as_tuple(area);
}

nb::tuple precision(In events, In nonevents) {
  const std::size_t n = events.shape(0);
  const double* others = pointer(nonevents, n, "nonevents");
  Area area;
  {
    nb::gil_scoped_release free;
    const std::unique_ptr<double[]> room(new double[2 * n]);
    area = precision_area(events.data(), others, n, room.get(), room.get() + n);
  }
  return as_tuple(area);
}

template <class T>
nb::ndarray<nb::numpy, T> array_of(std::vector<T>&& values) {
  auto* kept = new std::vector<T>(std::move(values));
  nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return nb::ndarray<nb::numpy, T>(kept->data(), {kept->size()}, owner);
}

nb::object pools(In events, In nonevents) {
  const std::size_t n = events.shape(0);
  const double* others = pointer(nonevents, n, "nonevents");
  std::vector<std::int64_t> bounds;
  {
    nb::gil_scoped_release free;
    bounds = isotonic_pools(events.data(), others, n);
  }
  return nb::cast(array_of(std::move(bounds)));
}

nb::object count_below_of(In knots, In x, bool through) {
  std::vector<std::int64_t> count(x.shape(0));
  {
    nb::gil_scoped_release free;
    (through ? count_below<true> : count_below<false>)(knots.data(), knots.shape(0), x.data(), count.size(), count.data());
  }
  return nb::cast(array_of(std::move(count)));
}

nb::tuple venn_abers(In events, In nonevents) {
  const std::size_t n = events.shape(0);
  const double* others = pointer(nonevents, n, "nonevents");
  std::optional<VennAbers> steps;
  {
    nb::gil_scoped_release free;
    steps.emplace(events.data(), others, n);
  }
  auto &p0 = steps->p0, &p1 = steps->p1;
  return nb::make_tuple(array_of(std::move(p0.at)), array_of(std::move(p0.p)), array_of(std::move(p1.at)), array_of(std::move(p1.p)));
}

template <class Rows>
nb::object proper_of(const Rows& rows, std::size_t n, double certain, bool logs) {
  ProperScores all;
  {
    nb::gil_scoped_release free;
    all = logs ? proper_scores<true>(rows, n, certain) : proper_scores<false>(rows, n, certain);
  }
  if (!all.fits || all.brier.weight == 0.0) return nb::none();
  const auto moments = [](const Moments& m) { return nb::make_tuple(m.mean, m.squares); };
  return nb::make_tuple(all.brier.weight, all.contradicted, moments(all.log_loss), moments(all.brier));
}

nb::object proper_of_rows(In p, In y, Optional weights, double certain, bool logs) {
  const std::size_t n = p.shape(0);
  return proper_of(OutcomeRows{p.data(), pointer(y, n, "y"), pointer(weights, n, "weights")}, n, certain, logs);
}

nb::object proper_of_table(In p, In events, In nonevents, double certain) {
  const std::size_t n = p.shape(0);
  return proper_of(TableRows{p.data(), pointer(events, n, "events"), pointer(nonevents, n, "nonevents")}, n, certain, true);
}

}  // namespace

void bind_scores(nb::module_& m) {
  m.def("roc_area", &roc, nb::arg("events"), nb::arg("nonevents"));
  m.def("precision_area", &precision, nb::arg("events"), nb::arg("nonevents"));
  m.def("isotonic_pools", &pools, nb::arg("events"), nb::arg("nonevents"));
  m.def("count_below", &count_below_of, nb::arg("knots"), nb::arg("x"), nb::arg("through") = false);
  m.def("venn_abers", &venn_abers, nb::arg("events"), nb::arg("nonevents"));
  m.def("proper_of_rows", &proper_of_rows, nb::arg("p"), nb::arg("y"), nb::arg("weights").none(), nb::arg("certain"),
        nb::arg("logs"));
  m.def("proper_of_table", &proper_of_table, nb::arg("p"), nb::arg("events"), nb::arg("nonevents"), nb::arg("certain"));
  m.def("tally", &tally, nb::arg("p"), nb::arg("y"), nb::arg("weights").none() = nb::none(),
        nb::arg("logits") = false);
}

}  // namespace ogive
