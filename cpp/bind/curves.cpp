// S-curves and links as NumPy universal functions.
#include "kernels/curves.hpp"

#include "bind/family.hpp"

namespace ogive {

void add_curves(nb::dict& family) {
  add_members<HardSigmoid, Softsign, ArctanSigmoid, AlgebraicSigmoid, NormalCdf, NormalQuantile, Cloglog, CloglogInverse,
              Gompertz>(family);
}

}  // namespace ogive
