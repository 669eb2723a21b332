// Execution through the C ABI: ranges, training steps, cancellation, the guard against two executions, and equal bits
// for any number of threads. The values of single operations are the concern of the kernel tests.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/pool.h"
#include "test/test.h"
#include "test/words.h"

using ff::Op;
using test::bits;
using test::number;
using test::Words;

namespace {

constexpr FFStep kNoStep = {0, 0, 0, 0};

// A program with its arena; freed at the end of the scope.
struct Machine {
  explicit Machine(const Words& w) : words(w), arena(static_cast<size_t>(w.arena())) {
    const std::vector<int32_t> all = w.words();
    const int32_t status = ff_create(all.data(), static_cast<uint32_t>(all.size()), arena.data(),
                                     static_cast<uint32_t>(arena.size()), &program);
    if (status != FF_OK) printf("create: %s\n", ff_last_error());
    CHECK_EQUAL(status, FF_OK);
  }
  ~Machine() { CHECK_EQUAL(ff_destroy(program), FF_OK); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  float* at(int32_t tensor) { return arena.data() + words.offset(tensor); }
  void set(int32_t tensor, const std::vector<float>& values) {
    memcpy(at(tensor), values.data(), values.size() * sizeof(float));
  }

  const Words& words;
  std::vector<float> arena;
  FFProgram* program = nullptr;
};

// Linear regression y = x k by gradient descent on the mean squared error; scalar: the loss.
struct Regression {
  Regression() {
    words.op(Op::dense, {y, -1, x, k, -1, 0, 0});
    words.op(Op::loss, {l, y, t, number(ff::Loss::meanSquaredError), 0});
    words.op(Op::reduce, {scalar, l, number(ff::Reduction::mean), 2});
    words.op(Op::fill, {one, bits(1)});
    words.op(Op::expand, {dl, one, 2, 1});
    words.op(Op::lossGrad, {dy, y, t, dl, number(ff::Loss::meanSquaredError), 0});
    words.op(Op::denseWeightGrad, {dk, -1, x, dy});
    words.op(Op::update, {k, -1, -1, -1, dk, number(ff::Optimizer::sgd), bits(1), 0, 0, 0, 0, 0, 0});
    for (int i = 0; i < 10; ++i) {
      data[2 * i] = static_cast<float>(i % 3) - 1;
      data[2 * i + 1] = static_cast<float>(i % 5) - 2;
      target[i] = 3 * data[2 * i] - 2 * data[2 * i + 1];
      order[i] = (7 * i) % 10;
    }
    columns[0] = {data, FF_FLOAT32, static_cast<uint32_t>(x), 10, 2};
    columns[1] = {target, FF_FLOAT32, static_cast<uint32_t>(t), 10, 1};
    outputs[0] = {predictions, FF_FLOAT32, static_cast<uint32_t>(y), 10, 1};
    train.first = 0;
    train.update_first = train.apply_first = 7;
    train.last = 8;
    train.apply_every = 1;
    train.batch_rows = 4;
    train.order = order;
    train.order_count = 10;
    train.learning_rates = rates;
    train.columns = columns;
    train.column_count = 2;
    train.outputs = outputs;
    train.output_count = 1;
    train.reports = &reported;
    train.report_count = 1;
    train.report_values = losses;
    train.report_value_count = 3;
    train.stop_if_not_finite = 1;
  }

