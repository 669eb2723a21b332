// Random and mutated programs: whatever the words are, the core refuses or executes them; it never touches memory that
// is not its own (built with AddressSanitizer and UndefinedBehaviorSanitizer, which end the test when it does). Usage:
// fuzz_test [seed] [iterations]
#include <stdlib.h>

#include <atomic>
#include <string>
#include <vector>

#include "core/pool.h"
#include "test/test.h"
#include "test/words.h"

namespace {

using ff::Kind;
using ff::OpInfo;

// splitmix64: every seed is good.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int32_t below(int32_t n) { return static_cast<int32_t>(next() % static_cast<uint64_t>(n)); }
  bool chance(int32_t percent) { return below(100) < percent; }
  template <typename T>
  T pick(const std::vector<T>& list) {
    return list[next() % list.size()];
  }

 private:
  uint64_t state_;
};

// Words around which mistakes live.
const std::vector<int32_t> kExtreme = {0,          1,          -1,         2,          -2,         7,
                                       255,        256,        65535,      65536,      0x7fffffff, -2147483647 - 1,
                                       0x40000000, 0x7f800000, 0x7fc00000, 0x3f800000, ff::kMagic};

int32_t count_functions(Kind kind) {
  switch (kind) {
    case Kind::unary:
      return ff::count_of(ff::kUnary);
    case Kind::binary:
      return ff::count_of(ff::kBinary);
    case Kind::reduction:
      return ff::count_of(ff::kReduction);
    case Kind::loss:
      return ff::count_of(ff::kLosses);
    case Kind::optimizer:
      return ff::count_of(ff::kOptimizers);
    default:
      return 3;
  }
}

float random_float(Random& random) {
  const std::vector<float> special = {0,        -0.0f,     1,   -1,   1e-30f, 1e30f, 1e-42f,
                                      INFINITY, -INFINITY, NAN, 0.5f, 1e9f,   -3e9f};
  if (random.chance(10)) return random.pick(special);
  return static_cast<float>(random.below(4001) - 2000) / 500;
}

// Few sizes, so that shapes agree often; some beyond the lanes and blocks of the kernels.
int32_t random_size(Random& random) {
  return random.pick(std::vector<int32_t>{1, 1, 1, 2, 2, 3, 3, 3, 5, 8, 9, 17, 33, random.below(70) + 1});
}

std::vector<int32_t> random_instruction(Random& random, int32_t tensors) {
  const int32_t op = random.below(ff::count_of(ff::kOps));
  const OpInfo& info = ff::kOps[op];
  std::vector<int32_t> words = {op};
  for (uint32_t i = 0; i < info.operands; ++i) {
    const bool absent = info.operand[i].optional && random.chance(40);
    words.push_back(absent ? -1 : random.below(tensors));
  }
  for (uint32_t i = 0; i < info.parameters; ++i) {
    const Kind kind = info.parameter[i].kind;
    words.push_back(kind == Kind::number ? test::bits(random_float(random)) : random.below(count_functions(kind)));
  }
  return words;
}

// A program whose every instruction is accepted: instructions are drawn until enough of them are.
std::vector<int32_t> random_program(Random& random) {
  test::Words program(random_size(random));
  const int32_t sizes[] = {random_size(random), random_size(random), 1};
  const int32_t tensors = 4 + random.below(12);
  for (int32_t i = 0; i < tensors; ++i) {
    const int32_t columns = sizes[random.below(3)];
    const bool overlay = random.chance(15);
    const int32_t offset = overlay ? random.below(program.arena() + 1) : program.arena();
    if (random.chance(50)) {
      const std::vector<int32_t> words = program.words();
      program.place(offset, words[3], columns, 1);
    } else {
      program.place(offset, sizes[random.below(3)], columns, 0);
    }
  }
  const uint32_t wanted = 1 + static_cast<uint32_t>(random.below(8));
  for (int attempts = 0; attempts < 400 && program.instructions() < wanted; ++attempts) {
    test::Words longer = program;
    longer.raw(random_instruction(random, tensors));
    if (test::refusal(longer.words()).empty()) program = longer;
  }
  return program.words();
}

