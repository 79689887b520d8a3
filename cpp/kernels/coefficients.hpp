// Written by cpp/coefficients.py: constants of the kernels.
#pragma once

namespace ogive {

template <class T>
struct ExpConstants;
template <class T>
struct LogConstants;
template <class T>
struct ExpTail;
template <class T>
struct TailConstants;
template <class T>
struct QuantileMiddle;
template <class T>
struct QuantileTail;
template <class T>
struct QuantileFar;
template <class T>
struct ArctanConstants;
template <class T>
struct TangentConstants;
template <class T>
struct SineSquareConstants;

// (exp(r) - 1 - r)/r^2 for |r| <= ln(2)/2, relative to r; largest error 2^-60.6.
template <>
struct ExpConstants<double> {
  static constexpr double log2_e = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42fefa3800p-1;
  static constexpr double ln2_low = 0x1.ef35793c76730p-45;
  static constexpr int degree = 10;
  static constexpr double poly[] = {
      0x1.0000000000000p-1,
      0x1.5555555555559p-3,
      0x1.555555555555ap-5,
      0x1.111111110f6aep-7,
      0x1.6c16c16c14478p-10,
      0x1.a01a01afe5640p-13,
      0x1.a01a01b0abe6ep-16,
      0x1.71ddf853088fap-19,
      0x1.27e4c5b77e7d6p-22,
      0x1.af5ec0055252bp-26,
      0x1.1f95419d6b4bdp-29,
  };
};

// (2 atanh(s) - 2 s)/s^3 in s^2, relative to s; largest error 2^-57.8.
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

// (exp(r) - 1 - r)/r^2 for |r| <= ln(2)/2, relative to r; largest error 2^-28.7.
template <>
struct ExpConstants<float> {
  static constexpr float log2_e = 0x1.7154760000000p+0f;
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

// (2 atanh(s) - 2 s)/s^3 in s^2, relative to s; largest error 2^-30.1.
template <>
struct LogConstants<float> {
  static constexpr float sqrt_half = 0x1.6a09e60000000p-1f;
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

// (exp(r) - 1 - r - r^2/2 - r^3/6)/r^4 for |r| <= ln(2)/2, relative to 1; largest error 2^-66.6.
template <>
struct ExpTail<double> {
  static constexpr int degree = 9;
  static constexpr double poly[] = {
      0x1.5555555555558p-5,
      0x1.1111111111113p-7,
      0x1.6c16c16c1507dp-10,
      0x1.a01a01a018495p-13,
      0x1.a01a01ad55497p-16,
      0x1.71de3a603b488p-19,
      0x1.27e4cc6b49df8p-22,
      0x1.ae6415539a983p-26,
      0x1.1f8b510f8bb91p-29,
      0x1.61e257d59958dp-33,
  };
};

// (1 + z) exp(z^2/2) Phi(-z) in (z - 4)/(z + 4) for 0 <= z <= 38.9, relative; largest error 2^-54.6.
template <>
struct TailConstants<double> {
  static constexpr double centre = 0x1.0000000000000p+2;
  static constexpr double far = 0x1.3733333333333p+5;
  static constexpr int degree = 23;
  static constexpr double poly[] = {
      0x1.e361ea6fba141p-2,
      -0x1.8c18f2086e34cp-4,
      0x1.cabd72a60fabbp-7,
      0x1.d4969f10e0446p-6,
      -0x1.07c3c2582d918p-5,
      0x1.25dd7205f838dp-6,
      -0x1.47d5fc7351b36p-8,
      -0x1.2b7f5de262f13p-12,
      0x1.6c5382ac2ee82p-11,
      -0x1.8c11b51109a43p-14,
      -0x1.707ba114bbf61p-14,
      0x1.648429a26a0a3p-16,
      0x1.c93d95faa8d5dp-17,
      -0x1.cca729db0cea6p-19,
      -0x1.5eaed2e47c8b1p-19,
      0x1.b231b96c92c44p-22,
      0x1.283c81c750064p-21,
      0x1.ac950cf8b74c6p-30,
      -0x1.dbb0b180bc6ebp-24,
      -0x1.5641cc1630a22p-26,
      0x1.2c73890b5deb2p-26,
      0x1.aa8d27293e081p-28,
      -0x1.9b82451971dc6p-30,
      -0x1.a7127bd0bbb56p-31,
  };
};

// (1 + z) exp(z^2/2) Phi(-z) in (z - 4)/(z + 4) for 0 <= z <= 14.9, relative; largest error 2^-25.5.
template <>
struct TailConstants<float> {
  static constexpr float centre = 0x1.0000000000000p+2f;
  static constexpr float far = 0x1.dccccc0000000p+3f;
  static constexpr int degree = 10;
  static constexpr float poly[] = {
      0x1.e361ea0000000p-2f,
      -0x1.8c18f00000000p-4f,
      0x1.cabd280000000p-7f,
      0x1.d494fa0000000p-6f,
      -0x1.07c2b40000000p-5f,
      0x1.25eec00000000p-6f,
      -0x1.47f1a80000000p-8f,
      -0x1.3e3ef20000000p-12f,
      0x1.6afb320000000p-11f,
      -0x1.015d0e0000000p-14f,
      -0x1.2da03a0000000p-14f,
  };
};

// (z/r - sqrt(2 pi))/r^2 in 0.425^2 - r^2 for |r| < 0.425, where Phi(z) = 1/2 + r, relative to z/r^3; largest error 2^-55.4.
template <>
struct QuantileMiddle<double> {
  static constexpr double end = 0x1.71eb851eb851fp-3;
  static constexpr int degree = 7;
  static constexpr double poly[] = {
      0x1.37fc2a497deaap+2,
      0x1.7c631d8eb4e76p+7,
      0x1.5c7de6b4fe90fp+11,
      0x1.2ac1762aa51f9p+14,
      0x1.e6621a8986916p+15,
      0x1.51109f08c45e7p+16,
      0x1.1f182956f1bfbp+15,
      0x1.1e93307013e83p+9,
  };
  struct Below {
    static constexpr int degree = 7;
    static constexpr double poly[] = {
        0x1.0000000000000p+0,
        0x1.685273b43899ap+5,
        0x1.8bdfbfdb812b3p+9,
        0x1.ae89d53114586p+12,
        0x1.e5e1e237e67b2p+14,
        0x1.10d765072a158p+16,
        0x1.0967021fb943cp+16,
        0x1.37e89ae70e7b7p+14,
    };
  };
};

// z - sqrt(2) s in s - 1.6, s = sqrt(-log(Phi(-z))), for 1.4394 < z < 6.66, relative to z; largest error 2^-55.6.
template <>
struct QuantileTail<double> {
  static constexpr double start = 0x1.999999999999ap+0;
  static constexpr int degree = 7;
  static constexpr double poly[] = {
      -0x1.adb954c2ae753p-1,
      -0x1.6c6c4a5351734p+0,
      -0x1.da55bca759bd6p-1,
      -0x1.2aba43b374669p-2,
      -0x1.7501460778081p-5,
      -0x1.993f6fa6a7761p-9,
      -0x1.1569ac5d6000ap-14,
      -0x1.2d6ba33363804p-24,
  };
  struct Below {
    static constexpr int degree = 7;
    static constexpr double poly[] = {
        0x1.0000000000000p+0,
        0x1.05dd49f502c45p+1,
        0x1.ac34bb2b5ea63p+0,
        0x1.65f5263eef91bp-1,
        0x1.434a951295f2ap-3,
        0x1.2eeb5440e4f46p-6,
        0x1.f79c54e3d4ea5p-11,
        0x1.eed8e2652dc9ep-17,
    };
  };
};

// z - sqrt(2) s in s - 5, s = sqrt(-log(Phi(-z))), for 6.65 < z < 38.6, relative to z; largest error 2^-56.0.
template <>
struct QuantileFar<double> {
  static constexpr double start = 0x1.4000000000000p+2;
  static constexpr int degree = 7;
  static constexpr double poly[] = {
      -0x1.a7143ee025996p-2,
      -0x1.92a2e77c707d3p-3,
      -0x1.14c98a6a3f443p-5,
      -0x1.53ed1f0f58ac7p-9,
      -0x1.77e2aa0db5f31p-14,
      -0x1.4d15dea908944p-20,
      -0x1.523001748bfd7p-28,
      -0x1.bdf3247a11ba2p-41,
  };
  struct Below {
    static constexpr int degree = 7;
    static constexpr double poly[] = {
        0x1.0000000000000p+0,
        0x1.38f59a7a649f0p-1,
        0x1.25ec1942e4d7ep-3,
        0x1.0b22b3e345b32p-6,
        0x1.e882d5a511523p-11,
        0x1.aa4d21c90b894p-16,
        0x1.301532180053ap-22,
        0x1.df68932cba909p-31,
    };
  };
};

// (2/pi) atan(pi v/2)/v in v^2 for |v| <= 0.63662, relative; largest error 2^-54.7.
template <>
struct ArctanConstants<double> {
  static constexpr int degree = 20;
  static constexpr double poly[] = {
      0x1.0000000000000p+0,
      -0x1.a51a66253077ap-1,
      0x1.37b5870209299p+0,
      -0x1.12aec09f06a20p+1,
      0x1.0791ff652060fp+2,
      -0x1.0a0ba76da2af8p+3,
      0x1.15b95b437634bp+4,
      -0x1.28eef5cf9a34ep+5,
      0x1.43239a79f59a1p+6,
      -0x1.6422c8b320ef0p+7,
      0x1.8ae36e5677c7bp+8,
      -0x1.b320d69753493p+9,
      0x1.d1eaf711b839fp+10,
      -0x1.d4a720b89a833p+11,
      0x1.a887d4691d75dp+12,
      -0x1.4aaa7a21d8b84p+13,
      0x1.a5bb106ee242ap+13,
      -0x1.a07ab295ab9f2p+13,
      0x1.27a80dfbd9f35p+13,
      -0x1.0aa545a3b2bddp+12,
      0x1.c8ceec3653a4ap+9,
  };
};

// (2/pi) tan(pi v/2)/v in v^2 for |v| <= 0.5, relative; largest error 2^-55.1.
template <>
struct TangentConstants<double> {
  static constexpr int degree = 14;
  static constexpr double poly[] = {
      0x1.0000000000000p+0,
      0x1.a51a662530718p-1,
      0x1.9f9cb402c9d4cp-1,
      0x1.9f1372b2fcfc2p-1,
      0x1.9f04c71b3494ap-1,
      0x1.9f02f32efcf11p-1,
      0x1.9f0809f17a60cp-1,
      0x1.9eb0a648dc042p-1,
      0x1.a2b039c664729p-1,
      0x1.81138f4c2dff3p-1,
      0x1.264d5d32efa9fp+0,
      -0x1.23647b3afb179p-1,
      0x1.26ca0cc0baa16p+2,
      -0x1.6ce35e0c73bffp+2,
      0x1.a0286dfb270b0p+2,
  };
};

// sin(pi v/2)^2/v^2 in v^2 for |v| <= 0.5, relative; largest error 2^-53.2.
template <>
struct SineSquareConstants<double> {
  static constexpr int degree = 8;
  static constexpr double poly[] = {
      0x1.3bd3cc9be45dep+1,
      -0x1.03c1f081b5ac4p+1,
      0x1.55d3c7e3cbfd8p-1,
      -0x1.e1f5068918fadp-4,
      0x1.a6d1f2a04eca5p-7,
      -0x1.f9d388fe0e2f5p-11,
      0x1.b6e1cb4f98059p-15,
      -0x1.20a5b78ee1eefp-19,
      0x1.216916ad70d8fp-24,
  };
};

}  // namespace ogive
