// The twins as a shared library for ctypes: references of whole arrays, and errors against them.
#include "activations.hpp"

namespace twins {
namespace {

using Settings = const double*;  // what a function takes beside x, one number each

template <auto twin, class R>
R call(R x, [[maybe_unused]] Settings s) {
  if constexpr (std::is_invocable_v<decltype(twin), R, R, R>) return twin(x, R(s[0]), R(s[1]));
  else if constexpr (std::is_invocable_v<decltype(twin), R, R>) return twin(x, R(s[0]));
  else return twin(x);
}

struct Twin {
  const char* name;
  double (*quick)(double, Settings);
  quad (*exact)(quad, Settings);
};

#define TWIN(name) {#name, call<&name<double>, double>, call<&name<quad>, quad>},
constexpr Twin all[] = {
  TWIN(sigmoid) TWIN(sigmoid_derivative) TWIN(sigmoid_second_derivative)
  TWIN(sigmoid_derivative_from_output) TWIN(logit) TWIN(logit_derivative) TWIN(logit_second_derivative)
  TWIN(logit_derivative_from_output) TWIN(logit_inverse) TWIN(sigmoid_inverse) TWIN(softplus)
  TWIN(softplus_derivative) TWIN(softplus_second_derivative) TWIN(softplus_derivative_from_output)
  TWIN(softplus_inverse) TWIN(softplus_inverse_term) TWIN(log_sigmoid) TWIN(log_sigmoid_derivative)
  TWIN(log_sigmoid_second_derivative) TWIN(log_sigmoid_derivative_from_output) TWIN(log_sigmoid_inverse)
  TWIN(log_sigmoid_inverse_term) TWIN(log1m_sigmoid) TWIN(log1m_sigmoid_derivative)
  TWIN(log1m_sigmoid_second_derivative) TWIN(log1m_sigmoid_derivative_from_output)
  TWIN(log1m_sigmoid_inverse) TWIN(log1m_sigmoid_inverse_term) TWIN(tanh) TWIN(tanh_derivative)
  TWIN(tanh_second_derivative) TWIN(tanh_derivative_from_output) TWIN(tanh_inverse) TWIN(hard_sigmoid)
  TWIN(hard_sigmoid_derivative) TWIN(hard_sigmoid_second_derivative)
  TWIN(hard_sigmoid_derivative_from_output) TWIN(hard_sigmoid_inverse) TWIN(softsign)
  TWIN(softsign_derivative) TWIN(softsign_second_derivative) TWIN(softsign_derivative_from_output)
  TWIN(softsign_inverse) TWIN(arctan_sigmoid) TWIN(arctan_sigmoid_derivative)
  TWIN(arctan_sigmoid_second_derivative) TWIN(arctan_sigmoid_derivative_from_output)
  TWIN(arctan_sigmoid_inverse) TWIN(algebraic_sigmoid) TWIN(algebraic_sigmoid_derivative)
  TWIN(algebraic_sigmoid_second_derivative) TWIN(algebraic_sigmoid_derivative_from_output)
  TWIN(algebraic_sigmoid_inverse) TWIN(normal_cdf) TWIN(normal_cdf_derivative)
  TWIN(normal_cdf_second_derivative) TWIN(normal_quantile) TWIN(normal_quantile_derivative_from_output)
  TWIN(normal_quantile_derivative) TWIN(normal_quantile_second_derivative) TWIN(normal_quantile_inverse)
  TWIN(normal_cdf_inverse) TWIN(normal_cdf_derivative_from_output) TWIN(cloglog_inverse)
  TWIN(cloglog_inverse_derivative) TWIN(cloglog_inverse_second_derivative)
  TWIN(cloglog_inverse_derivative_from_output) TWIN(cloglog) TWIN(cloglog_term) TWIN(cloglog_derivative)
  TWIN(cloglog_second_derivative) TWIN(cloglog_second_derivative_term) TWIN(cloglog_derivative_from_output)
  TWIN(cloglog_inverse_inverse) TWIN(cloglog_inverse_inverse_term) TWIN(gompertz) TWIN(gompertz_derivative)
  TWIN(gompertz_second_derivative) TWIN(gompertz_derivative_from_output) TWIN(gompertz_inverse)
  TWIN(gompertz_inverse_term) TWIN(prelu) TWIN(prelu_derivative) TWIN(prelu_second_derivative)
  TWIN(prelu_derivative_from_output) TWIN(prelu_inverse) TWIN(relu) TWIN(relu_derivative)
  TWIN(relu_second_derivative) TWIN(relu_derivative_from_output) TWIN(leaky_relu)
  TWIN(leaky_relu_derivative) TWIN(leaky_relu_second_derivative) TWIN(leaky_relu_derivative_from_output)
  TWIN(leaky_relu_inverse) TWIN(elu_alpha) TWIN(elu_alpha_derivative) TWIN(elu_alpha_second_derivative)
  TWIN(elu_alpha_derivative_from_output) TWIN(elu_alpha_inverse) TWIN(elu) TWIN(elu_derivative)
  TWIN(elu_second_derivative) TWIN(elu_derivative_from_output) TWIN(elu_inverse) TWIN(selu)
  TWIN(selu_derivative) TWIN(selu_second_derivative) TWIN(selu_derivative_from_output)
  TWIN(selu_derivative_from_output_term) TWIN(selu_inverse) TWIN(selu_inverse_term) TWIN(gelu)
  TWIN(gelu_derivative) TWIN(gelu_derivative_term) TWIN(gelu_second_derivative)
  TWIN(gelu_second_derivative_term) TWIN(swish) TWIN(swish_derivative) TWIN(swish_derivative_term)
  TWIN(swish_second_derivative) TWIN(swish_second_derivative_term) TWIN(silu) TWIN(silu_derivative)
  TWIN(silu_derivative_term) TWIN(silu_second_derivative) TWIN(silu_second_derivative_term) TWIN(gelu_tanh)
  TWIN(gelu_tanh_derivative) TWIN(gelu_tanh_derivative_term) TWIN(gelu_tanh_second_derivative)
  TWIN(gelu_tanh_second_derivative_term) TWIN(mish) TWIN(mish_derivative) TWIN(mish_derivative_term)
  TWIN(mish_second_derivative) TWIN(mish_second_derivative_term) TWIN(binary_cross_entropy)
  TWIN(binary_cross_entropy_derivative) TWIN(binary_cross_entropy_derivative_term)
  TWIN(binary_cross_entropy_second_derivative) TWIN(binary_cross_entropy_from_probability)
  TWIN(binary_cross_entropy_from_probability_derivative)
  TWIN(binary_cross_entropy_from_probability_derivative_term)
  TWIN(binary_cross_entropy_from_probability_second_derivative) TWIN(focal_loss) TWIN(focal_loss_derivative)
  TWIN(focal_loss_derivative_term) TWIN(focal_loss_second_derivative)
  TWIN(focal_loss_second_derivative_term)
};

template <class R>
void errors(const Format& type, bool lenient, const double* x, const R* exact, const R* term, const double* y, double* out,
            std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = error_in_ulps(type, x[i], exact[i], term ? term[i] : R(0), y[i], lenient);
}

// In double, a block at a time without a branch; one in which anything is infinite or NaN is looked at number by number.
void quick_errors(const Format& type, bool lenient, const double* x, const double* exact, const double* term,
                  const double* y, double* out, std::int64_t n) {
  constexpr std::int64_t block = 256;
  constexpr std::uint64_t exponent_bits = 0x7ff0000000000000;
  const double top = power_of_two(double(), type.most + 1), scale = power_of_two(double(), type.digits - 1);
  const auto least = std::bit_cast<std::uint64_t>(power_of_two(double(), type.least));
  for (std::int64_t first = 0; first < n; first += block) {
    const std::int64_t end = std::min(first + block, n);
    int special = 0;
    for (std::int64_t i = first; i < end; ++i) {
      const double size = term ? largest(exact[i], term[i]) : fabs(exact[i]);
      const auto unit = std::max(std::bit_cast<std::uint64_t>(size) & exponent_bits, least);
      out[i] = fabs(y[i] - exact[i]) / std::bit_cast<double>(unit) * scale;
      special |= !(fabs(x[i]) <= std::numeric_limits<double>::max()) | !(size < top) | !(fabs(y[i]) < top);
    }
    if (special)
      errors<double>(type, lenient, x + first, exact + first, term ? term + first : term, y + first, out + first, end - first);
  }
}

}  // namespace
}  // namespace twins

