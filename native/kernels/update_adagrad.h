// The optimizer steps that scale each element by its own history: RMSprop, Adagrad, Adadelta, FTRL, Rprop.
#ifndef FEEDFORWARD_KERNELS_UPDATE_ADAGRAD_H_
#define FEEDFORWARD_KERNELS_UPDATE_ADAGRAD_H_

#include "kernels/functions.h"
#include "kernels/update_parts.h"

namespace ff {
namespace FF_ISA {

template <>
struct Update<Optimizer::rmsprop> {
  template <bool momentum, bool centered>
  static void loop(const UpdateArgs& args) {
    float* mean_square = args.slot[slot_number(Optimizer::rmsprop, "meanSquare")];
    float* velocity = args.slot[slot_number(Optimizer::rmsprop, "velocity")];
    float* mean_gradient = args.slot[slot_number(Optimizer::rmsprop, "meanGradient")];
    const F rate = set(args.learning_rate), rho = set(args.option[0]), rest = set(1.0f - args.option[0]);
    const F m = set(args.option[1]), epsilon = set(args.option[2]);
    const F decay = set(args.learning_rate * args.option[3]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
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
      store_n(args.p + i, value - change, count);
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
struct Update<Optimizer::adagrad> {
  static void run(const UpdateArgs& args) {
    float* accumulator = args.slot[slot_number(Optimizer::adagrad, "accumulator")];
    const F rate = set(args.learning_rate), first = set(args.option[0]), epsilon = set(args.option[1]);
    const F decay = set(args.learning_rate * args.option[2]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
      const F g = load_n(args.g + i, count);
      const F sum = fma(g, g, load_n(accumulator + i, count));
      store_n(accumulator + i, sum, count);
      store_n(args.p + i, value - rate * g / sqrt(sum + first + epsilon), count);
    });
  }
};

template <>
struct Update<Optimizer::adadelta> {
  static void run(const UpdateArgs& args) {
    float* mean_square = args.slot[slot_number(Optimizer::adadelta, "meanSquare")];
    float* mean_square_change = args.slot[slot_number(Optimizer::adadelta, "meanSquareChange")];
    const F rate = set(args.learning_rate), rho = set(args.option[0]), rest = set(1.0f - args.option[0]);
    const F epsilon = set(args.option[1]), decay = set(args.learning_rate * args.option[2]);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
      const F g = load_n(args.g + i, count);
      const F r = rho * load_n(mean_square + i, count) + rest * g * g;
      const F s = load_n(mean_square_change + i, count);
      const F change = g * sqrt(s + epsilon) / sqrt(r + epsilon);
      store_n(mean_square + i, r, count);
      store_n(mean_square_change + i, rho * s + rest * change * change, count);
      store_n(args.p + i, value - rate * change, count);
    });
  }
};

template <>
struct Update<Optimizer::ftrl> {
  template <bool root>
  static void loop(const UpdateArgs& args) {
    float* accumulator = args.slot[slot_number(Optimizer::ftrl, "accumulator")];
    float* linear = args.slot[slot_number(Optimizer::ftrl, "linear")];
    const F exponent = set(-args.option[0]), first = set(args.option[1]), l1 = set(args.option[2]);
    const F shrinkage = set(2 * args.option[4]), inverse_rate = set(1 / args.learning_rate);
    const F l2 = set(2 * args.option[3] + args.option[5] / args.learning_rate);
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = load_n(args.p + i, count), g = load_n(args.g + i, count);
      const F before = load_n(accumulator + i, count), after = fma(g, g, before);
      const F a = before + first, b = after + first;
      const F power_b = root ? sqrt(b) : power(b, exponent);
      // The difference of two roots cancels; this does not.
      const F change = root ? g * g / maximum(power_b + sqrt(a), set(1e-30f)) : power_b - power(a, exponent);
      const F z = load_n(linear + i, count) + (g + shrinkage * value - change * inverse_rate * value);
      const F clipped = min_or_second(l1, max_or_second(-l1, z));
      store_n(accumulator + i, after, count);
      store_n(linear + i, z, count);
      store_n(args.p + i, (clipped - z) / (power_b * inverse_rate + l2), count);
    });
  }

  static void run(const UpdateArgs& args) {
    if (args.learning_rate == 0) return;  // the rule divides by it
    if (args.option[0] == -0.5f) {
      loop<true>(args);
    } else {
      loop<false>(args);
    }
  }
};

template <>
struct Update<Optimizer::rprop> {
  static void run(const UpdateArgs& args) {
    float* previous = args.slot[slot_number(Optimizer::rprop, "previousGradient")];
    float* size = args.slot[slot_number(Optimizer::rprop, "size")];
    const F minus = set(args.option[0]), plus = set(args.option[1]), low = set(args.option[2]),
            high = set(args.option[3]);
    const F decay = set(args.learning_rate * args.option[4]), zero = set(0.0f);
    const bool first = args.step == 0;
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      const F value = decayed(args, i, count, decay);
      const F g = load_n(args.g + i, count), agreement = g * load_n(previous + i, count);
      const F factor = select(lt(zero, agreement), plus, select(lt(agreement, zero), minus, set(1.0f)));
      const F scaled = factor * (first ? set(args.learning_rate) : load_n(size + i, count));
      const F next = min_or_second(high, max_or_second(low, scaled));
      const F used = select(lt(agreement, zero), zero, g);
      store_n(previous + i, used, count);
      store_n(size + i, next, count);
      store_n(args.p + i, value - next * UnaryFunction<Unary::sign>::value(used, zero), count);
    });
  }
};

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_UPDATE_ADAGRAD_H_