  Words words{4};
  int32_t x = words.batch(2), t = words.batch(1), k = words.tensor(2, 1), y = words.batch(1), l = words.batch(1);
  int32_t scalar = words.tensor(1, 1), one = words.tensor(1, 1), dl = words.batch(1), dy = words.batch(1);
  int32_t dk = words.tensor(2, 1);
  float data[20], target[10], predictions[10] = {}, losses[3] = {}, rates[3] = {0.1f, 0.1f, 0.1f};
  int32_t order[10];
  uint32_t reported = static_cast<uint32_t>(scalar);
  FFColumn columns[2], outputs[1];
  FFTrain train{};
};

}  // namespace

TEST(a_range_of_instructions) {
  Words w(4);
  const int32_t a = w.batch(1), b = w.batch(1), c = w.tensor(1, 1);
  w.op(Op::fill, {a, bits(2)});
  w.op(Op::binary, {b, a, a, number(ff::Binary::add)});
  w.op(Op::reduce, {c, b, number(ff::Reduction::sum), 2});
  Machine m(w);
  CHECK_EQUAL(ff_run(m.program, 0, 3, 3, &kNoStep), FF_OK);
  CHECK_EQUAL(*m.at(c), 12);
  CHECK_EQUAL(m.at(a)[2], 2);
  CHECK_EQUAL(m.at(a)[3], 0);  // beyond the rows of this run
  m.set(b, {1, 1, 1, 1});
  CHECK_EQUAL(ff_run(m.program, 2, 3, 4, &kNoStep), FF_OK);
  CHECK_EQUAL(*m.at(c), 4);
  CHECK_EQUAL(ff_run(m.program, 1, 1, 4, &kNoStep), FF_OK);
  CHECK_EQUAL(ff_run(m.program, 2, 1, 4, &kNoStep), FF_INVALID_ARGUMENT);
  CHECK_TEXT(ff_last_error(), "program: expected a range within 3 instructions, received 2 to 1.");
  CHECK_EQUAL(ff_run(m.program, 0, 4, 4, &kNoStep), FF_INVALID_ARGUMENT);
  CHECK_EQUAL(ff_run(m.program, 0, 3, 0, &kNoStep), FF_INVALID_ARGUMENT);
  CHECK_EQUAL(ff_run(m.program, 0, 3, 5, &kNoStep), FF_INVALID_ARGUMENT);
  CHECK_TEXT(ff_last_error(), "program: expected 1 to 4 batch rows, received 5.");
}

TEST(create_checks_the_arena) {
  Words w(1);
  w.tensor(2, 2);
  const std::vector<int32_t> words = w.words();
  std::vector<float> arena(4);
  FFProgram* program = nullptr;
  CHECK_EQUAL(ff_create(words.data(), static_cast<uint32_t>(words.size()), arena.data(), 3, &program),
              FF_INVALID_ARGUMENT);
  CHECK_TEXT(ff_last_error(), "create: expected an arena of at least 4 floats, received 3.");
  CHECK_EQUAL(ff_create(words.data(), static_cast<uint32_t>(words.size()), nullptr, 4, &program), FF_INVALID_ARGUMENT);
  float* const odd = reinterpret_cast<float*>(reinterpret_cast<char*>(arena.data()) + 1);
  CHECK_EQUAL(ff_create(words.data(), static_cast<uint32_t>(words.size()), odd, 4, &program), FF_INVALID_ARGUMENT);
  CHECK(program == nullptr);
}

TEST(training_steps_equal_single_runs) {
  Regression together, apart;
  Machine m(together.words), n(apart.words);
  uint32_t steps = 99;
  CHECK_EQUAL(ff_train(m.program, &together.train, &steps), FF_OK);
  CHECK_EQUAL(steps, 3);
  for (uint32_t s = 0; s < 3; ++s) {
    const uint32_t rows = s < 2 ? 4 : 2;
    for (uint32_t r = 0; r < rows; ++r) {
      const int32_t row = apart.order[4 * s + r];
      n.at(apart.x)[2 * r] = apart.data[2 * row];
      n.at(apart.x)[2 * r + 1] = apart.data[2 * row + 1];
      n.at(apart.t)[r] = apart.target[row];
    }
    const FFStep step = {0.1f, s, 0, 0};
    CHECK_EQUAL(ff_run(n.program, 0, 7, rows, &step), FF_OK);
    CHECK_EQUAL(together.losses[s], *n.at(apart.scalar));
    for (uint32_t r = 0; r < rows; ++r) CHECK_EQUAL(together.predictions[4 * s + r], n.at(apart.y)[r]);
    CHECK_EQUAL(ff_run(n.program, 7, 8, rows, &step), FF_OK);
  }
  for (int i = 0; i < 2; ++i) CHECK_EQUAL(m.at(together.k)[i], n.at(apart.k)[i]);
  for (int epoch = 0; epoch < 200; ++epoch) CHECK_EQUAL(ff_train(m.program, &together.train, &steps), FF_OK);
  CHECK_CLOSE(m.at(together.k)[0], 3, 1e-4, 0);
  CHECK_CLOSE(m.at(together.k)[1], -2, 1e-4, 0);
}

// Gradients 1, 2, 3 ... are added up in every step and applied in every third one.
TEST(an_update_may_be_applied_every_so_many_steps) {
  Words w(1);
  const int32_t x = w.batch(1), g = w.tensor(1, 1), p = w.tensor(1, 1), m = w.tensor(1, 1), v = w.tensor(1, 1);
  const int32_t dp = w.tensor(1, 1);
  w.op(Op::reduce, {dp, x, number(ff::Reduction::sum), 2});
  w.op(Op::binary, {g, g, dp, number(ff::Binary::add)});
  w.op(Op::update,
       {p, m, v, -1, g, number(ff::Optimizer::adam), bits(1), bits(0.9f), bits(0.99f), bits(1e-7f), 0, 0, 0});
  w.op(Op::fill, {g, 0});
  Machine together(w), apart(w);
  float data[8];
  int32_t order[8];
  const float rates[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int i = 0; i < 8; ++i) {
    data[i] = static_cast<float>(i + 1);
    order[i] = i;
  }
  FFColumn column = {data, FF_FLOAT32, static_cast<uint32_t>(x), 8, 1};
  FFTrain train{};
  train.update_first = 1;
  train.apply_first = 2;
  train.last = 4;
  train.apply_every = 3;
  train.batch_rows = 1;
  train.order = order;
  train.order_count = 8;
  train.learning_rates = rates;
  train.columns = &column;
  train.column_count = 1;
  train.step.step = 10;  // applied in the steps 11, 14 and 17, as updates 4, 5 and 6
  CHECK_EQUAL(ff_train(together.program, &train, nullptr), FF_OK);
  for (uint32_t s = 0; s < 8; ++s) {
    *apart.at(g) += data[s];
    if ((10 + s + 1) % 3 != 0) continue;
    const FFStep step = {rates[s], (10 + s) / 3, 0, 0};
    CHECK_EQUAL(ff_run(apart.program, 2, 4, 1, &step), FF_OK);
  }
  CHECK_EQUAL(*together.at(g), 0);
  CHECK(*together.at(p) != 0);
  CHECK_EQUAL(*together.at(p), *apart.at(p));
  CHECK_EQUAL(*together.at(v), *apart.at(v));
}

TEST(columns_of_every_type) {
  Words w(2);
  const int32_t x = w.batch(3), y = w.batch(3);
  w.op(Op::copy, {y, x});
  Machine m(w);
  uint8_t bytes[] = {0, 1, 2, 253, 254, 255};
  int32_t integers[] = {-1, 0, 1, 1 << 20, -(1 << 24), 7};
  float floats[] = {0.5f, 1, 2, 3, 4, -5};
  float results[6];
  const int32_t order[] = {1, 0};
  FFColumn column = {bytes, FF_UINT8, static_cast<uint32_t>(x), 2, 3};
  const FFColumn output = {results, FF_FLOAT32, static_cast<uint32_t>(y), 2, 3};
  FFTrain train{};
  train.update_first = train.apply_first = train.last = 1;
  train.apply_every = 1;
  train.batch_rows = 2;
  train.order = order;
  train.order_count = 2;
  train.columns = &column;
  train.column_count = 1;
  train.outputs = &output;
  train.output_count = 1;
  CHECK_EQUAL(ff_train(m.program, &train, nullptr), FF_OK);
  for (int i = 0; i < 6; ++i) CHECK_EQUAL(results[i], bytes[(i + 3) % 6]);
  column = {integers, FF_INT32, static_cast<uint32_t>(x), 2, 3};
  CHECK_EQUAL(ff_train(m.program, &train, nullptr), FF_OK);
  for (int i = 0; i < 6; ++i) CHECK_EQUAL(results[i], integers[(i + 3) % 6]);
  column = {floats, FF_FLOAT32, static_cast<uint32_t>(x), 2, 3};
  CHECK_EQUAL(ff_train(m.program, &train, nullptr), FF_OK);
  for (int i = 0; i < 6; ++i) CHECK_EQUAL(results[i], floats[(i + 3) % 6]);
}

TEST(a_loss_that_is_not_finite_stops_before_the_update) {
  Regression r;
  Machine m(r.words);
  r.target[r.order[5]] = INFINITY;
  uint32_t steps = 99;
  CHECK_EQUAL(ff_train(m.program, &r.train, &steps), FF_NOT_FINITE);
  CHECK_EQUAL(steps, 1);
  CHECK_TEXT(ff_last_error(), "train: report 0 is not finite in step 1 of this call.");
  CHECK(!isfinite(r.losses[1]));
  CHECK(isfinite(m.at(r.k)[0]));
  r.train.stop_if_not_finite = 0;
  CHECK_EQUAL(ff_train(m.program, &r.train, &steps), FF_OK);
  CHECK_EQUAL(steps, 3);
}

TEST(requests_are_checked) {
  Regression r;
  Machine m(r.words);
  uint32_t steps = 0;
  const auto refuse = [&](const FFTrain& train, const char* message) {
    steps = 99;
    CHECK_EQUAL(ff_train(m.program, &train, &steps), FF_INVALID_ARGUMENT);
    CHECK_TEXT(ff_last_error(), message);
    CHECK_EQUAL(steps, 0);
  };
  FFTrain t = r.train;
  t.update_first = 9;
  refuse(t, "train: expected first <= update_first <= last.");
  t = r.train;
  t.apply_first = 6;
  refuse(t, "train: expected update_first <= apply_first <= last.");
  t.apply_first = 9;
  refuse(t, "train: expected update_first <= apply_first <= last.");
  t = r.train;
  t.apply_every = 0;
  refuse(t, "train: expected apply_every of at least 1, received 0.");
  t = r.train;
  t.learning_rates = nullptr;
  refuse(t, "train: expected a learning rate for each step, because it updates, received null.");
  t = r.train;
  t.order = nullptr;
  refuse(t, "train: expected an address for every list that is not empty, received null.");
  r.order[3] = 10;
  refuse(r.train, "train: expected row numbers from 0 to below 10, received 10.");
  r.order[3] = -1;
  refuse(r.train, "train: expected row numbers from 0 to below 10, received -1.");
  r.order[3] = 1;
  FFColumn& column = r.columns[1];
  const FFColumn good = column;
  column.tensor = 10;
  refuse(r.train, "train: column 1: expected a tensor of the program, received 10.");
  column.tensor = static_cast<uint32_t>(r.k);
  refuse(r.train, "train: column 1: expected a batch tensor, received 2.");
  column = good;
  column.width = 2;
  refuse(r.train, "train: column 1: expected the width of its tensor, received 2.");
  column = good;
  column.type = 3;
  refuse(r.train, "train: column 1: expected a type from 0 to 2, received 3.");
  column = good;
  column.data = nullptr;
  refuse(r.train, "train: column 1: expected data, received 0.");
  column = good;
  r.outputs[0].rows = 9;
  refuse(r.train, "train: output 0: expected a row for each row of the order, received 9.");
  r.outputs[0].rows = 10;
  r.outputs[0].type = FF_UINT8;
  refuse(r.train, "train: output 0: expected float32 data (type 0), received 1.");
  r.outputs[0].type = FF_FLOAT32;
  r.reported = static_cast<uint32_t>(r.l);
  refuse(r.train, "train: report 0: expected a fixed tensor of one row, received 4.");
  r.reported = static_cast<uint32_t>(r.k);
  refuse(r.train, "train: report 0: expected a fixed tensor of one row, received 2.");
  r.reported = 10;
  refuse(r.train, "train: report 0: expected a tensor of the program, received 10.");
  r.reported = static_cast<uint32_t>(r.scalar);
  r.train.report_value_count = 2;
  refuse(r.train, "train: expected room for the reports of 3 steps, received 2 floats.");
  r.train.report_value_count = 3;
  r.train.order_count = 0;
  CHECK_EQUAL(ff_train(m.program, &r.train, &steps), FF_OK);
  CHECK_EQUAL(steps, 0);
}

TEST(cancel_and_busy) {
  Regression r;
  Machine m(r.words);
  const uint32_t count = 8000000;  // steps that take seconds, unless they are cancelled
  std::vector<int32_t> order(count, 1);
  std::vector<float> rates(count, 0.01f), losses(count);
  r.train.batch_rows = 1;
  r.train.order = order.data();
  r.train.order_count = count;
  r.train.learning_rates = rates.data();
  r.train.report_values = losses.data();
  r.train.report_value_count = count;
  r.train.output_count = 0;
  ff_cancel(m.program);  // forgotten
  uint32_t steps = 0xffffffffu;
  std::atomic<int32_t> status{-1};
  std::thread trainer([&] { status = ff_train(m.program, &r.train, &steps); });
  while (__atomic_load_n(&steps, __ATOMIC_ACQUIRE) == 0xffffffffu) std::this_thread::yield();
  CHECK_EQUAL(ff_run(m.program, 0, 1, 1, &kNoStep), FF_BUSY);
  CHECK_TEXT(ff_last_error(), "program: executing already in another thread. Wait until it has finished.");
  uint32_t other = 99;
  CHECK_EQUAL(ff_train(m.program, &r.train, &other), FF_BUSY);
  CHECK_EQUAL(other, 0);
  CHECK_EQUAL(ff_destroy(m.program), FF_BUSY);
  ff_cancel(m.program);
  trainer.join();
  CHECK_EQUAL(status.load(), FF_CANCELLED);
  CHECK(steps < count);
  CHECK_EQUAL(ff_run(m.program, 0, 1, 1, &kNoStep), FF_OK);
  r.train.order_count = 8;
  CHECK_EQUAL(ff_train(m.program, &r.train, &steps), FF_OK);  // the cancellation is not remembered
  CHECK_EQUAL(steps, 8);
}

// Large enough that every kind of operation is cut into tasks.
TEST(equal_bits_for_any_number_of_threads) {
  Words w(256);
  const int32_t x = w.batch(300), t = w.batch(257), k = w.tensor(300, 257), b = w.tensor(1, 257), y = w.batch(257);
  const int32_t z = w.batch(257), l = w.batch(1), dl = w.batch(1), dy = w.batch(257), dk = w.tensor(300, 257);
  const int32_t db = w.tensor(1, 257), dx = w.batch(300), m = w.tensor(300, 257), v = w.tensor(300, 257);
  const int32_t sums = w.tensor(1, 257), s = w.batch(257), rows = w.batch(1), norm = w.tensor(1, 1);
  const int32_t table = w.tensor(50, 200), index = w.batch(3), taken = w.batch(600), dtable = w.tensor(50, 200);
  const int32_t noise = w.batch(557), part = w.batch(111), joined = w.batch(411), scale = w.tensor(1, 1);
  w.op(Op::random, {noise, 1, 3});
  w.op(Op::slice, {part, noise, 13});
  w.op(Op::concatenate, {joined, part, x});
  w.op(Op::pad, {noise, joined, 99});
  w.op(Op::random, {index, 0, 5});
  w.op(Op::fill, {scale, bits(51)});  // one number in fifty is no row
  w.op(Op::binary, {index, index, scale, number(ff::Binary::multiply)});
  w.op(Op::unary, {index, index, number(ff::Unary::floor), 0});
  w.op(Op::gather, {taken, table, index});
  w.op(Op::gatherGrad, {dtable, index, taken});
  w.op(Op::dropout, {x, x, bits(0.2f), 3});
  w.op(Op::dense, {y, z, x, k, b, number(ff::Unary::tanh), 0});
  w.op(Op::softmax, {s, y});
  w.op(Op::loss, {l, y, t, number(ff::Loss::meanSquaredError), 0});
  w.op(Op::fill, {dl, bits(0.01f)});
  w.op(Op::lossGrad, {dy, y, t, dl, number(ff::Loss::meanSquaredError), 0});
  w.op(Op::unaryGrad, {dy, -1, y, dy, number(ff::Unary::tanh), 0});
  w.op(Op::denseInputGrad, {dx, dy, k, x, -1, number(ff::Unary::tanh), 0});
  w.op(Op::denseWeightGrad, {dk, db, x, dy});
  w.op(Op::reduce, {sums, dy, number(ff::Reduction::sum), 0});
  w.op(Op::reduce, {rows, dy, number(ff::Reduction::sumSquares), 1});
  w.op(Op::reduce, {norm, dk, number(ff::Reduction::sumSquares), 2});
  w.op(Op::binary, {s, s, sums, number(ff::Binary::multiply)});
  w.op(Op::binary, {s, s, norm, number(ff::Binary::divide)});
  w.op(Op::update,
       {k, m, v, -1, dk, number(ff::Optimizer::adam), bits(1), bits(0.9f), bits(0.99f), bits(1e-7f), 0, 0, 0});
  std::vector<float> expected;
  for (uint32_t threads : {1u, 2u, 3u, 5u}) {
    CHECK_EQUAL(ff_set_threads(threads), FF_OK);
    Machine machine(w);
    for (size_t i = 0; i < machine.arena.size(); ++i) {
      machine.arena[i] = static_cast<float>(static_cast<int32_t>(i * 2654435761u >> 8) % 2001 - 1000) / 4000;
    }
    for (float *p = machine.at(v), *end = p + 300 * 257; p < end; ++p) *p = *p < 0 ? -*p : *p;
    for (uint32_t i = 0; i < 3; ++i) {
      const FFStep step = {0.01f, i, 1, 2};
      CHECK_EQUAL(ff_run(machine.program, 0, w.instructions(), i == 1 ? 131 : 256, &step), FF_OK);
    }
    if (expected.empty()) expected = machine.arena;
    CHECK(memcmp(expected.data(), machine.arena.data(), expected.size() * sizeof(float)) == 0);
  }
  CHECK_EQUAL(ff_set_threads(0), FF_OK);
}

TEST(settings_are_checked) {
  CHECK_EQUAL(ff_set_threads(257), FF_INVALID_ARGUMENT);
  CHECK_TEXT(ff_last_error(), "threads: expected 0 to 256, received 257.");
  CHECK_EQUAL(ff_set_isa("scalar"), FF_OK);
  CHECK_EQUAL(ff_set_isa("mmx"), FF_UNSUPPORTED);
  CHECK(strstr(ff_last_error(), "isa: expected auto, scalar") == ff_last_error());
  CHECK_EQUAL(ff_set_isa(nullptr), FF_INVALID_ARGUMENT);
  CHECK_EQUAL(ff_set_isa("auto"), FF_OK);
}

TEST_MAIN()
