// Activations as NumPy universal functions.
#include "kernels/gates.hpp"

#include "bind/family.hpp"

namespace ogive {

void add_gates(nb::dict& family) {
  add_members<Relu, LeakyRelu, Prelu, Elu, EluAlpha, Selu, Gelu, GeluTanh, Silu, Swish, Mish>(family);
}

}  // namespace ogive
