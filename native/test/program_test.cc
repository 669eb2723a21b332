// Every rule by which a program is refused, by its message; and the programs that must not be refused.
#include "core/program.h"

#include <string>

#include "core/manifest.h"
#include "test/test.h"
#include "test/words.h"

using ff::Op;
using test::bits;
using test::number;
using test::refusal;
using test::Words;

#define CHECK_REFUSAL(received, expected)         \
  do {                                            \
    const std::string received_text = (received); \
    CHECK_TEXT(received_text.c_str(), expected);  \
  } while (false)

namespace {

// dense, loss, gradient and update of a small network: accepted as it is.
Words network() {
  Words w(8);
  const int32_t x = w.batch(3), t = w.batch(1), k = w.tensor(3, 2), b = w.tensor(1, 2), y = w.batch(2), z = w.batch(2);
  const int32_t l = w.batch(1), dl = w.batch(1), dy = w.batch(2), dk = w.tensor(3, 2), db = w.tensor(1, 2);
  w.op(Op::dense, {y, z, x, k, b, number(ff::Unary::gelu), 0});
  w.op(Op::loss, {l, y, t, number(ff::Loss::sparseCategoricalCrossentropyLogits), 0});
  w.op(Op::fill, {dl, bits(1)});
  w.op(Op::lossGrad, {dy, y, t, dl, number(ff::Loss::sparseCategoricalCrossentropyLogits), 0});
  w.op(Op::unaryGrad, {dy, z, -1, dy, number(ff::Unary::gelu), 0});
  w.op(Op::denseWeightGrad, {dk, db, x, dy});
  w.op(Op::update, {k, -1, -1, -1, dk, number(ff::Optimizer::sgd), bits(1), 0, 0, 0, 0, 0, 0});
  return w;
}

std::string refusal_of(Op op, Words& w, std::initializer_list<int32_t> words) {
  w.op(op, words);
  return refusal(w.words());
}

}  // namespace

TEST(a_network_is_accepted) { CHECK_REFUSAL(refusal(network().words()), ""); }

TEST(an_empty_program_is_accepted) { CHECK_REFUSAL(refusal(Words(1).words()), ""); }

TEST(null_arguments) {
  uint32_t floats;
  CHECK_EQUAL(ff_arena_size(nullptr, 7, &floats), FF_INVALID_PROGRAM);
  CHECK_TEXT(ff_last_error(), "program: expected at least 7 words, received 0.");
  CHECK_EQUAL(ff_arena_size(nullptr, 7, nullptr), FF_INVALID_ARGUMENT);
  CHECK_EQUAL(ff_create(nullptr, 0, nullptr, 0, nullptr), FF_INVALID_ARGUMENT);
  CHECK_EQUAL(ff_run(nullptr, 0, 0, 1, nullptr), FF_INVALID_ARGUMENT);
  CHECK_EQUAL(ff_train(nullptr, nullptr, nullptr), FF_INVALID_ARGUMENT);
  CHECK_EQUAL(ff_destroy(nullptr), FF_OK);
  ff_cancel(nullptr);
}

TEST(headers) {
  const std::vector<int32_t> good = network().words();
  struct {
    size_t word;
    int32_t value;
    const char* message;
  } const cases[] = {
      {0, 1, "program: expected the magic number 827344454 in word 0, received 1."},
      {1, 3, "program: expected ABI version 2, received 3. Use the JavaScript and the core of one release."},
      {2, -1, "program: expected at least 0 arena floats, received -1."},
      {3, 0, "program: expected at least 1 batch rows, received 0."},
      {4, -5, "program: expected at least 0 tensors, received -5."},
      {5, -1, "program: expected at least 0 instructions, received -1."},
      {6, -1, "program: expected at least 0 instruction words, received -1."},
      {4, 0x7fffffff,
       "program: expected the words that its header announces, received 101 words instead of 4294967295."},
  };
  for (const auto& c : cases) {
    std::vector<int32_t> words = good;
    words[c.word] = c.value;
    CHECK_REFUSAL(refusal(words), c.message);
  }
  std::vector<int32_t> words = good;
  words[5] += 1;
  CHECK_REFUSAL(refusal(words), "program: expected 8 instructions, received 7.");
  words[5] -= 2;
  CHECK_REFUSAL(refusal(words), "program: expected the words to end after instruction 6, received 14 more.");
  for (size_t length = 0; length < good.size(); ++length) {
    CHECK(!refusal(std::vector<int32_t>(good.begin(), good.begin() + static_cast<ptrdiff_t>(length))).empty());
  }
}

