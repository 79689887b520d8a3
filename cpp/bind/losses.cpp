// Losses of probabilities, elementwise and along an axis.
#include "kernels/losses.hpp"

#include "bind/row_ufuncs.hpp"

namespace ogive {
namespace {

template <class F, int Inputs, int Order>
struct Loss {
  static constexpr int inputs = Inputs, outputs = 1;
  static constexpr bool native_float = F::native_float;
  template <class I, class... T>
  OGIVE_INLINE static auto call(T... x) {
    if constexpr (Order == 0) return F::template value<I>(x...);
    else if constexpr (Order == 1) return F::template derivative<I>(x...);
    else return F::template second_derivative<I>(x...);
  }
};

template <class F, int Inputs>
void add_loss(nb::dict& family, const std::string& arguments, const std::string& in) {
  const std::string name = F::name, what = name + arguments;
  nb::dict made;
  made["value"] = make_ufunc<Loss<F, Inputs, 0>>(name, what + ", elementwise.");
  made["derivative"] = make_ufunc<Loss<F, Inputs, 1>>(name + "_derivative", "Derivative of " + what + " in " + in + ".");
  made["second_derivative"] =
      make_ufunc<Loss<F, Inputs, 2>>(name + "_second_derivative", "Second derivative of " + what + " in " + in + ".");
  family[F::name] = made;
}

}  // namespace

void add_losses(nb::dict& family) {
  add_loss<BinaryCrossEntropy, 2>(family, "(z, y)", "z");
  add_loss<BinaryCrossEntropyFromProbability, 2>(family, "(p, y)", "p");
  add_loss<FocalLoss, 3>(family, "(z, y, gamma)", "z");
  nb::dict made;
  made["value"] = make_row_ufunc<CrossEntropyRow>("log_sum_exp(z) - z[label]; NaN where a label is no class.");
  made["derivative"] = make_row_ufunc<CrossEntropyDerivativeRow>("Derivative of cross_entropy(z, label) in z: s - onehot.");
  made["second_derivative"] =
      make_row_ufunc<CrossEntropySecondDerivativeRow>("Second derivative of cross_entropy(z, label) in each z: s (1 - s).");
  family["cross_entropy"] = made;
}

}  // namespace ogive
