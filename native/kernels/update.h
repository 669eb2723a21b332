// Optimizer steps in one pass over parameters, gradients and slots. The rules are written in ops.def.
#ifndef FEEDFORWARD_KERNELS_UPDATE_H_
#define FEEDFORWARD_KERNELS_UPDATE_H_

#include "kernels/kernels.h"
#include "kernels/simd.h"

namespace ff {
namespace FF_ISA {

// Which slot and option is which, by the names in ops.def.
constexpr uint32_t slot_number(Optimizer optimizer, const char* name) {
  const OptimizerInfo& info = kOptimizers[static_cast<uint32_t>(optimizer)];
  for (uint32_t i = 0; i < info.slots; ++i) {
    if (info.slot[i].name.equals(name)) return i;
  }
  return kMaxSlots;
}

inline double integer_power(double base, uint32_t exponent) {
  double result = 1;
  for (; exponent != 0; exponent >>= 1, base *= base) {
    if (exponent & 1) result *= base;
  }
  return result;
}

template <Optimizer optimizer>
struct Update;

template <>
struct Update<Optimizer::sgd> {
  template <bool momentum>
  static void loop(const UpdateArgs& args) {
    float* p = args.p;
    float* velocity = args.slot[slot_number(Optimizer::sgd, "velocity")];
    const F rate = set(args.learning_rate), m = set(args.option[0]), decay = set(args.learning_rate * args.option[2]);
    const bool nesterov = args.option[1] != 0;
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      F value = load_n(p + i, count);
      value = value - decay * value;
      const F change = rate * load_n(args.g + i, count);
      if constexpr (momentum) {
        const F v = m * load_n(velocity + i, count) - change;
        store_n(velocity + i, v, count);
        value = value + (nesterov ? m * v - change : v);
      } else {
        value = value - change;
      }
      store_n(p + i, value, count);
    });
  }

  static void run(const UpdateArgs& args) {
    if (args.slot[slot_number(Optimizer::sgd, "velocity")] != nullptr) {
      loop<true>(args);
    } else {
      loop<false>(args);
    }
  }
};

template <>
struct Update<Optimizer::rmsprop> {
  template <bool momentum, bool centered>
  static void loop(const UpdateArgs& args) {
    float* p = args.p;
    float* mean_square = args.slot[slot_number(Optimizer::rmsprop, "meanSquare")];
    float* velocity = args.slot[slot_number(Optimizer::rmsprop, "velocity")];
    float* mean_gradient = args.slot[slot_number(Optimizer::rmsprop, "meanGradient")];
    const F rate = set(args.learning_rate), rho = set(args.option[0]), rest = set(1.0f - args.option[0]);
    const F m = set(args.option[1]), epsilon = set(args.option[2]);
    const F decay = set(args.learning_rate * args.option[3]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      F value = load_n(p + i, count);
      value = value - decay * value;
      const F g = load_n(args.g + i, count);
      const F r = rho * load_n(mean_square + i, count) + rest * g * g;
      store_n(mean_square + i, r, count);
      F denominator = r + epsilon;
      if constexpr (centered) {
        const F a = rho * load_n(mean_gradient + i, count) + rest * g;
        store_n(mean_gradient + i, a, count);
        denominator = r - a * a + epsilon;
      }
      F change = rate * g / sqrt(denominator);
      if constexpr (momentum) {
        change = m * load_n(velocity + i, count) + change;
        store_n(velocity + i, change, count);
      }
      store_n(p + i, value - change, count);
    });
  }

  static void run(const UpdateArgs& args) {
    const bool momentum = args.slot[slot_number(Optimizer::rmsprop, "velocity")] != nullptr;
    const bool centered = args.slot[slot_number(Optimizer::rmsprop, "meanGradient")] != nullptr;
    if (momentum && centered) return loop<true, true>(args);
    if (momentum) return loop<true, false>(args);
    if (centered) return loop<false, true>(args);
    loop<false, false>(args);
  }
};

template <>
struct Update<Optimizer::adam> {
  template <bool amsgrad>
  static void loop(const UpdateArgs& args) {
    float* p = args.p;
    float* m = args.slot[slot_number(Optimizer::adam, "m")];
    float* v = args.slot[slot_number(Optimizer::adam, "v")];
    float* v_maximum = args.slot[slot_number(Optimizer::adam, "vMaximum")];
    const double t1 = 1 - integer_power(args.option[0], args.step + 1);
    const double t2 = 1 - integer_power(args.option[1], args.step + 1);
    const F rate = set(static_cast<float>(args.learning_rate / t1)) * sqrt(set(static_cast<float>(t2)));
    const F rest1 = set(1.0f - args.option[0]), rest2 = set(1.0f - args.option[1]), epsilon = set(args.option[2]);
    const F decay = set(args.learning_rate * args.option[3]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      F value = load_n(p + i, count);
      value = value - decay * value;
      const F g = load_n(args.g + i, count);
      const F old_m = load_n(m + i, count), old_v = load_n(v + i, count);
      const F new_m = fma(g - old_m, rest1, old_m);
      F new_v = fma(g * g - old_v, rest2, old_v);
      store_n(m + i, new_m, count);
      store_n(v + i, new_v, count);
      if constexpr (amsgrad) {
        new_v = maximum(load_n(v_maximum + i, count), new_v);
        store_n(v_maximum + i, new_v, count);
      }
      store_n(p + i, value - new_m * rate / (sqrt(new_v) + epsilon), count);
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

inline void update(Optimizer optimizer, const UpdateArgs& args) {
  switch (optimizer) {
#define FF_OPTIMIZER(name, slots, parameters) \
  case Optimizer::name:                       \
    return Update<Optimizer::name>::run(args);
#include "ops.def"
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_UPDATE_H_
