// The losses of ops.def: one value a row, and the gradient with respect to the prediction. Each is one struct with
// both. Formulas and clipping follow Keras 3.
#ifndef FEEDFORWARD_KERNELS_LOSS_H_
#define FEEDFORWARD_KERNELS_LOSS_H_

#include "kernels/math.h"
#include "kernels/reduce.h"
#include "kernels/softmax.h"

namespace ff {
namespace FF_ISA {

constexpr float kClip = 1e-7f;

// A loss that is the mean over the columns of Term::value(prediction, target, p0); Term::derivative is with respect to
// the prediction.
template <typename Term>
struct MeanLoss {
  static void value(float* l, const float* prediction, const float* target, uint32_t rows, uint32_t columns, float p0) {
    const F parameter = set(p0);
    if (columns == 1) {
      for_each(rows, [&](size_t i, uint32_t count) FF_LAMBDA {
        store_n(l + i, Term::value(load_n(prediction + i, count), load_n(target + i, count), parameter), count);
      });
      return;
    }
    for (uint32_t i = 0; i < rows; ++i) {
      const float* p = prediction + static_cast<size_t>(i) * columns;
      const float* t = target + static_cast<size_t>(i) * columns;
      l[i] = sum_terms(columns,
                       [&](size_t j, uint32_t count)
                           FF_LAMBDA { return Term::value(load_n(p + j, count), load_n(t + j, count), parameter); }) /
             static_cast<float>(columns);
    }
  }

  static void gradient(float* dprediction, const float* prediction, const float* target, const float* dl, uint32_t rows,
                       uint32_t columns, float p0) {
    const F parameter = set(p0);
    if (columns == 1) {
      for_each(rows, [&](size_t i, uint32_t count) FF_LAMBDA {
        const F slope = Term::derivative(load_n(prediction + i, count), load_n(target + i, count), parameter);
        store_n(dprediction + i, slope * load_n(dl + i, count), count);
      });
      return;
    }
    for (uint32_t i = 0; i < rows; ++i) {
      const size_t at = static_cast<size_t>(i) * columns;
      const F scale = set(dl[i] / static_cast<float>(columns));
      for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
        const F p = load_n(prediction + at + j, count), t = load_n(target + at + j, count);
        store_n(dprediction + at + j, scale * Term::derivative(p, t, parameter), count);
      });
    }
  }
};

struct SquaredError {
  static FF_OUTLINE F value(F p, F t, F) { return (p - t) * (p - t); }
  static FF_OUTLINE F derivative(F p, F t, F) { return (p - t) + (p - t); }
};

struct AbsoluteError {
  static FF_OUTLINE F value(F p, F t, F) { return abs(p - t); }
  static FF_OUTLINE F derivative(F p, F t, F) {
    const F e = p - t;
    return select(lt(set(0.0f), e), set(1.0f), select(lt(e, set(0.0f)), set(-1.0f), e));
  }
};

struct Huber {
  static FF_OUTLINE F value(F p, F t, F delta) {
    const F e = abs(p - t);
    return select(lt(delta, e), delta * (e - set(0.5f) * delta), set(0.5f) * e * e);
  }
  static FF_OUTLINE F derivative(F p, F t, F delta) { return min_or_second(delta, max_or_second(-delta, p - t)); }
};

FF_INLINE F smooth_binary(F t, F smoothing) { return fma(t, set(1.0f) - smoothing, set(0.5f) * smoothing); }

// 1 - p is exact near 1, where clipping it matters; 1 - 1e-7 is no float.
struct BinaryCrossentropy {
  static FF_OUTLINE F value(F p, F target, F smoothing) {
    const F t = smooth_binary(target, smoothing);
    const F clipped = min_or_second(set(1.0f), max_or_second(set(kClip), p));
    const F rest = min_or_second(set(1.0f), max_or_second(set(kClip), set(1.0f) - p));
    return -(t * log(clipped) + (set(1.0f) - t) * log(rest));
  }
  static FF_OUTLINE F derivative(F p, F target, F smoothing) {
    const F t = smooth_binary(target, smoothing), rest = set(1.0f) - p;
    const F slope = (p - t) / (p * rest);
    return select(lt(p, set(kClip)) | lt(rest, set(kClip)), set(0.0f), slope);
  }
};

struct BinaryCrossentropyLogits {
  static FF_OUTLINE F value(F x, F target, F smoothing) {
    return maximum(x, set(0.0f)) - x * smooth_binary(target, smoothing) + log1p(exp(-abs(x)));
  }
  static FF_OUTLINE F derivative(F x, F target, F smoothing) { return sigmoid(x) - smooth_binary(target, smoothing); }
};

// Targets of one row: a distribution with label smoothing, or one class number.
struct DenseTarget {
  const float* t;
  F scale, offset;
  bool valid;

  DenseTarget(const float* target, uint32_t row, uint32_t columns, float smoothing)
      : t(target + static_cast<size_t>(row) * columns),
        scale(set(1.0f - smoothing)),
        offset(set(smoothing / static_cast<float>(columns))),
        valid(true) {}
  FF_INLINE F operator()(size_t j, uint32_t count) const { return fma(load_n(t + j, count), scale, offset); }
};

struct SparseTarget {
  F number;
  bool valid;

  SparseTarget(const float* target, uint32_t row, uint32_t columns, float)
      : number(set(target[row])), valid(target[row] >= 0 && target[row] < static_cast<float>(columns)) {
    valid = valid && target[row] == static_cast<float>(static_cast<uint32_t>(target[row]));
  }
  // Columns are counted in float, exactly up to 2^24.
  FF_INLINE F operator()(size_t j, uint32_t) const {
    return bits_and(set(1.0f), eq(lane_numbers() + set(static_cast<float>(j)), number));
  }
};