std::vector<int32_t> mutate(Random& random, std::vector<int32_t> words) {
  for (int32_t changes = 1 + random.below(3); changes > 0 && !words.empty(); --changes) {
    const size_t at = random.next() % words.size();
    switch (random.below(6)) {
      case 0:
        words[at] = random.pick(kExtreme);
        break;
      case 1:
        words[at] = static_cast<int32_t>(static_cast<uint32_t>(words[at]) + random.next() % 5 - 2);
        break;
      case 2:
        words[at] ^= 1 << random.below(31);
        break;
      case 3:
        words.erase(words.begin() + static_cast<ptrdiff_t>(at));
        break;
      case 4:
        words.insert(words.begin() + static_cast<ptrdiff_t>(at), random.below(20) - 1);
        break;
      default:
        words[at] = words[random.next() % words.size()];
    }
  }
  return words;
}

std::vector<int32_t> noise(Random& random) {
  std::vector<int32_t> words(random.next() % 80);
  for (int32_t& word : words) word = random.chance(50) ? random.pick(kExtreme) : static_cast<int32_t>(random.next());
  if (words.size() > 6 && random.chance(70)) {
    words[0] = ff::kMagic;
    words[1] = FF_ABI_VERSION;
    words[4] = random.below(6);
    words[6] = static_cast<int32_t>(words.size()) - 7 - 4 * words[4];
  }
  return words;
}

// A train request around the program, right in most cases; sizes of memory are always as the header demands.
void train(Random& random, FFProgram* program, const std::vector<int32_t>& words) {
  const uint32_t tensors = static_cast<uint32_t>(words[4]), instructions = static_cast<uint32_t>(words[5]);
  const uint32_t rows = 1 + static_cast<uint32_t>(random.below(12));
  std::vector<int32_t> order(static_cast<size_t>(random.below(20)));
  for (int32_t& row : order) row = random.below(static_cast<int32_t>(rows) + (random.chance(5) ? 2 : 0));
  std::vector<float> rates(order.size(), 0.01f);
  std::vector<FFColumn> columns, outputs;
  std::vector<std::vector<float>> memory;
  std::vector<uint32_t> reports;
  size_t report_width = 0;
  for (uint32_t i = 0; i < tensors; ++i) {
    const int32_t* t = &words[7 + 4 * i];
    const uint32_t width = static_cast<uint32_t>(t[2]);
    const bool batch = t[3] == 1;
    if (!batch && t[1] == 1 && width < 1000) {
      reports.push_back(i);
      report_width += width;
    }
    if ((batch || random.chance(2)) && width < 1000) {
      memory.emplace_back(static_cast<size_t>(rows + order.size()) * width);
      for (float& x : memory.back()) x = random_float(random);
      if (random.chance(60)) {
        columns.push_back({memory.back().data(), static_cast<uint32_t>(random.below(3)), i, rows, width});
      } else {
        outputs.push_back({memory.back().data(), FF_FLOAT32, i, static_cast<uint32_t>(order.size()), width});
      }
    }
  }
  std::vector<float> values(order.size() * report_width);
  FFTrain request{};
  request.first = static_cast<uint32_t>(random.below(static_cast<int32_t>(instructions) + 1));
  request.update_first = static_cast<uint32_t>(random.below(static_cast<int32_t>(instructions) + 2));
  request.apply_first = request.update_first + static_cast<uint32_t>(random.below(3));
  request.last = instructions;
  request.apply_every = static_cast<uint32_t>(random.chance(90) ? 1 + random.below(3) : random.below(2));
  request.batch_rows = 1 + static_cast<uint32_t>(random.below(words[3] < 1000 ? words[3] : 1000));
  request.order = order.data();
  request.order_count = static_cast<uint32_t>(order.size());
  request.learning_rates = random.chance(90) ? rates.data() : nullptr;
  request.step = {0, static_cast<uint32_t>(random.next()), 1, 2};
  request.columns = columns.data();
  request.column_count = static_cast<uint32_t>(columns.size());
  request.outputs = outputs.data();
  request.output_count = static_cast<uint32_t>(outputs.size());
  request.reports = reports.data();
  request.report_count = static_cast<uint32_t>(reports.size());
  request.report_values = values.data();
  request.report_value_count = static_cast<uint32_t>(values.size());
  request.stop_if_not_finite = random.chance(30) ? 1 : 0;
  uint32_t steps = 0;
  const int32_t status = ff_train(program, &request, &steps);
  CHECK(status == FF_OK || status == FF_INVALID_ARGUMENT || status == FF_NOT_FINITE);
  if (status == FF_OK) CHECK_EQUAL(steps, (request.order_count + request.batch_rows - 1) / request.batch_rows);
}

