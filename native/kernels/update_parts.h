// What the optimizer steps share: slots by name, powers, weight decay and moving means.
#ifndef FEEDFORWARD_KERNELS_UPDATE_PARTS_H_
#define FEEDFORWARD_KERNELS_UPDATE_PARTS_H_

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

// The parameter after decoupled weight decay, which comes before every rule.
FF_INLINE F decayed(const UpdateArgs& args, size_t i, uint32_t count, F decay) {
  const F value = load_n(args.p + i, count);
  return value - decay * value;
}

// mean += (value - mean) rest; gives the new mean.
FF_INLINE F move_mean(float* mean, size_t i, uint32_t count, F value, F rest) {
  const F old = load_n(mean + i, count), moved = fma(value - old, rest, old);
  store_n(mean + i, moved, count);
  return moved;
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_UPDATE_PARTS_H_
