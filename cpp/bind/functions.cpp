// The family of functions as NumPy universal functions.
#define OGIVE_IMPORTS_NUMPY
#include "bind/ufuncs.hpp"
#include "kernels/functions.hpp"

namespace ogive {
namespace {

// What a function of the family offers, each as an operation.
#define OGIVE_OPERATION(Name, member)                                                  \
  template <class F>                                                                   \
  struct Name {                                                                        \
    static constexpr int inputs = arity<F>, outputs = 1;                               \
    static constexpr bool native_float = floats<F>;                                    \
    template <class I, class... T>                                                     \
    OGIVE_INLINE static auto call(T... x) {                                            \
      return F::template member<I>(x...);                                              \
    }                                                                                  \
  };                                                                                   \
  template <class F>                                                                   \
  concept has_##member = requires { F::template member<Isa<4, true>>(0.0); } ||        \
                         requires { F::template member<Isa<4, true>>(0.0, 0.0); };

template <class F>
constexpr int arity = requires { F::template value<Isa<4, true>>(0.0); } ? 1 : 2;
template <class F>
constexpr bool floats = requires { F::native_float; };

OGIVE_OPERATION(Value, value)
OGIVE_OPERATION(Derivative, derivative)
OGIVE_OPERATION(SecondDerivative, second_derivative)
OGIVE_OPERATION(FromOutput, from_output)
OGIVE_OPERATION(Inverse, inverse)

template <class F>
struct ValueAndDerivative {
  static constexpr int inputs = 1, outputs = 2;
  static constexpr bool native_float = floats<F>;
  template <class I, class T>
  OGIVE_INLINE static Two<T> call(T x) {
    if constexpr (requires { F::template value_and_derivative<I>(x); }) return F::template value_and_derivative<I>(x);
    else return {F::template value<I>(x), F::template derivative<I>(x)};
  }
};

template <class F>
void add(nb::dict& family) {
  const std::string name = F::name;
  nb::dict made;
  made["value"] = make_ufunc<Value<F>>(name, name + ", elementwise.");
  if constexpr (has_derivative<F>)
    made["derivative"] = make_ufunc<Derivative<F>>(name + "_derivative", "Derivative of " + name + ", elementwise.");
  if constexpr (has_second_derivative<F>)
    made["second_derivative"] =
        make_ufunc<SecondDerivative<F>>(name + "_second_derivative", "Second derivative of " + name + ", elementwise.");
  if constexpr (has_from_output<F>)
    made["derivative_from_output"] = make_ufunc<FromOutput<F>>(
        name + "_derivative_from_output", "Derivative of " + name + " where its value is given, elementwise.");
  if constexpr (has_inverse<F>)
    made["inverse"] = make_ufunc<Inverse<F>>(name + "_inverse", "Inverse of " + name + ", elementwise.");
  if constexpr (has_derivative<F> && arity<F> == 1)
    made["value_and_derivative"] =
        make_ufunc<ValueAndDerivative<F>>(name + "_value_and_derivative", name + " and its derivative in one pass.");
  family[F::name] = made;
}

template <class... F>
nb::dict family() {
  nb::dict all;
  (add<F>(all), ...);
  return all;
}

int import_numpy() {
  import_array1(-1);
  import_umath1(-1);
  return 0;
}

// Add the loops for bfloat16, whose number NumPy gave to the library that defines it.
void add_brain_float(int type) {
  for (const Registered& r : registered) {
    std::vector<int> types(r.arguments, type);
    if (PyUFunc_RegisterLoopForType(r.ufunc, type, r.brain, types.data(), nullptr) < 0) throw nb::python_error();
  }
  registered.clear();
}

}  // namespace

void bind_functions(nb::module_& m) {
  if (import_numpy() < 0) throw nb::python_error();
  m.attr("FUNCTIONS") = family<Sigmoid, LogSigmoid, Softplus, Tanh, Logit, Silu>();
  m.def("add_brain_float", &add_brain_float, nb::arg("type"), "Teach all functions the type of this number, bfloat16.");
}

}  // namespace ogive