// q = p / sum(p); l = -sum(t log(clip(q))).
template <typename Target>
struct CategoricalCrossentropy {
  static void value(float* l, const float* prediction, const float* target, uint32_t rows, uint32_t columns, float p0) {
    for (uint32_t i = 0; i < rows; ++i) {
      const float* p = prediction + static_cast<size_t>(i) * columns;
      const Target t(target, i, columns, p0);
      const F total = set(sum_of(p, columns));
      const float sum = sum_terms(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
        const F q = min_or_second(set(1.0f - kClip), max_or_second(set(kClip), load_n(p + j, count) / total));
        return t(j, count) * log(q);
      });
      l[i] = t.valid ? -sum : __builtin_nanf("");
    }
  }

  // The slope at p[j] is (g[j] - sum(g q)) / sum(p) with g = -t / q where q is not clipped, and 0 where it is.
  static void gradient(float* dprediction, const float* prediction, const float* target, const float* dl, uint32_t rows,
                       uint32_t columns, float p0) {
    for (uint32_t i = 0; i < rows; ++i) {
      const size_t at = static_cast<size_t>(i) * columns;
      const float* p = prediction + at;
      const Target t(target, i, columns, p0);
      const F total = set(sum_of(p, columns));
      const auto clipped = [&](F q) FF_LAMBDA { return lt(q, set(kClip)) | lt(set(1.0f) - q, set(kClip)); };
      const float sum = sum_terms(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
        return select(clipped(load_n(p + j, count) / total), set(0.0f), t(j, count));
      });
      const F inside = set(sum), scale = set(t.valid ? dl[i] : __builtin_nanf("")) / total;
      for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
        const F q = load_n(p + j, count) / total;
        const F g = select(clipped(q), set(0.0f), t(j, count) / q);
        store_n(dprediction + at + j, scale * (inside - g), count);
      });
    }
  }
};

// l = sum(t) log(sum(exp(x))) - sum(t x).
template <typename Target>
struct CategoricalCrossentropyLogits {
  static void value(float* l, const float* prediction, const float* target, uint32_t rows, uint32_t columns, float p0) {
    for (uint32_t i = 0; i < rows; ++i) {
      const float* x = prediction + static_cast<size_t>(i) * columns;
      const Target t(target, i, columns, p0);
      const RowSum row = row_sum(x, columns);
      const F shift = set(row.maximum + log_one(row.sum));
      const float sum = sum_terms(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
        const F weight = t(j, count);
        return select(eq(weight, set(0.0f)), set(0.0f), weight * (shift - load_n(x + j, count)));
      });
      l[i] = t.valid ? sum : __builtin_nanf("");
    }
  }

  static void gradient(float* dprediction, const float* prediction, const float* target, const float* dl, uint32_t rows,
                       uint32_t columns, float p0) {
    for (uint32_t i = 0; i < rows; ++i) {
      const size_t at = static_cast<size_t>(i) * columns;
      const float* x = prediction + at;
      const Target t(target, i, columns, p0);
      const RowSum row = row_sum(x, columns);
      const float mass = sum_terms(columns, [&](size_t j, uint32_t count) FF_LAMBDA { return t(j, count); });
      const F shift = set(row.maximum), factor = set(mass / row.sum);
      const F scale = set(t.valid ? dl[i] : __builtin_nanf(""));
      for_each(columns, [&](size_t j, uint32_t count) FF_LAMBDA {
        const F likelihood = exp(load_n(x + j, count) - shift) * factor;
        store_n(dprediction + at + j, scale * (likelihood - t(j, count)), count);
      });
    }
  }
};

template <Loss function>
struct LossFunction;
template <>
struct LossFunction<Loss::meanSquaredError> : MeanLoss<SquaredError> {};
template <>
struct LossFunction<Loss::meanAbsoluteError> : MeanLoss<AbsoluteError> {};
template <>
struct LossFunction<Loss::huber> : MeanLoss<Huber> {};
template <>
struct LossFunction<Loss::binaryCrossentropy> : MeanLoss<BinaryCrossentropy> {};
template <>
struct LossFunction<Loss::binaryCrossentropyLogits> : MeanLoss<BinaryCrossentropyLogits> {};
template <>
struct LossFunction<Loss::categoricalCrossentropy> : CategoricalCrossentropy<DenseTarget> {};
template <>
struct LossFunction<Loss::categoricalCrossentropyLogits> : CategoricalCrossentropyLogits<DenseTarget> {};
template <>
struct LossFunction<Loss::sparseCategoricalCrossentropy> : CategoricalCrossentropy<SparseTarget> {};
template <>
struct LossFunction<Loss::sparseCategoricalCrossentropyLogits> : CategoricalCrossentropyLogits<SparseTarget> {};

inline void loss(Loss function, float* l, const float* prediction, const float* target, uint32_t rows, uint32_t columns,
                 float p0) {
  if (columns == 0) return;
  switch (function) {
#define FF_LOSS(name, sparse, p0_name) \
  case Loss::name:                     \
    return LossFunction<Loss::name>::value(l, prediction, target, rows, columns, p0);
#include "ops.def"
  }
}

inline void loss_grad(Loss function, float* dprediction, const float* prediction, const float* target, const float* dl,
                      uint32_t rows, uint32_t columns, float p0) {
  if (columns == 0) return;
  switch (function) {
#define FF_LOSS(name, sparse, p0_name) \
  case Loss::name:                     \
    return LossFunction<Loss::name>::gradient(dprediction, prediction, target, dl, rows, columns, p0);
#include "ops.def"
  }
}

}  // namespace FF_ISA
}  // namespace ff

#endif  // FEEDFORWARD_KERNELS_LOSS_H_
