// Written by cpp/coefficients.py: constants of the kernels.
#pragma once

namespace ogive {

template <class T>
struct ExpConstants;
template <class T>
struct LogConstants;

// poly: (exp(r) - 1 - r)/r^2 for |r| <= ln(2)/2, relative to r; largest error 2^-55.6.
template <>
struct ExpConstants<double> {
  static constexpr double log2_e = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42fefa3800p-1;
  static constexpr double ln2_low = 0x1.ef35793c76730p-45;
  static constexpr int degree = 9;
  static constexpr double poly[] = {
      0x1.0000000000005p-1,
      0x1.555555555555cp-3,
      0x1.55555555520f5p-5,
      0x1.111111110e6d7p-7,
      0x1.6c16c17f374c4p-10,
      0x1.a01a01b5d4da6p-13,
      0x1.a019a68629a8bp-16,
      0x1.71ddea0eced48p-19,
      0x1.28a2ab4223e14p-22,
      0x1.af769c7514bd2p-26,
  };
};

// poly: (2 atanh(s) - 2 s)/s^3 in s^2, relative to s; largest error 2^-57.8.
template <>
struct LogConstants<double> {
  static constexpr double sqrt_half = 0x1.6a09e667f3bcdp-1;
  static constexpr double ln2_high = 0x1.62e42fefa3800p-1;
  static constexpr double ln2_low = 0x1.ef35793c76730p-45;
  static constexpr int degree = 6;
  static constexpr double poly[] = {
      0x1.5555555555592p-1,
      0x1.999999997fd2fp-2,
      0x1.24924941f95ebp-2,
      0x1.c71c520231aecp-3,
      0x1.74664078014e8p-3,
      0x1.39a1904d0bc95p-3,
      0x1.2f0723269f220p-3,
  };
};

// poly: (exp(r) - 1 - r)/r^2 for |r| <= ln(2)/2, relative to r; largest error 2^-28.7.
template <>
struct ExpConstants<float> {
  static constexpr float log2_e = 0x1.71547652b82fep+0f;
  static constexpr float ln2_high = 0x1.62e4000000000p-1f;
  static constexpr float ln2_low = 0x1.7f7d1c0000000p-20f;
  static constexpr int degree = 5;
  static constexpr float poly[] = {
      0x1.0000000000000p-1f,
      0x1.5555560000000p-3f,
      0x1.5554ae0000000p-5f,
      0x1.1110900000000p-7f,
      0x1.6d74860000000p-10f,
      0x1.a1a1cc0000000p-13f,
  };
};

// poly: (2 atanh(s) - 2 s)/s^3 in s^2, relative to s; largest error 2^-30.1.
template <>
struct LogConstants<float> {
  static constexpr float sqrt_half = 0x1.6a09e667f3bcdp-1f;
  static constexpr float ln2_high = 0x1.62e4000000000p-1f;
  static constexpr float ln2_low = 0x1.7f7d1c0000000p-20f;
  static constexpr int degree = 3;
  static constexpr float poly[] = {
      0x1.5555540000000p-1f,
      0x1.999a7a0000000p-2f,
      0x1.2438ce0000000p-2f,
      0x1.e2f7e60000000p-3f,
  };
};

}  // namespace ogive
