// Chains give the same bits as their instructions one by one, whatever lies over what in memory, and for any number of
// threads.
#include "core/chain.h"

#include <stdlib.h>
#include <string.h>

#include <string>
#include <vector>

#include "core/cpu.h"
#include "test/isas.h"
#include "test/test.h"
#include "test/words.h"

using ff::Op;
using test::bits;
using test::number;
using test::Words;

namespace {

constexpr FFStep kStep = {0.125f, 5, 77, 88};

struct Sizes {
  int32_t batch;
  std::vector<int32_t> columns;
  std::vector<int32_t> fixed_rows;
};

// Tall, wide, and single rows.
const std::vector<Sizes> kSizes = {
    {1500, {1, 3, 8, 64}, {1}}, {70, {1, 40, 900}, {1, 70}}, {2, {1, 9000, 20001}, {1}}, {1, {1, 30000}, {1, 40}}};

int32_t pick(Numbers& random, size_t count) { return static_cast<int32_t>(random.next(0, static_cast<float>(count))); }

// A program of tensors that often share memory and of instructions that can be in chains, some of them not.
class Sample {
 public:
  Sample(uint32_t seed, const Sizes& sizes) : random_(seed), words_(sizes.batch), batch_(sizes.batch) {
    for (int32_t columns : sizes.columns) {
      for (int32_t rows : sizes.fixed_rows) add(rows, columns, 0);
      for (int i = 0; i < 3; ++i) add(batch_, columns, 1);
    }
    for (int attempt = 0; attempt < 200 && words_.instructions() < 14; ++attempt) {
      const std::vector<int32_t> instruction = make();
      Words candidate = words_;
      candidate.raw(instruction);
      if (test::refusal(candidate.words()).empty()) words_ = candidate;
    }
  }

  const Words& words() const { return words_; }

 private:
  // In new memory, or over an earlier tensor, be it exactly or by a part.
  void add(int32_t rows, int32_t columns, int32_t flags) {
    const int32_t end = words_.arena();
    const bool over = !offsets_.empty() && random_.next(0, 1) < 0.3f;
    const int32_t offset = over ? offsets_[static_cast<size_t>(pick(random_, offsets_.size()))] : end;
    offsets_.push_back(offset);
    tensors_.push_back(words_.place(offset, rows, columns, flags));
  }

  int32_t tensor() { return tensors_[static_cast<size_t>(pick(random_, tensors_.size()))]; }

  std::vector<int32_t> make() {
    const int32_t z = tensor(), x = tensor(), y = tensor();
    switch (pick(random_, 16)) {
      case 0:
        return {number(Op::fill), z, bits(0.5f)};
      case 1:
        return {number(Op::copy), z, x};
      case 2:
        return {number(Op::unary), z, x, number(ff::Unary::tanh), 0};
      case 3:
        return {number(Op::unaryGrad), z, -1, x, y, number(ff::Unary::tanh), 0};
      case 4:
        return {number(Op::select), z, x, y, tensor()};
      case 5:
        return {number(Op::reduce), z, x, number(ff::Reduction::mean), pick(random_, 3)};
      case 6:
        return {number(Op::expand), z, x, pick(random_, 3), 1};
      case 7:
        return {number(Op::softmax), z, x};
      case 8:
        return {number(Op::dropout), z, x, bits(0.5f), 3};
      case 9:
        return {number(Op::random), z, 0, 4};
      case 10:
        return {number(Op::slice), z, x, 1};
      case 11:
        return {number(Op::concatenate), z, x, y};
      case 12:
        return {number(Op::update), z, x, -1, -1, y, number(ff::Optimizer::sgd), bits(1), bits(0.9f), 0, 0, 0, 0, 0};
      default:
        return {number(Op::binary), z, x, y, number(pick(random_, 2) == 0 ? ff::Binary::add : ff::Binary::multiply)};
    }
  }