TEST(tensors) {
  const struct {
    int32_t offset, rows, columns, flags;
    const char* message;
  } cases[] = {
      {-1, 1, 1, 0, "program: tensor 1: expected an offset >= 0, rows >= 1 and columns >= 1, received -1, 1 and 1."},
      {0, 0, 1, 0, "program: tensor 1: expected an offset >= 0, rows >= 1 and columns >= 1, received 0, 0 and 1."},
      {0, 1, -7, 0, "program: tensor 1: expected an offset >= 0, rows >= 1 and columns >= 1, received 0, 1 and -7."},
      {0, 1, 1, 2, "program: tensor 1: expected flags 0 or 1, received 2."},
      {0, 3, 1, 1, "program: tensor 1: expected a batch tensor to have 4 rows, received 3."},
      {9, 1, 2, 0, ""},
      {0x7fffffff, 0x7fffffff, 0x7fffffff, 0,
       "program: tensor 1: expected it to end within the arena of 16 floats, received offset 2147483647 and shape "
       "(2147483647, "
       "2147483647)."},
      {0, 65536, 65536, 0,
       "program: tensor 1: expected it to end within the arena of 16 floats, received offset 0 and shape (65536, "
       "65536)."},
  };
  for (const auto& c : cases) {
    Words w;
    w.tensor(4, 4);
    w.place(c.offset, c.rows, c.columns, c.flags);
    CHECK_REFUSAL(refusal(w.words()), c.message);
  }
}

TEST(words_of_instructions) {
  Words w;
  const int32_t x = w.batch(2), y = w.batch(2);
  Words a = w, b = w, c = w, d = w, e = w;
  a.raw({number(ff::count_of(ff::kOps)), 0, 0});
  // Their numbers change with the table.
  const std::string ops = std::to_string(ff::count_of(ff::kOps)), functions = std::to_string(ff::count_of(ff::kUnary));
  const std::string no_op = "program: instruction 0: expected an opcode below " + ops + ", received " + ops + ".";
  const std::string no_function = "program: instruction 0 (unary): parameter function: expected a number below " +
                                  functions + ", received " + functions + ".";
  CHECK_REFUSAL(refusal(a.words()), no_op.c_str());
  b.raw({number(Op::unary), y, x});
  CHECK_REFUSAL(refusal(b.words()), "program: instruction 0 (unary): expected 5 words, received 3.");
  CHECK_REFUSAL(refusal_of(Op::unary, c, {y, 2, 0, 0}),
                "program: instruction 0 (unary): operand x: expected a tensor below 2, received 2.");
  CHECK_REFUSAL(refusal_of(Op::unary, d, {-1, x, 0, 0}),
                "program: instruction 0 (unary): operand y: expected a tensor below 2, received -1.");
  CHECK_REFUSAL(refusal_of(Op::unary, e, {y, x, number(ff::count_of(ff::kUnary)), 0}), no_function.c_str());
}

