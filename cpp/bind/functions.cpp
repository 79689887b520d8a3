// The family of functions as NumPy universal functions: the logistic ones, and the dictionary of all.
#define OGIVE_IMPORTS_NUMPY
#include "bind/family.hpp"
#include "kernels/functions.hpp"

namespace ogive {
namespace {

int import_numpy() {
  import_array1(-1);
  import_umath1(-1);
  return 0;
}

// Add the loops for bfloat16, whose number NumPy gave to the library that defines it.
void add_brain_float(int type) {
  for (const Registered& r : registered) {
    std::vector<int> types(r.arguments, type);
    if (r.label >= 0) types[r.label] = NPY_INT64;
    if (PyUFunc_RegisterLoopForType(r.ufunc, type, r.brain, types.data(), nullptr) < 0) throw nb::python_error();
  }
  registered.clear();
}

}  // namespace

void bind_functions(nb::module_& m) {
  if (import_numpy() < 0) throw nb::python_error();
  nb::dict family;
  add_logistic(family);
  add_curves(family);
  add_gates(family);
  add_rows(family);
  add_losses(family);
  m.attr("FUNCTIONS") = family;
  m.def("add_brain_float", &add_brain_float, nb::arg("type"), "Teach all functions the type of this number, bfloat16.");
}

void add_logistic(nb::dict& family) {
  add_members<Sigmoid, Logit, LogSigmoid, Log1mSigmoid, Softplus, Tanh>(family);
}

}  // namespace ogive
