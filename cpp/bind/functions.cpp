// The sigmoid and its relatives as NumPy universal functions.
#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#include <Python.h>
#include <numpy/ndarrayobject.h>
#include <numpy/ufuncobject.h>

#include <nanobind/nanobind.h>

#include <cfenv>

#include "kernels/isa.hpp"
#include "kernels/sigmoid.hpp"

namespace nb = nanobind;

namespace ogive {
namespace {

template <class T, class F>
OGIVE_INLINE void loop(F f, char** args, const npy_intp* dimensions, const npy_intp* steps) {
  const npy_intp n = dimensions[0], in = steps[0], out = steps[1];
  if (in == sizeof(T) && out == sizeof(T)) {
    const T* x = reinterpret_cast<const T*>(args[0]);
    T* y = reinterpret_cast<T*>(args[1]);
    for (npy_intp i = 0; i < n; ++i) y[i] = static_cast<T>(f(static_cast<double>(x[i])));
  } else {
    for (npy_intp i = 0; i < n; ++i)
      *reinterpret_cast<T*>(args[1] + i * out) =
          static_cast<T>(f(static_cast<double>(*reinterpret_cast<const T*>(args[0] + i * in))));
  }
}

// One entry a function: float32 is computed in float64 and rounded once.
#define OGIVE_UFUNC(name)                                                                                      \
  template <class T>                                                                                           \
  void name##_loop(char** args, const npy_intp* dimensions, const npy_intp* steps, void*) {                    \
    with_isa([&](auto) __attribute__((always_inline)) {                                                        \
      loop<T>([](double x) __attribute__((always_inline)) { return name(x); }, args, dimensions, steps);       \
    });                                                                                                        \
    std::feclearexcept(FE_ALL_EXCEPT); /* comparisons with NaN are meant; the flags mean nothing */           \
  }                                                                                                            \
  PyUFuncGenericFunction name##_loops[] = {name##_loop<float>, name##_loop<double>};

OGIVE_UFUNC(sigmoid)
OGIVE_UFUNC(log_sigmoid)
OGIVE_UFUNC(softplus)
OGIVE_UFUNC(logit)

void* no_data[] = {nullptr, nullptr};
const char types[] = {NPY_FLOAT, NPY_FLOAT, NPY_DOUBLE, NPY_DOUBLE};

void add(nb::module_& m, const char* name, PyUFuncGenericFunction* loops, const char* doc) {
  m.attr(name) = nb::steal(PyUFunc_FromFuncAndData(loops, no_data, types, 2, 1, 1, PyUFunc_None, name, doc, 0));
}

int import_numpy() {
  import_array1(-1);
  import_umath1(-1);
  return 0;
}

}  // namespace

void bind_functions(nb::module_& m) {
  if (import_numpy() < 0) throw nb::python_error();
  add(m, "sigmoid", sigmoid_loops, "1/(1+exp(-x)), elementwise; nothing overflows, subnormal results are kept.");
  add(m, "log_sigmoid", log_sigmoid_loops, "log(1/(1+exp(-x))), elementwise.");
  add(m, "softplus", softplus_loops, "log(1+exp(x)), elementwise.");
  add(m, "logit", logit_loops, "log(p/(1-p)), elementwise; -inf at 0, inf at 1, NaN outside [0, 1].");
}

}  // namespace ogive
