// The optimizers, with every combination of their slots, against the rules of ops.def in double.
#include <math.h>

#include <vector>

#include "isas.h"
#include "kernels/kernels.h"
#include "test.h"

using ff::Kernels;
using ff::Optimizer;

TEST(updates) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t n : {1u, 8u, 19u, 67u}) {
      for (int variant = 0; variant < 10; ++variant) {
        const Optimizer optimizer = variant < 3 ? Optimizer::sgd : variant < 8 ? Optimizer::rmsprop : Optimizer::adam;
        const bool nesterov = variant == 2, has_velocity = variant == 1 || variant == 2 || variant == 4 || variant == 6;
        const bool centered = variant == 5 || variant == 6, amsgrad = variant == 9;
        Numbers numbers(variant + n);
        std::vector<float> p = numbers.list(n), g(n), slots[3];
        std::vector<double> q(p.begin(), p.end()), s[3];
        const bool present[3] = {optimizer == Optimizer::sgd ? has_velocity : true,
                                 optimizer == Optimizer::rmsprop ? has_velocity : optimizer == Optimizer::adam,
                                 optimizer == Optimizer::rmsprop ? centered : amsgrad};
        for (int i = 0; i < 3; ++i) {
          slots[i].assign(n, 0.0f);
          s[i].assign(n, 0.0);
        }
        ff::UpdateArgs args = {};
        args.p = p.data();
        args.g = g.data();
        args.n = n;
        args.learning_rate = 0.1f;
        for (int i = 0; i < 3; ++i) args.slot[i] = present[i] ? slots[i].data() : nullptr;
        const float options[3][4] = {
            {0.9f, nesterov ? 1.0f : 0.0f, 0.01f, 0}, {0.9f, 0.8f, 1e-3f, 0.01f}, {0.9f, 0.99f, 1e-3f, 0.01f}};
        memcpy(args.option, options[static_cast<int>(optimizer)], 4 * sizeof(float));
        for (uint32_t step = 0; step < 5; ++step) {
          for (float& v : g) v = numbers.next();
          args.step = step;
          kernels.update(optimizer, args);
          const double lr = 0.1f, o0 = args.option[0], o1 = args.option[1], o2 = args.option[2], t = step + 1;
          const double decay = optimizer == Optimizer::sgd ? o2 : args.option[3];
          for (uint32_t i = 0; i < n; ++i) {
            q[i] -= lr * decay * q[i];
            double change = lr * g[i];
            if (optimizer == Optimizer::sgd) {
              if (has_velocity) s[0][i] = o0 * s[0][i] - lr * g[i];
              q[i] += !has_velocity ? -change : nesterov ? o0 * s[0][i] - lr * g[i] : s[0][i];
            } else if (optimizer == Optimizer::rmsprop) {
              s[0][i] = o0 * s[0][i] + (1 - o0) * g[i] * g[i];
              if (centered) s[2][i] = o0 * s[2][i] + (1 - o0) * g[i];
              change /= sqrt(s[0][i] - s[2][i] * s[2][i] + o2);
              if (has_velocity) change = s[1][i] = o1 * s[1][i] + change;
              q[i] -= change;
            } else {
              s[0][i] += (g[i] - s[0][i]) * (1 - o0);
              s[1][i] += (g[i] * g[i] - s[1][i]) * (1 - o1);
              s[2][i] = fmax(s[2][i], s[1][i]);
              q[i] -= s[0][i] * lr * sqrt(1 - pow(o1, t)) / (1 - pow(o0, t)) / (sqrt(amsgrad ? s[2][i] : s[1][i]) + o2);
            }
          }
        }
        for (uint32_t i = 0; i < n; ++i) CHECK_CLOSE(p[i], q[i], 1e-5, 1e-5);
      }
    }
  });
}

TEST_MAIN()