TEST(shapes) {
  Words w(4);
  const int32_t x = w.batch(3), k = w.tensor(3, 2), y = w.batch(2), fixed = w.tensor(4, 2), bias = w.tensor(2, 1);
  const int32_t one = w.batch(1), row = w.tensor(1, 2), square = w.tensor(2, 3);
  const struct {
    Op op;
    std::vector<int32_t> words;
    const char* message;
  } cases[] = {
      {Op::dense, {y, -1, x, k, bias, 0, 0}, "(dense): operand b: expected shape (1, 2), received (2, 1)."},
      {Op::dense, {y, -1, x, square, -1, 0, 0}, "(dense): operand w: expected shape (3, 2), received (2, 3)."},
      {Op::dense, {fixed, -1, x, k, row, 0, 0}, "(dense): operand x: expected shape (4, 3), received (batch, 3)."},
      {Op::unary, {fixed, y, 0, 0}, "(unary): operand x: expected shape (4, 2), received (batch, 2)."},
      {Op::copy, {fixed, y}, "(copy): operand x: expected as many elements as (4, 2), received (batch, 2)."},
      {Op::transpose, {fixed, y}, "(transpose): operand x: expected a tensor of fixed rows, received a batch tensor."},
      {Op::transpose, {square, k}, ""},
      {Op::slice, {one, y, 1}, ""},
      {Op::slice, {one, y, 2}, "(slice): parameter start: expected 1 of 2 columns, received those from 2 on."},
      {Op::slice, {one, y, -1}, "(slice): parameter start: expected 1 of 2 columns, received those from -1 on."},
      {Op::slice, {x, y, 0}, "(slice): parameter start: expected 3 of 2 columns, received those from 0 on."},
      {Op::slice, {row, y, 0}, "(slice): operand y: expected shape (batch, 2), received (1, 2)."},
      {Op::pad, {x, y, 1}, ""},
      {Op::pad, {x, y, 2}, "(pad): parameter start: expected 2 of 3 columns, received those from 2 on."},
      {Op::pad, {x, fixed, 0}, "(pad): operand x: expected shape (batch, 2), received (4, 2)."},
      {Op::concatenate, {x, y, one}, ""},
      {Op::concatenate, {x, y, y}, "(concatenate): operand z: expected the columns of x and y, 2 and 2, received 3."},
      {Op::concatenate, {x, y, bias}, "(concatenate): operand y: expected shape (batch, 1), received (2, 1)."},
      {Op::gather, {y, fixed, one}, ""},
      {Op::gather, {y, bias, x}, "(gather): operand y: expected 3 rows of 1 columns side by side, received 2 columns."},
      {Op::gather,
       {x, bias, x},
       "(gather): operand y: expected memory of its own, received a range that overlaps "
       "operand index."},
      {Op::gather, {x, y, one}, "(gather): operand table: expected a tensor of fixed rows, received a batch tensor."},
      {Op::gather, {row, fixed, one}, "(gather): operand y: expected shape (batch, 2), received (1, 2)."},
      {Op::gatherGrad, {fixed, one, y}, ""},
      {Op::gatherGrad,
       {fixed, one, x},
       "(gatherGrad): operand dy: expected 1 rows of 2 columns side by side, received 3 columns."},
      {Op::gatherGrad,
       {y, one, x},
       "(gatherGrad): operand dtable: expected a tensor of fixed rows, received a batch tensor."},
      {Op::random, {y, 1, 5}, ""},
      {Op::random, {y, 2, 5}, "(random): parameter normal: expected 0 to 1, received 2."},
      {Op::stepValue, {row, 0}, "(stepValue): operand y: expected shape (1, 1), received (1, 2)."},
      {Op::stepValue, {row, 2}, "(stepValue): parameter value: expected 0 to 1, received 2."},
      {Op::binary, {y, row, one, 0}, ""},
      {Op::binary,
       {fixed, row, y, 0},
       "(binary): operand y: expected a shape that broadcasts to (4, 2), received (batch, 2)."},
      {Op::reduce, {row, y, 0, 0}, ""},
      {Op::reduce, {row, y, 0, 1}, "(reduce): operand y: expected shape (batch, 2), received (1, 2)."},
      {Op::reduce,
       {y, y, 0, 1},
       "(reduce): operand y: expected memory of its own, received a range that overlaps "
       "operand x."},
      {Op::reduce, {y, x, 0, 1}, "(reduce): operand y: expected a number of columns that divides 3, received 2."},
      {Op::expand, {x, y, 1, 0}, "(expand): operand x: expected a number of columns that divides 3, received 2."},
      {Op::reduce, {row, y, 0, 3}, "(reduce): parameter axis: expected 0 to 2, received 3."},
      {Op::expand, {y, one, 1, 1}, ""},
      {Op::expand, {y, one, 1, 2}, "(expand): parameter mean: expected 0 to 1, received 2."},
      {Op::expand, {y, one, 0, 0}, "(expand): operand x: expected shape (1, 2), received (batch, 1)."},
      {Op::matmul, {k, x, y, 1, 0}, ""},
      {Op::matmul, {k, x, fixed, 1, 0}, "(matmul): operand b: expected an inner dimension of batch, received 4."},
      {Op::matmul, {fixed, x, k, 0, 0}, "(matmul): operand c: expected shape (batch, 2), received (4, 2)."},
      {Op::matmul, {y, x, k, 2, 0}, "(matmul): parameter transposeA: expected 0 to 1, received 2."},
      {Op::unaryGrad,
       {y, -1, -1, fixed, number(ff::Unary::gelu), 0},
       "(unaryGrad): operand x: expected a tensor, because the function reads it, received -1."},
      {Op::denseInputGrad,
       {x, y, k, -1, -1, number(ff::Unary::tanh), 0},
       "(denseInputGrad): operand x: expected a tensor, because the function reads it, received -1."},
      {Op::denseInputGrad, {x, y, k, -1, -1, 0, 0}, ""},
      {Op::loss, {one, x, y, 0, 0}, "(loss): operand target: expected shape (batch, 3), received (batch, 2)."},
      {Op::dropout,
       {y, y, bits(1), 0},
       "(dropout): parameter rate: expected a rate in [0, 1), received the bits 1065353216."},
      {Op::update,
       {row, -1, -1, -1, row, number(ff::Optimizer::adam), 0, 0, 0, 0, 0, 0, 0},
       "(update): operand s0: expected the slot \"m\" of adam, received -1."},
      {Op::update,
       {row, -1, row, -1, row, number(ff::Optimizer::sgd), 0, 0, 0, 0, 0, 0, 0},
       "(update): operand s1: expected no slot, because sgd has fewer, received a tensor."},
      {Op::update,
       {y, -1, -1, -1, y, number(ff::Optimizer::sgd), 0, 0, 0, 0, 0, 0, 0},
       "(update): operand p: expected a tensor of fixed rows, received a batch tensor."},
  };
  for (const auto& c : cases) {
    Words program = w;
    program.op(Op::fill, {y, 0});
    std::vector<int32_t> words = {number(c.op)};
    words.insert(words.end(), c.words.begin(), c.words.end());
    program.raw(words);
    const std::string expected = *c.message == 0 ? "" : std::string("program: instruction 1 ") + c.message;
    CHECK_REFUSAL(refusal(program.words()), expected.c_str());
  }
}