  Numbers random_;
  Words words_;
  int32_t batch_;
  std::vector<int32_t> offsets_;
  std::vector<int32_t> tensors_;
};

// The arena after a run in one call, or instruction by instruction.
std::vector<float> run(const Words& words, uint32_t rows, bool together, uint32_t threads) {
  const std::vector<int32_t> all = words.words();
  std::vector<float> arena = Numbers(9).list(static_cast<size_t>(words.arena()));
  FFProgram* program = nullptr;
  CHECK_EQUAL(ff_create(all.data(), number(all.size()), arena.data(), number(arena.size()), &program), FF_OK);
  ff_set_threads(threads);
  const uint32_t count = words.instructions();
  if (together) CHECK_EQUAL(ff_run(program, 0, count, rows, &kStep), FF_OK);
  for (uint32_t i = 0; !together && i < count; ++i) CHECK_EQUAL(ff_run(program, i, i + 1, rows, &kStep), FF_OK);
  ff_destroy(program);
  return arena;
}

bool equal(const std::vector<float>& a, const std::vector<float>& b) {
  return memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(chains_give_the_bits_of_single_instructions) {
  const char* const given = getenv("FF_SEED");
  const uint32_t first = given == nullptr ? 1 : static_cast<uint32_t>(strtoul(given, nullptr, 10));
  const uint32_t count = given == nullptr ? 25 : 1;
  for (uint32_t seed = first; seed < first + count; ++seed) {
    for (const Sizes& sizes : kSizes) {
      const Sample sample(seed, sizes);
      for (uint32_t i = 0; i < ff::isa_count(); ++i) {
        ff_set_isa(ff::isa_name(i));
        // A part of the batch, too: then the last tile is another one.
        for (int32_t rows : {sizes.batch, sizes.batch / 2 + 1}) {
          const std::vector<float> one_by_one = run(sample.words(), number(rows), false, 1);
          const bool same = equal(run(sample.words(), number(rows), true, 1), one_by_one) &&
                            equal(run(sample.words(), number(rows), true, 2), one_by_one);
          if (!same && test::fail()) printf("seed %u, batch %d, %s\n", seed, sizes.batch, ff::isa_name(i));
        }
      }
    }
  }
  ff_set_isa("auto");
  ff_set_threads(0);
}

// y = relu(x s + b) mean over columns subtracted: everything goes through the same rows.
TEST(chains_are_found) {
  Words words(64);
  const int32_t x = words.batch(100), s = words.tensor(1, 100), b = words.tensor(1, 1), m = words.batch(1);
  words.op(Op::binary, {x, x, s, number(ff::Binary::multiply)});
  words.op(Op::binary, {x, x, b, number(ff::Binary::add)});
  words.op(Op::reduce, {m, x, number(ff::Reduction::mean), 1});
  words.op(Op::binary, {x, x, m, number(ff::Binary::subtract)});
  words.op(Op::reduce, {s, x, number(ff::Reduction::sum), 0});
  words.op(Op::unary, {x, x, number(ff::Unary::relu), 0});
  const std::vector<int32_t> all = words.words();
  ff::Program program;
  char text[256];
  ff::Text error(text, sizeof text);
  CHECK(ff::parse_program(all.data(), number(all.size()), &program, error));
  std::vector<float> arena(static_cast<size_t>(words.arena()));
  std::vector<ff::Prepared> code;
  const int32_t* at = program.code();
  for (uint32_t i = 0; i < program.instructions; ++i) {
    ff::Instruction instruction;
    at = ff::decode(at, &instruction);
    code.push_back(ff::prepare(program, instruction, arena.data()));
  }
  uint8_t lengths[6];
  ff::find_chains(code.data(), 6, lengths);
  const uint8_t expected[] = {4, 3, 2, 1, 1, 1};
  for (int i = 0; i < 6; ++i) CHECK_EQUAL(lengths[i], expected[i]);
}

}  // namespace

TEST_MAIN()
