// The optimizer steps with a moving mean of gradients: Adam and its relatives, and Lion.
#ifndef FEEDFORWARD_KERNELS_UPDATE_ADAM_H_
#define FEEDFORWARD_KERNELS_UPDATE_ADAM_H_

#include "kernels/functions.h"
#include "kernels/update_parts.h"

namespace ff {
namespace FF_ISA {

template <>
struct Update<Optimizer::adam> {
  template <bool amsgrad>
  static void loop(const UpdateArgs& args) {
    float* m = args.slot[slot_number(Optimizer::adam, "m")];
    float* v = args.slot[slot_number(Optimizer::adam, "v")];
    float* v_maximum = args.slot[slot_number(Optimizer::adam, "vMaximum")];
    const double t1 = 1 - integer_power(args.option[0], args.step + 1);
    const double t2 = 1 - integer_power(args.option[1], args.step + 1);
    const F rate = set(static_cast<float>(args.learning_rate / t1)) * sqrt(set(static_cast<float>(t2)));
    const F rest1 = set(1.0f - args.option[0]), rest2 = set(1.0f - args.option[1]), epsilon = set(args.option[2]);
    const F decay = set(args.learning_rate * args.option[3]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
      const F g = load_n(args.g + i, count);
      const F new_m = move_mean(m, i, count, g, rest1);
      F new_v = move_mean(v, i, count, g * g, rest2);
      if constexpr (amsgrad) {
        new_v = maximum(load_n(v_maximum + i, count), new_v);
        store_n(v_maximum + i, new_v, count);
      }
      store_n(args.p + i, value - new_m * rate / (sqrt(new_v) + epsilon), count);
    });
  }

  static void run(const UpdateArgs& args) {
    if (args.slot[slot_number(Optimizer::adam, "vMaximum")] != nullptr) {
      loop<true>(args);
    } else {
      loop<false>(args);
    }
  }
};

template <>
struct Update<Optimizer::adamax> {
  static void run(const UpdateArgs& args) {
    float* m = args.slot[slot_number(Optimizer::adamax, "m")];
    float* u = args.slot[slot_number(Optimizer::adamax, "u")];
    const double t1 = 1 - integer_power(args.option[0], args.step + 1);
    const F rate = set(static_cast<float>(args.learning_rate / t1));
    const F rest1 = set(1.0f - args.option[0]), beta2 = set(args.option[1]), epsilon = set(args.option[2]);
    const F decay = set(args.learning_rate * args.option[3]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
      const F g = load_n(args.g + i, count);
      const F new_m = move_mean(m, i, count, g, rest1);
      const F new_u = maximum(beta2 * load_n(u + i, count), abs(g));
      store_n(u + i, new_u, count);
      store_n(args.p + i, value - rate * new_m / (new_u + epsilon), count);
    });
  }
};

template <>
struct Update<Optimizer::nadam> {
  // beta1 (1 - 0.96^t / 2), the momentum of step t.
  static double momentum(double beta1, uint32_t t) { return beta1 * (1 - 0.5 * integer_power(0.96, t)); }

  // The product of the momenta of the steps 1 ... t. Beyond 1000 steps 0.96^t counts no more; once the product is below
  // 1e-9, neither does it.
  static double momentum_product(double beta1, uint32_t t) {
    constexpr uint32_t kSteps = 1000;
    double product = 1, power = 1;
    for (uint32_t i = 0; i < t && i < kSteps && product > 1e-9; ++i) {
      power *= 0.96;
      product *= beta1 * (1 - 0.5 * power);
    }
    return t > kSteps ? product * integer_power(beta1, t - kSteps) : product;
  }

  static void run(const UpdateArgs& args) {
    float* m = args.slot[slot_number(Optimizer::nadam, "m")];
    float* v = args.slot[slot_number(Optimizer::nadam, "v")];
    const uint32_t t = args.step + 1;
    const double now = momentum(args.option[0], t), next = momentum(args.option[0], t + 1);
    const double product = momentum_product(args.option[0], t), t2 = 1 - integer_power(args.option[1], t);
    const F scale_m = set(static_cast<float>(args.learning_rate * next / (1 - product * next)));
    const F scale_g = set(static_cast<float>(args.learning_rate * (1 - now) / (1 - product)));
    const F scale_v = set(static_cast<float>(1 / t2));
    const F rest1 = set(1.0f - args.option[0]), rest2 = set(1.0f - args.option[1]), epsilon = set(args.option[2]);
    const F decay = set(args.learning_rate * args.option[3]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
      const F g = load_n(args.g + i, count);
      const F new_m = move_mean(m, i, count, g, rest1), new_v = move_mean(v, i, count, g * g, rest2);
      store_n(args.p + i, value - fma(scale_m, new_m, scale_g * g) / (sqrt(new_v * scale_v) + epsilon), count);
    });
  }
};

template <>
struct Update<Optimizer::radam> {
  static void run(const UpdateArgs& args) {
    float* m = args.slot[slot_number(Optimizer::radam, "m")];
    float* v = args.slot[slot_number(Optimizer::radam, "v")];
    const uint32_t t = args.step + 1;
    const double power2 = integer_power(args.option[1], t), t1 = 1 - integer_power(args.option[0], t), t2 = 1 - power2;
    const double limit = 2 / (1 - static_cast<double>(args.option[1])) - 1, length = limit - 2 * t * power2 / t2;
    const bool rectified = length > 5;
    double scale = args.learning_rate / t1;
    if (rectified) {
      const double shrink = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length);
      // In vectors, because there is no square root of doubles without the C library.
      scale *= lane(sqrt(set(static_cast<float>(shrink * t2))), 0);
    }
    const F rate = set(static_cast<float>(scale));
    const F rest1 = set(1.0f - args.option[0]), rest2 = set(1.0f - args.option[1]), epsilon = set(args.option[2]);
    const F decay = set(args.learning_rate * args.option[3]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
      const F g = load_n(args.g + i, count);
      const F new_m = move_mean(m, i, count, g, rest1), new_v = move_mean(v, i, count, g * g, rest2);
      const F change = rectified ? rate * new_m / (sqrt(new_v) + epsilon) : rate * new_m;
      store_n(args.p + i, value - change, count);
    });
  }
};

template <>
struct Update<Optimizer::lion> {
  static void run(const UpdateArgs& args) {
    float* m = args.slot[slot_number(Optimizer::lion, "m")];
    const F rate = set(args.learning_rate), beta1 = set(args.option[0]), rest1 = set(1.0f - args.option[0]);
    const F beta2 = set(args.option[1]), rest2 = set(1.0f - args.option[1]);
    const F decay = set(args.learning_rate * args.option[2]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
      const F g = load_n(args.g + i, count), old_m = load_n(m + i, count);
      const F direction = UnaryFunction<Unary::sign>::value(beta1 * old_m + rest1 * g, rate);
      store_n(m + i, beta2 * old_m + rest2 * g, count);
      store_n(args.p + i, value - rate * direction, count);
    });
  }
};

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_UPDATE_ADAM_H_
