// Blocks of columns and rows of tables on every instruction set: over the remainders of all vectors, without a touch
// beyond, whatever the indices are.
#include <math.h>

#include <vector>

#include "isas.h"
#include "test.h"

using ff::Kernels;

namespace {

const uint32_t kWidths[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 67};

}  // namespace

TEST(columns_are_copied_and_nothing_else) {
  for_each_isa([&](const Kernels& kernels) {
    for (uint32_t width : kWidths) {
      for (uint32_t rows : {1u, 3u}) {
        const size_t from = width + 3, to = width + 2;
        const std::vector<float> x = Numbers(width).list(rows * from);
        std::vector<float> y(rows * to, 99.0f);
        kernels.copy_columns(y.data() + 1, to, x.data() + 2, from, rows, width);
        for (uint32_t i = 0; i < rows; ++i) {
          CHECK_EQUAL(y[i * to], 99);
          CHECK_EQUAL(y[i * to + to - 1], 99);
          for (uint32_t j = 0; j < width; ++j) CHECK_EQUAL(y[i * to + 1 + j], x[i * from + 2 + j]);
        }
      }
    }
  });
}

TEST(rows_are_taken_and_added_by_their_number) {
  // Rows that exist, one of them three times, and numbers that name none.
  const float index[] = {2, 0, 2, -0.0f, 1, 2, 3, -1, 0.5f, NAN, INFINITY, -INFINITY, 1e30f, 4294967296.0f, 16777216};
  const uint32_t rows = 3, count = sizeof(index) / sizeof(index[0]);
  for_each_isa([&](const Kernels& kernels) {
    for (uint32_t width : kWidths) {
      const std::vector<float> table = Numbers(width).list(rows * width);
      std::vector<float> y(count * width + 1, 99.0f);
      kernels.take_rows(y.data(), table.data(), rows, width, index, count);
      CHECK_EQUAL(y[count * width], 99);
      const size_t stride = width + 1;
      const std::vector<float> dy = Numbers(7).list(count * stride);
      std::vector<float> dtable(rows * stride, 1.0f), expected = dtable;
      kernels.add_rows(dtable.data(), rows, index, dy.data(), stride, count, width);
      for (uint32_t i = 0; i < count; ++i) {
        const bool valid = index[i] == 0 || index[i] == 1 || index[i] == 2;
        const size_t row = valid ? static_cast<size_t>(index[i]) : 0;
        for (uint32_t j = 0; j < width; ++j) {
          if (valid) CHECK_EQUAL(y[i * width + j], table[row * width + j]);
          if (!valid) CHECK(isnan(y[i * width + j]));
          if (valid) expected[row * stride + j] += dy[i * stride + j];
        }
      }
      for (size_t i = 0; i < dtable.size(); ++i) CHECK_EQUAL(dtable[i], expected[i]);
    }
  });
}

TEST_MAIN()
