// What a function of the family offers, each operation as a ufunc.
#pragma once

#include "bind/ufuncs.hpp"

namespace ogive {

// Native: whether float may be computed in float. Where few will count the nanoseconds, double is as well.
#define OGIVE_OPERATION(Name, member, Outputs, Native)                                                  \
  template <class F>                                                                                    \
  concept staged_##member = requires { F::template member##_parts<Isa<4, true>>(0.0); };                \
  template <class F>                                                                                    \
  concept has_##member = staged_##member<F> || requires { F::template member<Isa<4, true>>(0.0); } ||   \
                         requires { F::template member<Isa<4, true>>(0.0, 0.0); };                      \
  template <class F>                                                                                    \
  struct Name {                                                                                         \
    static constexpr int inputs = arity<F>, outputs = Outputs;                                          \
    static constexpr bool native_float = Native && floats<F>, staged = staged_##member<F>;              \
    template <class I, class T>                                                                         \
    OGIVE_INLINE static auto parts(T x) {                                                               \
      return F::template member##_parts<I>(x);                                                          \
    }                                                                                                   \
    template <class I, class T>                                                                         \
    OGIVE_INLINE static auto finish(T x, Exponential<T> u) {                                            \
      return F::template member<I>(x, u);                                                               \
    }                                                                                                   \
    template <class I, class... T>                                                                      \
    OGIVE_INLINE static auto call(T... x) {                                                             \
      if constexpr (staged) return F::template member<I>(x..., F::template member##_parts<I>(x...));    \
      else return F::template member<I>(x...);                                                          \
    }                                                                                                   \
  };

template <class F>
constexpr int arity = requires { F::template value<Isa<4, true>>(0.0, 0.0); } ? 2 : 1;
template <class F>
constexpr bool floats = requires { F::native_float; };

OGIVE_OPERATION(Value, value, 1, true)
OGIVE_OPERATION(Derivative, derivative, 1, true)
OGIVE_OPERATION(SecondDerivative, second_derivative, 1, false)
OGIVE_OPERATION(FromOutput, from_output, 1, true)
OGIVE_OPERATION(Inverse, inverse, 1, false)

OGIVE_OPERATION(AtOnce, value_and_derivative, 2, true)

template <class F>
struct OneByOne {
  static constexpr int inputs = 1, outputs = 2;
  static constexpr bool native_float = floats<F>, staged = false;
  template <class I, class T>
  OGIVE_INLINE static Two<T> call(T x) {
    return {Value<F>::template call<I>(x), Derivative<F>::template call<I>(x)};
  }
};

template <class F>
using ValueAndDerivative = std::conditional_t<has_value_and_derivative<F>, AtOnce<F>, OneByOne<F>>;

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
void add_members(nb::dict& family) {
  (add<F>(family), ...);
}

// The members of one topic, in the order of the catalogue.
void add_logistic(nb::dict& family);
void add_curves(nb::dict& family);
void add_gates(nb::dict& family);
void add_rows(nb::dict& family);
void add_losses(nb::dict& family);

}  // namespace ogive
