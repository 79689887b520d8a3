// The twins: for every function and operation one readable definition whose formula does not cancel.
//
// They share nothing with the kernels; `python -m benchmarks.accuracy --check` compares them with mpmath. A twin has the
// name of its function and operation (sigmoid, sigmoid_derivative, sigmoid_derivative_from_output, ...). Where a function
// crosses zero at a point that no number represents, or where its input has lost what the answer needs, no fixed number of
// its own ulps can be promised; there `<twin>_term` is the largest term, whose ulps count instead.
#pragma once

#include "reference.hpp"

namespace twins {

// ---- the logistic family, with t = exp(-|x|) --------------------------------------------------------------------------

template <class R> R sigmoid(R x) { return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)); }
template <class R> R sigmoid_derivative(R x) {
  const R t = exp(-fabs(x));
  return t / ((1 + t) * (1 + t));
}
template <class R> R sigmoid_second_derivative(R x) {  // sigma' (1 - 2 sigma)
  const R t = exp(-fabs(x));
  return sign_of(x) * t * expm1(-fabs(x)) / ((1 + t) * (1 + t) * (1 + t));
}
template <class R> R sigmoid_derivative_from_output(R s) { return s >= 0 && s <= 1 ? s * (1 - s) : not_a_number<R>; }

template <class R> R logit(R p) {
  return fabs(p - R(0.5)) < R(0.25) ? log1p((2 * p - 1) / (1 - p)) : log(p) - log1p(-p);
}
template <class R> R logit_derivative(R p) { return p >= 0 && p <= 1 ? 1 / (p * (1 - p)) : not_a_number<R>; }
template <class R> R logit_second_derivative(R p) {
  return p >= 0 && p <= 1 ? (2 * p - 1) / (p * p * (1 - p) * (1 - p)) : not_a_number<R>;
}
template <class R> R logit_derivative_from_output(R y) { return 1 / sigmoid_derivative(y); }
template <class R> R logit_inverse(R x) { return sigmoid(x); }
template <class R> R sigmoid_inverse(R p) { return logit(p); }

template <class R> R softplus(R x) { return (x > 0 ? x : R(0)) + log1p(exp(-fabs(x))); }
template <class R> R softplus_derivative(R x) { return sigmoid(x); }
template <class R> R softplus_second_derivative(R x) { return sigmoid_derivative(x); }
template <class R> R softplus_derivative_from_output(R y) { return y >= 0 ? -expm1(-y) : not_a_number<R>; }
template <class R> R softplus_inverse(R y) { return y > 1 ? y + log1p(-exp(-y)) : log(expm1(y)); }
template <class R> R softplus_inverse_term(R y) { return largest(y, softplus_inverse(y)); }

template <class R> R log_sigmoid(R x) { return -softplus(-x); }
template <class R> R log_sigmoid_derivative(R x) { return sigmoid(-x); }
template <class R> R log_sigmoid_second_derivative(R x) { return -sigmoid_derivative(x); }
template <class R> R log_sigmoid_derivative_from_output(R y) { return y <= 0 ? -expm1(y) : not_a_number<R>; }
template <class R> R log_sigmoid_inverse(R y) { return -softplus_inverse(-y); }
template <class R> R log_sigmoid_inverse_term(R y) { return softplus_inverse_term(-y); }

template <class R> R log1m_sigmoid(R x) { return -softplus(x); }
template <class R> R log1m_sigmoid_derivative(R x) { return -sigmoid(x); }
template <class R> R log1m_sigmoid_second_derivative(R x) { return -sigmoid_derivative(x); }
template <class R> R log1m_sigmoid_derivative_from_output(R y) { return y <= 0 ? expm1(y) : not_a_number<R>; }
template <class R> R log1m_sigmoid_inverse(R y) { return softplus_inverse(-y); }
template <class R> R log1m_sigmoid_inverse_term(R y) { return softplus_inverse_term(-y); }

template <class R> R tanh(R x) {
  const R m = expm1(-2 * fabs(x));
  return x == 0 ? x : -sign_of(x) * m / (2 + m);
}
template <class R> R tanh_derivative(R x) { return 4 * sigmoid_derivative(2 * x); }
template <class R> R tanh_second_derivative(R x) { return 8 * sigmoid_second_derivative(2 * x); }
template <class R> R tanh_derivative_from_output(R s) { return fabs(s) <= 1 ? (1 - s) * (1 + s) : not_a_number<R>; }
template <class R> R tanh_inverse(R s) { return sign_of(s) * log1p(2 * fabs(s) / (1 - fabs(s))) / 2; }

