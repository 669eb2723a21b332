// Optimizer steps in one pass over parameters, gradients and slots: gradient descent, and the dispatch to all rules,
// which are written in ops.def.
#ifndef FEEDFORWARD_KERNELS_UPDATE_H_
#define FEEDFORWARD_KERNELS_UPDATE_H_

#include "kernels/update_adagrad.h"
#include "kernels/update_adam.h"
#include "kernels/update_parts.h"

namespace ff {
namespace FF_ISA {

template <>
struct Update<Optimizer::sgd> {
  template <bool momentum>
  static void loop(const UpdateArgs& args) {
    float* velocity = args.slot[slot_number(Optimizer::sgd, "velocity")];
    const F rate = set(args.learning_rate), m = set(args.option[0]), decay = set(args.learning_rate * args.option[2]);
    const bool nesterov = args.option[1] != 0;
    for_each(args.n, [&](size_t i, uint32_t count) FF_LAMBDA {
      F value = decayed(args, i, count, decay);
      const F change = rate * load_n(args.g + i, count);
      if constexpr (momentum) {
        const F v = m * load_n(velocity + i, count) - change;
        store_n(velocity + i, v, count);
        value = value + (nesterov ? m * v - change : v);
      } else {
        value = value - change;
      }
      store_n(args.p + i, value, count);
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
