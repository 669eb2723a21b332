// Text in a buffer of fixed size: counts all characters, keeps those that fit. The core has no printf.
#ifndef FEEDFORWARD_CORE_TEXT_H_
#define FEEDFORWARD_CORE_TEXT_H_

#include <stdint.h>

namespace ff {

class Text {
 public:
  Text(char* buffer, uint32_t capacity) : buffer_(buffer), capacity_(buffer == nullptr ? 0 : capacity) { end(); }

  uint32_t length() const { return length_; }

  void clear() {
    length_ = 0;
    end();
  }

  Text& operator<<(char c) {
    if (length_ + 1 < capacity_) buffer_[length_] = c;
    ++length_;
    end();
    return *this;
  }

  Text& operator<<(const char* s) {
    while (*s != 0) *this << *s++;
    return *this;
  }

  Text& operator<<(uint32_t n) {
    if (n >= 10) *this << n / 10;
    return *this << static_cast<char>('0' + n % 10);
  }

  Text& operator<<(int32_t n) {
    if (n >= 0) return *this << static_cast<uint32_t>(n);
    return *this << '-' << 0u - static_cast<uint32_t>(n);
  }

 private:
  void end() {
    if (capacity_ > 0) buffer_[length_ < capacity_ ? length_ : capacity_ - 1] = 0;
  }

  char* buffer_;
  uint32_t capacity_;
  uint32_t length_ = 0;
};

}  // namespace ff

#endif  // FEEDFORWARD_CORE_TEXT_H_