// Numbers of the reference are handed through without being looked at: double or, where `precise`, quad.
extern "C" {

int twin_named(const char* name) {
  int i = 0;
  for (const auto& twin : twins::all) {
    if (!std::strcmp(twin.name, name)) return i;
    ++i;
  }
  return -1;
}

void reference(int twin, const double* settings, int precise, const double* x, void* out, std::int64_t n) {
  const auto& t = twins::all[twin];
  for (std::int64_t i = 0; i < n; ++i)
    if (precise) static_cast<twins::quad*>(out)[i] = t.exact(x[i], settings);
    else static_cast<double*>(out)[i] = t.quick(x[i], settings);
}

void errors(const int* format, int lenient, int precise, const double* x, const void* exact, const void* term,
            const double* y, double* out, std::int64_t n) {
  using twins::quad;
  const twins::Format type{format[0], format[1], format[2]};
  if (precise)
    twins::errors(type, lenient, x, static_cast<const quad*>(exact), static_cast<const quad*>(term), y, out, n);
  else
    twins::quick_errors(type, lenient, x, static_cast<const double*>(exact), static_cast<const double*>(term), y, out, n);
}

// Numbers of the reference as two doubles each, for whoever wants to see them.
void split(const void* exact, double* high, double* low, std::int64_t n) {
  const auto* q = static_cast<const twins::quad*>(exact);
  for (std::int64_t i = 0; i < n; ++i) high[i] = double(q[i]), low[i] = double(q[i] - high[i]);
}
}
