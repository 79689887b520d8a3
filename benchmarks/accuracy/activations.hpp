// The twins of activations and losses; see s_curves.hpp.
#pragma once

#include "s_curves.hpp"

namespace twins {

// ---- straight pieces: at the kink the slope is the left one's ----------------------------------------------------------

template <class R> R prelu(R x, R slope) { return x > 0 ? x : slope * x; }
template <class R> R prelu_derivative(R x, R slope) { return x != x ? x : x > 0 ? R(1) : slope; }
template <class R> R prelu_second_derivative(R x, R) { return x != x ? x : R(0); }
template <class R> R prelu_derivative_from_output(R y, R slope) { return prelu_derivative(y, slope); }
template <class R> R prelu_inverse(R y, R slope) { return y > 0 ? y : y / slope; }

template <class R> R relu(R x) { return x < 0 ? R(0) : x; }
template <class R> R relu_derivative(R x) { return prelu_derivative(x, R(0)); }
template <class R> R relu_second_derivative(R x) { return prelu_second_derivative(x, R(0)); }
template <class R> R relu_derivative_from_output(R y) { return y >= 0 ? relu_derivative(y) : not_a_number<R>; }

template <class R> R leaky_relu(R x) { return prelu(x, R(1) / 100); }
template <class R> R leaky_relu_derivative(R x) { return prelu_derivative(x, R(1) / 100); }
template <class R> R leaky_relu_second_derivative(R x) { return prelu_second_derivative(x, R(1) / 100); }
template <class R> R leaky_relu_derivative_from_output(R y) { return leaky_relu_derivative(y); }
template <class R> R leaky_relu_inverse(R y) { return y > 0 ? y : 100 * y; }

// ---- exponential pieces: right * x, left * (exp(x) - 1) ------------------------------------------------------------------

template <class R> R pieces(R x, R right, R left) { return x > 0 ? right * x : left * expm1(x); }
template <class R> R pieces_derivative(R x, R right, R left) { return x > 0 ? right : left * exp(x); }
template <class R> R pieces_second_derivative(R x, R left) { return x > 0 ? R(0) : left * exp(x); }
template <class R> R pieces_from_output(R y, R right, R left) {
  return y > 0 ? right : y >= -left ? y + left : not_a_number<R>;
}
template <class R> R pieces_inverse(R y, R right, R left) { return y > 0 ? y / right : log1p(y / left); }

template <class R> R elu_alpha(R x, R alpha) { return pieces(x, R(1), alpha); }
template <class R> R elu_alpha_derivative(R x, R alpha) { return pieces_derivative(x, R(1), alpha); }
template <class R> R elu_alpha_second_derivative(R x, R alpha) { return pieces_second_derivative(x, alpha); }
template <class R> R elu_alpha_derivative_from_output(R y, R alpha) { return pieces_from_output(y, R(1), alpha); }
template <class R> R elu_alpha_inverse(R y, R alpha) { return pieces_inverse(y, R(1), alpha); }

template <class R> R elu(R x) { return elu_alpha(x, R(1)); }
template <class R> R elu_derivative(R x) { return elu_alpha_derivative(x, R(1)); }
template <class R> R elu_second_derivative(R x) { return elu_alpha_second_derivative(x, R(1)); }
template <class R> R elu_derivative_from_output(R y) { return elu_alpha_derivative_from_output(y, R(1)); }
template <class R> R elu_inverse(R y) { return elu_alpha_inverse(y, R(1)); }

template <class R> inline constexpr R selu_right = R(1.0507009873554804934193349852946Q);
template <class R> inline constexpr R selu_left = R(1.0507009873554804934193349852946Q * 1.6732632423543772848170429916717Q);
template <class R> R selu(R x) { return pieces(x, selu_right<R>, selu_left<R>); }
template <class R> R selu_derivative(R x) { return pieces_derivative(x, selu_right<R>, selu_left<R>); }
template <class R> R selu_second_derivative(R x) { return pieces_second_derivative(x, selu_left<R>); }
template <class R> R selu_derivative_from_output(R y) { return pieces_from_output(y, selu_right<R>, selu_left<R>); }
template <class R> R selu_derivative_from_output_term(R y) { return largest(y, selu_derivative_from_output(y)); }
template <class R> R selu_inverse(R y) { return pieces_inverse(y, selu_right<R>, selu_left<R>); }
// Near the least output a rounding of y/left is divided by what is left of 1.
template <class R> R selu_inverse_term(R y) { return y < 0 ? y / (y + selu_left<R>) : y; }

// ---- gates: x times a rising curve --------------------------------------------------------------------------------------

template <class R> R gelu(R x) { return times(x, normal_cdf(x)); }
template <class R> R gelu_derivative(R x) { return normal_cdf(x) + times(x, normal_cdf_derivative(x)); }
template <class R> R gelu_derivative_term(R x) { return largest(normal_cdf(x), times(x, normal_cdf_derivative(x))); }
template <class R> R gelu_second_derivative(R x) { return times(normal_cdf_derivative(x), 2 - x * x); }
template <class R> R gelu_second_derivative_term(R x) { return times(normal_cdf_derivative(x), largest(R(2), x * x)); }

// x sigmoid(beta x)
template <class R> R swish(R x, R beta) { return times(x, sigmoid(beta * x)); }
template <class R> R swish_rise(R x, R beta) { return times(beta * x, sigmoid_derivative(beta * x)); }
template <class R> R swish_derivative(R x, R beta) { return sigmoid(beta * x) + swish_rise(x, beta); }
template <class R> R swish_derivative_term(R x, R beta) { return largest(sigmoid(beta * x), swish_rise(x, beta)); }
template <class R> R swish_bend(R x, R beta) { return times(beta * x, sigmoid_second_derivative(beta * x)); }
template <class R> R swish_second_derivative(R x, R beta) {
  return beta * (2 * sigmoid_derivative(beta * x) + swish_bend(x, beta));
}
template <class R> R swish_second_derivative_term(R x, R beta) {
  return beta * largest(2 * sigmoid_derivative(beta * x), swish_bend(x, beta));
}

template <class R> R silu(R x) { return swish(x, R(1)); }
template <class R> R silu_derivative(R x) { return swish_derivative(x, R(1)); }
template <class R> R silu_derivative_term(R x) { return swish_derivative_term(x, R(1)); }
template <class R> R silu_second_derivative(R x) { return swish_second_derivative(x, R(1)); }
template <class R> R silu_second_derivative_term(R x) { return swish_second_derivative_term(x, R(1)); }

// x (1 + tanh(v))/2 = x sigmoid(u) with u = 2v = sqrt(8/pi) (x + 0.044715 x^3)
template <class R> struct Bent { R u, first, second; };
template <class R> Bent<R> bent(R x) {
  const R c = sqrt(8 / pi<R>), k = R(44715) / 1000000;
  return {c * x * (1 + k * x * x), c * (1 + 3 * k * x * x), 6 * c * k * x};
}
template <class R> R gelu_tanh(R x) { return times(x, sigmoid(bent(x).u)); }
template <class R> R gelu_tanh_rise(R x) { return times(x * bent(x).first, sigmoid_derivative(bent(x).u)); }
template <class R> R gelu_tanh_derivative(R x) { return sigmoid(bent(x).u) + gelu_tanh_rise(x); }
template <class R> R gelu_tanh_derivative_term(R x) { return largest(sigmoid(bent(x).u), gelu_tanh_rise(x)); }
// Both terms of the first and second derivative of sigmoid(u(x)), as they stand in the second derivative of x sigmoid(u).
template <class R> R gelu_tanh_slopes(R x) {
  const Bent<R> b = bent(x);
  return times(2 * b.first + x * b.second, sigmoid_derivative(b.u));
}
template <class R> R gelu_tanh_bend(R x) {
  const Bent<R> b = bent(x);
  return times(x * b.first * b.first, sigmoid_second_derivative(b.u));
}
template <class R> R gelu_tanh_second_derivative(R x) { return gelu_tanh_slopes(x) + gelu_tanh_bend(x); }
template <class R> R gelu_tanh_second_derivative_term(R x) { return largest(gelu_tanh_slopes(x), gelu_tanh_bend(x)); }

// x T with T = tanh(log(1 + w)) = (w^2 + 2w)/D, D = w^2 + 2w + 2 and w = exp(x);
// T' = 4w (1 + w)/D^2, T'' = 4w (2 + 2w - 3w^2 - 2w^3)/D^3. For x > 0 all is divided by powers of w; t = exp(-|x|).
template <class R> R mish_denominator(R x) {
  const R t = exp(-fabs(x));
  return x > 0 ? 1 + 2 * t + 2 * t * t : t * t + 2 * t + 2;
}
template <class R> R mish_gate(R x) {
  const R t = exp(-fabs(x));
  return (x > 0 ? 1 + 2 * t : t * t + 2 * t) / mish_denominator(x);
}
template <class R> R mish_rise(R x) {
  const R t = exp(-fabs(x)), d = mish_denominator(x);
  return 4 * (1 + t) * (x > 0 ? t * t : t) / (d * d);
}
// One power of w after the other, so that their largest is at hand.
template <class R> R mish_bend(R x, bool alone) {
  const R t = exp(-fabs(x)), d = mish_denominator(x), f = 4 * (x > 0 ? t * t : t) / (d * d * d);
  const R a = 2, b = 2 * t, c = 3 * t * t, e = 2 * t * t * t;
  if (alone) return f * largest(largest(a, x > 0 ? 3 * t : b), largest(e, x > 0 ? 2 * t * t : c));
  return f * (x > 0 ? e + 2 * t * t - 3 * t - a : a + b - c - e);
}
template <class R> R mish(R x) { return times(x, mish_gate(x)); }
template <class R> R mish_derivative(R x) { return mish_gate(x) + times(x, mish_rise(x)); }
template <class R> R mish_derivative_term(R x) { return largest(mish_gate(x), times(x, mish_rise(x))); }
template <class R> R mish_second_derivative(R x) { return 2 * mish_rise(x) + times(x, mish_bend(x, false)); }
template <class R> R mish_second_derivative_term(R x) { return largest(2 * mish_rise(x), times(x, mish_bend(x, true))); }

// ---- losses: of the prediction, given the truth y in [0, 1] --------------------------------------------------------------

// y `positive` + (1 - y) `negative`, where what has no weight does not count.
template <class R> R mixture(R y, R positive, R negative) { return times(y, positive) + times(1 - y, negative); }
template <class R> R mixture_term(R y, R positive, R negative) { return largest(times(y, positive), times(1 - y, negative)); }

template <class R> R binary_cross_entropy(R z, R y) { return mixture(y, softplus(-z), softplus(z)); }
template <class R> R binary_cross_entropy_derivative(R z, R y) { return mixture(y, -sigmoid(-z), sigmoid(z)); }
template <class R> R binary_cross_entropy_derivative_term(R z, R y) { return mixture_term(y, sigmoid(-z), sigmoid(z)); }
template <class R> R binary_cross_entropy_second_derivative(R z, R) { return sigmoid_derivative(z); }

template <class R> R probable(R p, R value) { return p >= 0 && p <= 1 ? value : R(NAN); }
template <class R> R binary_cross_entropy_from_probability(R p, R y) {
  return probable(p, mixture(y, -log(p), -log1p(-p)));
}
template <class R> R binary_cross_entropy_from_probability_derivative(R p, R y) {
  return probable(p, mixture(y, -1 / p, 1 / (1 - p)));
}
template <class R> R binary_cross_entropy_from_probability_derivative_term(R p, R y) {
  return mixture_term(y, 1 / p, 1 / (1 - p));
}
template <class R> R binary_cross_entropy_from_probability_second_derivative(R p, R y) {
  return probable(p, mixture(y, 1 / (p * p), 1 / ((1 - p) * (1 - p))));
}

// For y = 1, with a = sigmoid(-z), b = sigmoid(z), L = softplus(-z): a^g L, whose derivatives in z are
// -a^g (g b L + a) and a^g b (g L (g b - a) + (2g + 1) a).
template <class R> R focal(R z, R g) { return times(exp(-g * softplus(z)), softplus(-z)); }
template <class R> R focal_derivative(R z, R g) {
  return times(-exp(-g * softplus(z)), g * times(sigmoid(z), softplus(-z)) + sigmoid(-z));
}
template <class R> R focal_second_derivative(R z, R g, bool alone) {
  const R a = sigmoid(-z), b = sigmoid(z), f = exp(-g * softplus(z)), l = g * times(b, softplus(-z));
  const R bend = g * times(b, l) - times(a, l), flat = (2 * g + 1) * times(a, b);
  return times(f, alone ? largest(largest(g * times(b, l), times(a, l)), flat) : bend + flat);
}
template <class R> R focal_loss(R z, R y, R g) { return mixture(y, focal(z, g), focal(-z, g)); }
template <class R> R focal_loss_derivative(R z, R y, R g) {
  return mixture(y, focal_derivative(z, g), -focal_derivative(-z, g));
}
template <class R> R focal_loss_derivative_term(R z, R y, R g) {
  return mixture_term(y, focal_derivative(z, g), focal_derivative(-z, g));
}
template <class R> R focal_loss_second_derivative(R z, R y, R g) {
  return mixture(y, focal_second_derivative(z, g, false), focal_second_derivative(-z, g, false));
}
template <class R> R focal_loss_second_derivative_term(R z, R y, R g) {
  return mixture_term(y, focal_second_derivative(z, g, true), focal_second_derivative(-z, g, true));
}

}  // namespace twins
