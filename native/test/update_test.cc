// The optimizers, with every combination of their slots, against the rules of ops.def in double.
#include <math.h>

#include <vector>

#include "isas.h"
#include "kernels/kernels.h"
#include "test.h"

namespace {

using ff::Kernels;
using ff::Optimizer;

// One element in double: its value after weight decay, its slots, and what the rules read.
struct Element {
  double p;
  double s[3];
  double g;
  double lr;
  int t;  // from 1
  const float* o;
};

double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }
double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

void move_moments(Element& e) {
  e.s[0] += (e.g - e.s[0]) * (1 - e.o[0]);
  e.s[1] += (e.g * e.g - e.s[1]) * (1 - e.o[1]);
}

void sgd(Element& e) { e.p -= e.lr * e.g; }
void momentum(Element& e) {
  e.s[0] = e.o[0] * e.s[0] - e.lr * e.g;
  e.p += e.o[1] != 0 ? e.o[0] * e.s[0] - e.lr * e.g : e.s[0];
}

template <bool velocity, bool centered>
void rmsprop(Element& e) {
  e.s[0] = e.o[0] * e.s[0] + (1 - e.o[0]) * e.g * e.g;
  if (centered) e.s[2] = e.o[0] * e.s[2] + (1 - e.o[0]) * e.g;
  double change = e.lr * e.g / sqrt(e.s[0] - e.s[2] * e.s[2] + e.o[2]);
  if (velocity) change = e.s[1] = e.o[1] * e.s[1] + change;
  e.p -= change;
}

template <bool amsgrad>
void adam(Element& e) {
  move_moments(e);
  e.s[2] = fmax(e.s[2], e.s[1]);
  const double v = amsgrad ? e.s[2] : e.s[1];
  e.p -= e.s[0] * e.lr * sqrt(1 - pow(e.o[1], e.t)) / (1 - pow(e.o[0], e.t)) / (sqrt(v) + e.o[2]);
}

void adamax(Element& e) {
  e.s[0] += (e.g - e.s[0]) * (1 - e.o[0]);
  e.s[1] = fmax(e.o[1] * e.s[1], fabs(e.g));
  e.p -= e.lr * e.s[0] / ((1 - pow(e.o[0], e.t)) * (e.s[1] + e.o[2]));
}

void nadam(Element& e) {
  move_moments(e);
  const auto b = [&](int t) { return e.o[0] * (1 - pow(0.96, t) / 2); };
  double product = 1;
  for (int t = 1; t <= e.t; ++t) product *= b(t);
  const double mean = b(e.t + 1) * e.s[0] / (1 - product * b(e.t + 1)) + (1 - b(e.t)) * e.g / (1 - product);
  e.p -= e.lr * mean / (sqrt(e.s[1] / (1 - pow(e.o[1], e.t))) + e.o[2]);
}

void radam(Element& e) {
  move_moments(e);
  const double power = pow(e.o[1], e.t), R = 2 / (1.0 - e.o[1]) - 1, r = R - 2 * e.t * power / (1 - power);
  double change = e.lr * e.s[0] / (1 - pow(e.o[0], e.t));
  if (r > 5) {
    change *= sqrt((r - 4) * (r - 2) * R / ((R - 4) * (R - 2) * r)) * sqrt(1 - power) / (sqrt(e.s[1]) + e.o[2]);
  }
  e.p -= change;
}

void lion(Element& e) {
  e.p -= e.lr * sign(e.o[0] * e.s[0] + (1 - e.o[0]) * e.g);
  e.s[0] = e.o[1] * e.s[0] + (1 - e.o[1]) * e.g;
}

void adagrad(Element& e) {
  e.s[0] += e.g * e.g;
  e.p -= e.lr * e.g / sqrt(e.o[0] + e.s[0] + e.o[1]);
}

void adadelta(Element& e) {
  e.s[0] = e.o[0] * e.s[0] + (1 - e.o[0]) * e.g * e.g;
  const double change = e.g * sqrt(e.s[1] + e.o[1]) / sqrt(e.s[0] + e.o[1]);
  e.s[1] = e.o[0] * e.s[1] + (1 - e.o[0]) * change * change;
  e.p -= e.lr * change;
}

void ftrl(Element& e) {
  const double a = pow(e.o[1] + e.s[0], -e.o[0]), b = pow(e.o[1] + e.s[0] + e.g * e.g, -e.o[0]);
  e.s[0] += e.g * e.g;
  e.s[1] += e.g + 2 * e.o[4] * e.p - (b - a) / e.lr * e.p;
  e.p = (clamp(e.s[1], -e.o[2], e.o[2]) - e.s[1]) / (b / e.lr + 2 * e.o[3] + e.o[5] / e.lr);
}

void rprop(Element& e) {
  const double agreement = e.g * e.s[0];
  const double factor = agreement > 0 ? e.o[1] : agreement < 0 ? e.o[0] : 1;
  e.s[1] = clamp((e.t == 1 ? e.lr : e.s[1]) * factor, e.o[2], e.o[3]);
  e.s[0] = agreement < 0 ? 0 : e.g;
  e.p -= sign(e.s[0]) * e.s[1];
}