// ---- other S-curves ---------------------------------------------------------------------------------------------------

template <class R> R hard_sigmoid(R x) { return x <= -3 ? R(0) : x >= 3 ? R(1) : (x + 3) / 6; }
template <class R> R hard_sigmoid_derivative(R x) { return x != x ? x : fabs(x) < 3 ? R(1) / 6 : R(0); }
template <class R> R hard_sigmoid_second_derivative(R x) { return x != x ? x : R(0); }
template <class R> R hard_sigmoid_derivative_from_output(R s) {
  return s >= 0 && s <= 1 ? (s > 0 && s < 1 ? R(1) / 6 : R(0)) : not_a_number<R>;
}
template <class R> R hard_sigmoid_inverse(R p) { return p >= 0 && p <= 1 ? 6 * p - 3 : not_a_number<R>; }

template <class R> R softsign(R x) { return sign_of(x) / (1 + 1 / fabs(x)); }
template <class R> R softsign_derivative(R x) { return 1 / ((1 + fabs(x)) * (1 + fabs(x))); }
template <class R> R softsign_second_derivative(R x) {
  const R d = 1 + fabs(x);
  return -2 * sign_of(x) / (d * d * d);
}
template <class R> R softsign_derivative_from_output(R s) {
  return fabs(s) <= 1 ? (1 - fabs(s)) * (1 - fabs(s)) : not_a_number<R>;
}
template <class R> R softsign_inverse(R s) { return fabs(s) <= 1 ? s / (1 - fabs(s)) : not_a_number<R>; }

template <class R> R arctan_sigmoid(R x) { return 2 / pi<R> * atan(pi<R> / 2 * x); }
template <class R> R arctan_sigmoid_derivative(R x) {
  const R u = pi<R> / 2 * x;
  return 1 / (1 + u * u);
}
template <class R> R arctan_sigmoid_second_derivative(R x) {
  const R slope = arctan_sigmoid_derivative(x);
  return times(times(-pi<R> * pi<R> / 2 * x, slope), slope);
}
// cos(pi s/2)^2 is a sine, and tan(pi s/2) a reciprocal, of the distance to 1.
template <class R> R arctan_sigmoid_derivative_from_output(R s) {
  const R c = sin(pi<R> / 2 * (1 - fabs(s)));
  return fabs(s) <= 1 ? c * c : not_a_number<R>;
}
template <class R> R arctan_sigmoid_inverse(R s) {
  const R a = fabs(s), t = a < R(0.5) ? tan(pi<R> / 2 * a) : 1 / tan(pi<R> / 2 * (1 - a));
  return a <= 1 ? sign_of(s) * t * 2 / pi<R> : not_a_number<R>;
}

template <class R> R algebraic_sigmoid(R x) { return sign_of(x) / sqrt(1 + 1 / (x * x)); }
template <class R> R algebraic_sigmoid_derivative(R x) {
  const R d = 1 + x * x;
  return 1 / (d * sqrt(d));
}
template <class R> R algebraic_sigmoid_second_derivative(R x) {
  const R d = 1 + x * x;
  return times(-3 * x, 1 / (d * d * sqrt(d)));
}
template <class R> R algebraic_sigmoid_derivative_from_output(R s) {
  const R d = (1 - s) * (1 + s);
  return d * sqrt(d);
}
template <class R> R algebraic_sigmoid_inverse(R s) { return s / sqrt((1 - s) * (1 + s)); }

// ---- the normal distribution ------------------------------------------------------------------------------------------

template <class R> R normal_cdf(R x) { return erfc(-x / sqrt(R(2))) / 2; }
template <class R> R normal_cdf_derivative(R x) { return exp(-x * x / 2) / sqrt(2 * pi<R>); }
template <class R> R normal_cdf_second_derivative(R x) { return times(-x, normal_cdf_derivative(x)); }