// Returns whether the words were accepted.
bool execute(Random& random, const std::vector<int32_t>& words) {
  uint32_t floats = 0;
  const uint32_t count = static_cast<uint32_t>(words.size());
  const int32_t status = ff_arena_size(words.data(), count, &floats);
  if (status != FF_OK) {
    CHECK_EQUAL(status, FF_INVALID_PROGRAM);
    CHECK(strlen(ff_last_error()) > 20);
    return false;
  }
  if (floats > (1u << 20)) return true;
  // Exactly as large as the program wants, so that the sanitizer sees the first float beyond.
  std::vector<float> arena(floats);
  arena.shrink_to_fit();
  for (float& x : arena) x = random_float(random);
  FFProgram* program = nullptr;
  CHECK_EQUAL(ff_create(words.data(), count, arena.data(), floats, &program), FF_OK);
  if (program == nullptr) return true;
  const FFStep step = {0.01f, static_cast<uint32_t>(random.next()), 3, 4};
  const uint32_t rows = 1 + static_cast<uint32_t>(random.below(words[3]));
  CHECK_EQUAL(ff_run(program, 0, static_cast<uint32_t>(words[5]), rows, &step), FF_OK);
  train(random, program, words);
  CHECK_EQUAL(ff_destroy(program), FF_OK);
  return true;
}

// The instruction sets that this machine has, as the manifest tells them.
std::vector<std::string> isas() {
  std::vector<char> text(ff_describe(nullptr, 0) + 1);
  ff_describe(text.data(), static_cast<uint32_t>(text.size()));
  const char* const begin = strstr(text.data(), "\"isas\":[") + 8;
  std::vector<std::string> names(1);
  for (const char* p = begin; *p != ']'; ++p) {
    if (*p == ',') names.emplace_back();
    if (*p != ',' && *p != '"') names.back() += *p;
  }
  return names;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seed = argc > 1 ? strtoull(argv[1], nullptr, 10) : 20240521;
  const int iterations = argc > 2 ? atoi(argv[2]) : 12000;
  printf("seed %llu, %d iterations\n", static_cast<unsigned long long>(seed), iterations);
  fflush(stdout);
  const std::vector<std::string> names = isas();
  int accepted = 0, executed = 0;
  for (int i = 0; i < iterations; ++i) {
    // Each iteration has its own seed, so that one failure can be repeated alone: fuzz_test <seed + i> 1.
    Random random(seed + static_cast<uint64_t>(i));
    CHECK_EQUAL(ff_set_isa(names[(seed + static_cast<uint64_t>(i)) % names.size()].c_str()), FF_OK);
    const std::vector<int32_t> program = random_program(random);
    executed += execute(random, program) ? 1 : 0;
    for (int m = 0; m < 8; ++m) accepted += execute(random, mutate(random, program)) ? 1 : 0;
    accepted += execute(random, noise(random)) ? 1 : 0;
    if (test::state().checks_failed > 0) {
      printf("FAILED in iteration %d: repeat with seed %llu, 1 iteration\n", i,
             static_cast<unsigned long long>(seed + static_cast<uint64_t>(i)));
      return 1;
    }
  }
  printf("%d programs executed, %d of %d mutants accepted\n", executed, accepted, 9 * iterations);
  return executed == iterations ? 0 : 1;
}