TEST(memory_of_operands) {
  Words w(4);
  const int32_t x = w.batch(2), half = w.place(4, 4, 2, 1), same = w.place(0, 4, 2, 1), k = w.tensor(2, 2);
  Words a = w, b = w, c = w, d = w;
  CHECK_REFUSAL(refusal_of(Op::unary, a, {same, x, 0, 0}), "");
  CHECK_REFUSAL(refusal_of(Op::unary, b, {half, x, 0, 0}),
                "program: instruction 0 (unary): operand y: expected memory of its own, received a range that overlaps "
                "operand x.");
  CHECK_REFUSAL(refusal_of(Op::dense, c, {same, -1, x, k, -1, 0, 0}),
                "program: instruction 0 (dense): operand y: expected memory of its own, received a range that overlaps "
                "operand x.");
  CHECK_REFUSAL(refusal_of(Op::dense, d, {x, same, half, k, -1, 0, 0}),
                "program: instruction 0 (dense): operand y: expected memory of its own, received a range that overlaps "
                "operand z.");
}

TEST(the_manifest_fits_its_length) {
  const uint32_t length = ff_describe(nullptr, 0);
  std::vector<char> text(length + 1, 'x');
  CHECK_EQUAL(ff_describe(text.data(), length + 1), length);
  CHECK_EQUAL(strlen(text.data()), length);
  CHECK(strncmp(text.data(), "{\"abi\":2,\"hash\":\"", 17) == 0);
  CHECK(text[length - 1] == '}');
  char small[8];
  CHECK_EQUAL(ff_describe(small, sizeof small), length);
  CHECK_TEXT(small, "{\"abi\":");
}

TEST_MAIN()