// A Newton step for log Phi(x) = log p; near p = 1/2 the difference is taken of erf, which is exact there.
template <class R> R towards_quantile(R x, R p) {
  const R cdf = normal_cdf(x);
  const R more = p < R(0.25) ? cdf - p : (erf(x / sqrt(R(2))) - (2 * p - 1)) / 2;
  return x - cdf / normal_cdf_derivative(x) * log1p(more / p);
}
// log Phi is concave, so the steps lead to the solution; the last leaves the square of 1e-12.
template <class R> R solve_quantile(R x, R p) {
  R last;
  do last = x, x = towards_quantile(x, p);
  while (fabs(x - last) > 1e-12 * fabs(x));
  return x;
}
// For p < 1/2. The start is of Phi(-x) <= exp(-x^2/2)/2; in double up to where Phi has lost digits, then in R.
template <class R> R lower_quantile(R p) {
  const double start = std::max(double(p), 1e-290);
  return solve_quantile(R(solve_quantile(-std::sqrt(-2 * std::log(2 * start)), start)), p);
}
template <class R> R normal_quantile(R p) {
  if (!(p > 0 && p < 1)) return p == 0 ? -infinity<R> : p == 1 ? infinity<R> : not_a_number<R>;
  return p < R(0.5) ? lower_quantile(p) : p > R(0.5) ? -lower_quantile(1 - p) : R(0);
}
template <class R> R normal_quantile_derivative_from_output(R x) { return 1 / normal_cdf_derivative(x); }
template <class R> R normal_quantile_derivative(R p) { return normal_quantile_derivative_from_output(normal_quantile(p)); }
template <class R> R normal_quantile_second_derivative(R p) {
  const R x = normal_quantile(p), slope = normal_quantile_derivative_from_output(x);
  return x * slope * slope;
}
template <class R> R normal_quantile_inverse(R x) { return normal_cdf(x); }
template <class R> R normal_cdf_inverse(R p) { return normal_quantile(p); }
template <class R> R normal_cdf_derivative_from_output(R p) { return normal_cdf_derivative(normal_quantile(p)); }

// ---- extreme values, with u = exp(x) ----------------------------------------------------------------------------------

template <class R> R cloglog_inverse(R x) { return -expm1(-exp(x)); }
template <class R> R cloglog_inverse_derivative(R x) { return times(exp(x), exp(-exp(x))); }
template <class R> R cloglog_inverse_second_derivative(R x) {
  return x != x ? x : times(cloglog_inverse_derivative(x), -expm1(x));
}
template <class R> R cloglog_inverse_derivative_from_output(R s) {
  return s == 1 ? R(0) : s >= 0 ? (1 - s) * -log1p(-s) : not_a_number<R>;
}
template <class R> R cloglog(R p) { return log(-log1p(-p)); }
template <class R> R cloglog_term(R p) { return largest(cloglog(p), R(1)); }  // log u where u is nearly 1
template <class R> R cloglog_derivative(R p) {
  return p == 1 ? infinity<R> : p < 0 ? not_a_number<R> : 1 / ((1 - p) * fabs(log1p(-p)));  // -0 as 0
}
template <class R> R cloglog_second_derivative(R p) {
  const R u = -log1p(-p), d = (1 - p) * u;
  return p == 1 ? infinity<R> : p < 0 ? not_a_number<R> : (u - 1) / (d * d);
}
template <class R> R cloglog_second_derivative_term(R p) {
  const R u = -log1p(-p), d = (1 - p) * u;
  return largest(u, R(1)) / (d * d);
}
template <class R> R cloglog_derivative_from_output(R y) { return 1 / cloglog_inverse_derivative(y); }
template <class R> R cloglog_inverse_inverse(R p) { return cloglog(p); }
template <class R> R cloglog_inverse_inverse_term(R p) { return cloglog_term(p); }

template <class R> R gompertz(R x) { return exp(-exp(-x)); }
template <class R> R gompertz_derivative(R x) { return cloglog_inverse_derivative(-x); }
template <class R> R gompertz_second_derivative(R x) { return -cloglog_inverse_second_derivative(-x); }
template <class R> R gompertz_derivative_from_output(R s) {
  return s == 0 ? R(0) : s > 0 && s <= 1 ? -s * log(s) : not_a_number<R>;
}
template <class R> R gompertz_inverse(R s) { return -log(-log(s)); }
template <class R> R gompertz_inverse_term(R s) { return largest(gompertz_inverse(s), R(1)); }

}  // namespace twins
