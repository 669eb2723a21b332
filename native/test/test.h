// A test harness in one header: TEST(name) { CHECK(...); } and a main that prints "N passed, N failed" and exits with 1
// after a failure. `program [text]` runs only the tests whose name contains the text.
#ifndef FEEDFORWARD_TEST_TEST_H_
#define FEEDFORWARD_TEST_TEST_H_

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

namespace test {

struct Case {
  const char* name;
  void (*body)();
  Case* next;
};

struct State {
  Case* first = nullptr;
  Case** last = &first;
  int checks_failed = 0;
};

inline State& state() {
  static State instance;
  return instance;
}

struct Registration {
  Case entry;
  Registration(const char* name, void (*body)()) : entry{name, body, nullptr} {
    *state().last = &entry;
    state().last = &entry.next;
  }
};

// Counts a failure; returns whether to print it, so that a broken kernel does not print thousands of lines.
inline bool fail() { return ++state().checks_failed <= 20; }

// |actual - expected| <= absolute + relative |expected|; NaN equals NaN, and infinities equal themselves.
inline bool close(double actual, double expected, double relative, double absolute) {
  if (isnan(expected)) return isnan(actual);
  if (isinf(expected) || isinf(actual)) return actual == expected;
  return fabs(actual - expected) <= absolute + relative * fabs(expected);
}

inline int run(int argc, char** argv) {
  int passed = 0, failed = 0;
  for (Case* entry = state().first; entry != nullptr; entry = entry->next) {
    if (argc > 1 && strstr(entry->name, argv[1]) == nullptr) continue;
    state().checks_failed = 0;
    entry->body();
    const int failures = state().checks_failed;
    if (failures != 0) printf("FAILED %s (%d checks)\n", entry->name, failures);
    ++(failures == 0 ? passed : failed);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace test

#define TEST(name)                                                    \
  static void test_##name();                                          \
  static test::Registration registration_##name(#name, &test_##name); \
  static void test_##name()

#define CHECK(condition)                                                                              \
  do {                                                                                                \
    if (!(condition) && test::fail()) printf("%s:%d: expected %s\n", __FILE__, __LINE__, #condition); \
  } while (false)

#define CHECK_EQUAL(actual, expected)                                                                       \
  do {                                                                                                      \
    const double actual_ = static_cast<double>(actual), expected_ = static_cast<double>(expected);          \
    if (actual_ != expected_ && test::fail())                                                               \
      printf("%s:%d: %s: expected %.9g, received %.9g\n", __FILE__, __LINE__, #actual, expected_, actual_); \
  } while (false)

#define CHECK_TEXT(actual, expected)                                                                            \
  do {                                                                                                          \
    const char *actual_ = (actual), *expected_ = (expected);                                                    \
    if (strcmp(actual_, expected_) != 0 && test::fail())                                                        \
      printf("%s:%d: %s: expected \"%s\", received \"%s\"\n", __FILE__, __LINE__, #actual, expected_, actual_); \
  } while (false)

#define CHECK_CLOSE(actual, expected, relative, absolute)                                                   \
  do {                                                                                                      \
    const double actual_ = static_cast<double>(actual), expected_ = static_cast<double>(expected);          \
    if (!test::close(actual_, expected_, relative, absolute) && test::fail())                               \
      printf("%s:%d: %s: expected %.9g, received %.9g\n", __FILE__, __LINE__, #actual, expected_, actual_); \
  } while (false)

#define TEST_MAIN() \
  int main(int argc, char** argv) { return test::run(argc, argv); }

#endif  // FEEDFORWARD_TEST_TEST_H_
