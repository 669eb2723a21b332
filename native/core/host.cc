// The operating system's answers. A container's quota matters as much as the number of processors: threads beyond it
// are stopped by the scheduler in the middle of a loop, and everybody waits for them.
#include "core/host.h"

#if !defined(__wasm__)

#include <stdio.h>
#include <string.h>

#if defined(__linux__)
#include <sched.h>
#endif

#include "core/sync.h"

namespace ff {
namespace {

// Beyond this, the layers of a multilayer perceptron are bound by memory, not by arithmetic.
constexpr uint32_t kMostDefaultThreads = 16;

constexpr uint32_t kNoQuota = 0xffffffffu;

#if defined(__linux__)

uint32_t processors_of_quota(double quota, double period) {
  if (!(quota > 0) || !(period > 0)) return kNoQuota;
  const double processors = quota / period;
  if (processors >= 1e6) return kNoQuota;
  return processors < 1 ? 1 : static_cast<uint32_t>(processors + 0.5);
}

// cgroup 2: "<quota or max> <period>"
uint32_t read_cpu_max(const char* path) {
  FILE* file = fopen(path, "re");
  if (file == nullptr) return kNoQuota;
  double quota = 0, period = 0;
  const int fields = fscanf(file, "%lf %lf", &quota, &period);
  fclose(file);
  return fields == 2 ? processors_of_quota(quota, period) : kNoQuota;
}

double read_number(const char* path) {
  FILE* file = fopen(path, "re");
  if (file == nullptr) return -1;
  double value = -1;
  if (fscanf(file, "%lf", &value) != 1) value = -1;
  fclose(file);
  return value;
}

// The smallest quota between our own group and the root.
uint32_t quota() {
  uint32_t smallest = kNoQuota;
  char group[512] = "/";
  if (FILE* file = fopen("/proc/self/cgroup", "re")) {
    char line[600];
    while (fgets(line, sizeof line, file) != nullptr) {
      if (strncmp(line, "0::", 3) != 0) continue;
      line[strcspn(line, "\n")] = 0;
      snprintf(group, sizeof group, "%.500s", line + 3);
    }
    fclose(file);
  }
  for (;;) {
    char path[600];
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", strcmp(group, "/") == 0 ? "" : group);
    const uint32_t processors = read_cpu_max(path);
    if (processors < smallest) smallest = processors;
    char* slash = strrchr(group, '/');
    if (slash == nullptr || strcmp(group, "/") == 0) break;
    slash[slash == group ? 1 : 0] = 0;
  }
  const uint32_t first = processors_of_quota(read_number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
                                             read_number("/sys/fs/cgroup/cpu/cpu.cfs_period_us"));
  return first < smallest ? first : smallest;
}

uint32_t affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return online_processors();
  return static_cast<uint32_t>(CPU_COUNT(&set));
}

#else

uint32_t quota() { return kNoQuota; }
uint32_t affinity() { return online_processors(); }

#endif

uint32_t count_processors() {
  const uint32_t allowed = affinity();
  const uint32_t paid = quota();
  const uint32_t processors = allowed < paid ? allowed : paid;
  return processors == 0 ? 1 : processors;
}

}  // namespace

uint32_t available_processors() {
  // Asked once; two threads that ask at the same time store the same answer.
  static uint32_t known = 0;
  uint32_t processors = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (processors == 0) {
    processors = count_processors();
    __atomic_store_n(&known, processors, __ATOMIC_RELAXED);
  }
  return processors;
}

uint32_t default_threads() {
  const uint32_t processors = available_processors();
  return processors < kMostDefaultThreads ? processors : kMostDefaultThreads;
}

}  // namespace ff

#endif
