// The compiled core of Ogive: one file a topic.
#include <nanobind/nanobind.h>

namespace nb = nanobind;

namespace ogive {
void bind_functions(nb::module_& m);
void bind_design(nb::module_& m);
void bind_linalg(nb::module_& m);
void bind_scores(nb::module_& m);
void bind_fits(nb::module_& m);
}  // namespace ogive

NB_MODULE(_core, m) {
  ogive::bind_functions(m);
  ogive::bind_design(m);
  ogive::bind_linalg(m);
  ogive::bind_scores(m);
  ogive::bind_fits(m);
}
