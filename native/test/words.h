// Builds the words of programs for the tests.
#ifndef FEEDFORWARD_TEST_WORDS_H_
#define FEEDFORWARD_TEST_WORDS_H_

#include <string.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "core/program.h"
#include "feedforward.h"

namespace test {

inline int32_t bits(float value) {
  int32_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}

template <typename T>
int32_t number(T value) {
  return static_cast<int32_t>(value);
}

class Words {
 public:
  explicit Words(int32_t batch_rows = 4) : batch_rows_(batch_rows) {}

  // Returns the tensor's index; memory is given out one after the other.
  int32_t tensor(int32_t rows, int32_t columns) { return place(arena_, rows, columns, 0); }
  int32_t batch(int32_t columns) { return place(arena_, batch_rows_, columns, 1); }
  int32_t place(int32_t offset, int32_t rows, int32_t columns, int32_t flags) {
    for (int32_t word : {offset, rows, columns, flags}) tensors_.push_back(word);
    const int64_t end = static_cast<int64_t>(offset) + static_cast<int64_t>(rows) * columns;
    if (end > arena_ && end < (1 << 24)) arena_ = static_cast<int32_t>(end);
    return number(tensors_.size() / 4) - 1;
  }

  void op(ff::Op op, std::initializer_list<int32_t> words) {
    code_.push_back(number(op));
    for (int32_t word : words) code_.push_back(word);
    ++instructions_;
  }
  void raw(const std::vector<int32_t>& words) {
    code_.insert(code_.end(), words.begin(), words.end());
    ++instructions_;
  }

  uint32_t offset(int32_t tensor) const { return static_cast<uint32_t>(tensors_[4 * static_cast<size_t>(tensor)]); }
  uint32_t instructions() const { return static_cast<uint32_t>(instructions_); }
  int32_t arena() const { return arena_; }

  std::vector<int32_t> words() const {
    std::vector<int32_t> all = {ff::kMagic,    FF_ABI_VERSION,      arena_, batch_rows_, number(tensors_.size() / 4),
                                instructions_, number(code_.size())};
    all.insert(all.end(), tensors_.begin(), tensors_.end());
    all.insert(all.end(), code_.begin(), code_.end());
    return all;
  }

 private:
  int32_t batch_rows_;
  int32_t arena_ = 0;
  int32_t instructions_ = 0;
  std::vector<int32_t> tensors_;
  std::vector<int32_t> code_;
};

// The sentence with which the words are refused; empty when they are accepted.
inline std::string refusal(const std::vector<int32_t>& words) {
  uint32_t floats = 0;
  if (ff_arena_size(words.data(), static_cast<uint32_t>(words.size()), &floats) == FF_OK) return "";
  return ff_last_error();
}

}  // namespace test

#endif  // FEEDFORWARD_TEST_WORDS_H_