struct Case {
  Optimizer optimizer;
  void (*rule)(Element&);
  bool present[3];
  float option[6];
  int decay;  // the option that is the weight decay, or -1
};

const Case kCases[] = {
    {Optimizer::sgd, sgd, {}, {0.9f, 0, 0.01f}, 2},
    {Optimizer::sgd, momentum, {true}, {0.9f, 0, 0.01f}, 2},
    {Optimizer::sgd, momentum, {true}, {0.9f, 1, 0.01f}, 2},
    {Optimizer::rmsprop, rmsprop<false, false>, {true}, {0.9f, 0.8f, 1e-3f, 0.01f}, 3},
    {Optimizer::rmsprop, rmsprop<true, false>, {true, true}, {0.9f, 0.8f, 1e-3f, 0.01f}, 3},
    {Optimizer::rmsprop, rmsprop<false, true>, {true, false, true}, {0.9f, 0.8f, 1e-3f, 0.01f}, 3},
    {Optimizer::rmsprop, rmsprop<true, true>, {true, true, true}, {0.9f, 0.8f, 1e-3f, 0.01f}, 3},
    {Optimizer::adam, adam<false>, {true, true}, {0.9f, 0.99f, 1e-3f, 0.01f}, 3},
    {Optimizer::adam, adam<true>, {true, true, true}, {0.9f, 0.99f, 1e-3f, 0.01f}, 3},
    {Optimizer::adamax, adamax, {true, true}, {0.9f, 0.99f, 1e-3f, 0.01f}, 3},
    {Optimizer::nadam, nadam, {true, true}, {0.9f, 0.99f, 1e-3f, 0.01f}, 3},
    {Optimizer::radam, radam, {true, true}, {0.9f, 0.99f, 1e-3f, 0.01f}, 3},
    {Optimizer::lion, lion, {true}, {0.9f, 0.99f, 0.01f}, 2},
    {Optimizer::adagrad, adagrad, {true}, {0.1f, 1e-3f, 0.01f}, 2},
    {Optimizer::adadelta, adadelta, {true, true}, {0.9f, 1e-3f, 0.01f}, 2},
    {Optimizer::ftrl, ftrl, {true, true}, {-0.5f, 0.1f, 0.02f, 0.1f, 0.05f, 0.2f}, -1},
    {Optimizer::ftrl, ftrl, {true, true}, {-0.7f, 0.1f, 0.02f, 0.1f, 0.05f, 0.2f}, -1},
    {Optimizer::rprop, rprop, {true, true}, {0.5f, 1.2f, 1e-6f, 50, 0.01f}, 4},
};

// `steps` of random gradients, from step number `first` on, with slots that begin with 0.
void compare(const Kernels& kernels, const Case& test, uint32_t n, uint32_t first, uint32_t steps) {
  Numbers numbers(static_cast<uint32_t>(&test - kCases) + n);
  std::vector<float> p = numbers.list(n), g(n), slots[3];
  std::vector<Element> elements(n);
  ff::UpdateArgs args = {};
  args.p = p.data();
  args.g = g.data();
  args.n = n;
  args.learning_rate = 0.1f;
  memcpy(args.option, test.option, sizeof(args.option));
  for (int i = 0; i < 3; ++i) {
    slots[i].assign(n, 0.0f);
    args.slot[i] = test.present[i] ? slots[i].data() : nullptr;
  }
  for (uint32_t i = 0; i < n; ++i) elements[i] = {p[i], {0, 0, 0}, 0, 0.1f, 0, test.option};
  for (uint32_t step = first; step < first + steps; ++step) {
    for (float& v : g) v = numbers.next();
    args.step = step;
    kernels.update(test.optimizer, args);
    for (uint32_t i = 0; i < n; ++i) {
      Element& e = elements[i];
      e.g = g[i];
      e.t = static_cast<int>(step) + 1;
      if (test.decay >= 0) e.p -= e.lr * test.option[test.decay] * e.p;
      test.rule(e);
    }
  }
  for (uint32_t i = 0; i < n; ++i) CHECK_CLOSE(p[i], elements[i].p, 1e-5, 1e-5);
}

}  // namespace

TEST(updates) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t n : {1u, 8u, 19u, 67u}) {
      for (const Case& test : kCases) compare(kernels, test, n, 0, 5);
    }
  });
}

// Powers and products over many steps.
TEST(late_updates) {
  for_each_isa([](const Kernels& kernels) {
    for (uint32_t first : {30u, 990u, 100000u}) {
      for (const Case& test : kCases) {
        if (test.optimizer != Optimizer::rprop) compare(kernels, test, 9, first, 15);
      }
    }
  });
}

TEST(every_optimizer_is_tested) {
  for (uint32_t o = 0; o < ff::count_of(ff::kOptimizers); ++o) {
    bool found = false;
    for (const Case& test : kCases) found = found || test.optimizer == static_cast<Optimizer>(o);
    CHECK(found);
  }
}

TEST_MAIN()
