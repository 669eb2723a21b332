#include "core/chain.h"

#include "core/pool.h"

namespace ff {
namespace {

// Elements of the widest operand in one tile: 16 KB, so that a handful of operands stays in the caches of a core.
constexpr uint32_t kTileElements = 1u << 11;
constexpr uint32_t kTilesPerTask = 4;
// A longer one gains nothing more, and finding chains stays cheap.
constexpr uint32_t kLongestChain = 32;

// What an instruction can be cut by without a change of any bit.
enum class Cut : uint8_t { none, elements, rows };

Cut cut_of(const Prepared& p) {
  switch (p.op) {
    case Op::fill:
    case Op::unary:
    case Op::unaryGrad:
    case Op::binary:
    case Op::select:
    case Op::dropout:
    case Op::random:
    case Op::update:
      return Cut::elements;
    case Op::copy:
      return p.operand[0].rows == p.operand[1].rows ? Cut::elements : Cut::none;
    case Op::reduce:
      return p.parameter[1] == 1 ? Cut::rows : Cut::none;
    case Op::slice:
    case Op::pad:
    case Op::concatenate:
    case Op::expand:
    case Op::softmax:
    case Op::softmaxGrad:
    case Op::logSoftmax:
    case Op::logSoftmaxGrad:
    case Op::loss:
    case Op::lossGrad:
      return Cut::rows;
    default:
      return Cut::none;
  }
}

const OpInfo& info_of(const Prepared& p) { return kOps[static_cast<uint32_t>(p.op)]; }

// What all instructions of a chain go through: the rows of a matrix, or the columns of a single row.
struct Space {
  bool by_columns;
  bool batch;
  uint32_t size;

  // Whether a tile of the chain has a part of this tensor; other tensors are used as a whole.
  bool divides(const BoundTensor& t) const {
    return by_columns ? t.columns == size : t.batch == batch && t.rows == size;
  }
};

Space space_of(const Prepared& p) {
  const BoundTensor& out = p.operand[0];
  if (out.rows == 1 && !out.batch) return {true, false, out.columns};
  return {false, out.batch, out.rows};
}

bool fits(const Prepared& p, const Space& space) {
  const Cut cut = cut_of(p);
  if (cut == Cut::none || (space.by_columns && (cut != Cut::elements || space.size == 1))) return false;
  const OpInfo& info = info_of(p);
  for (uint32_t i = 0; i < info.operands; ++i) {
    const BoundTensor& t = p.operand[i];
    if (t.data == nullptr) continue;
    const bool single_row = t.rows == 1 && !t.batch;
    if (space.by_columns && !single_row) return false;
    if (space.divides(t)) continue;
    if (i < info.outputs || !single_row || (space.by_columns && t.columns != 1)) return false;
  }
  return true;
}

uint64_t size_of(const BoundTensor& t) { return uint64_t{t.rows} * t.columns; }

bool overlap(const BoundTensor& a, const BoundTensor& b) {
  return a.data < b.data + size_of(b) && b.data < a.data + size_of(a);
}

bool same(const BoundTensor& a, const BoundTensor& b) {
  return a.data == b.data && a.rows == b.rows && a.columns == b.columns && a.batch == b.batch;
}

// Whether what `a` writes lies, tile by tile, where `b` reads or writes it, or apart from it.
bool agree(const Prepared& a, const Prepared& b, const Space& space) {
  for (uint32_t i = 0; i < info_of(a).outputs; ++i) {
    const BoundTensor& written = a.operand[i];
    if (written.data == nullptr) continue;
    for (uint32_t j = 0; j < info_of(b).operands; ++j) {
      const BoundTensor& other = b.operand[j];
      if (other.data == nullptr || !overlap(written, other)) continue;
      if (!same(written, other) || !space.divides(other)) return false;
    }
  }
  return true;
}

// Whether `next` can follow the `length` instructions of a chain.
bool joins(const Prepared* code, uint32_t length, const Prepared& next, const Space& space) {
  if (!fits(next, space)) return false;
  for (uint32_t i = 0; i < length; ++i) {
    if (!agree(code[i], next, space) || !agree(next, code[i], space)) return false;
  }
  return true;
}

struct Chain {
  const Prepared* code;
  uint32_t length;
  const Context& context;
  Space space;
  uint32_t size;  // rows or columns of this run
  uint32_t tile;

  void execute_tile(uint32_t begin, uint32_t end) const {
    const Part part = space.by_columns ? Part{0, begin, 1} : Part{begin, 0, size};
    for (uint32_t i = 0; i < length; ++i) {
      Prepared p = code[i];
      for (uint32_t o = 0; o < info_of(p).operands; ++o) {
        BoundTensor& t = p.operand[o];
        if (t.data == nullptr || !space.divides(t)) continue;
        if (space.by_columns) {
          t.data += begin;
          t.columns = end - begin;
        } else {
          t.data += static_cast<size_t>(begin) * t.columns;
          t.rows = end - begin;
          t.batch = false;
        }
      }
      execute(p, context, part);
    }
  }

  void execute_tiles(uint32_t begin, uint32_t end) const {
    for (; begin<end; begin = end - begin> tile ? begin + tile : end) {
      execute_tile(begin, end - begin > tile ? begin + tile : end);
    }
  }
};

uint32_t widest(const Prepared* code, uint32_t length, const Space& space) {
  uint32_t columns = 1;
  for (uint32_t i = 0; i < length; ++i) {
    for (uint32_t o = 0; o < info_of(code[i]).operands; ++o) {
      const BoundTensor& t = code[i].operand[o];
      if (t.data != nullptr && space.divides(t) && t.columns > columns) columns = t.columns;
    }
  }
  return columns;
}

}  // namespace

void find_chains(const Prepared* code, uint32_t count, uint8_t* lengths) {
  // A chain without its first instruction is one as well: only the instructions behind its end are new.
  uint32_t end = 0;
  for (uint32_t first = 0; first < count; ++first) {
    if (end <= first) end = first + 1;
    const Space space = space_of(code[first]);
    if (fits(code[first], space)) {
      while (end < count && end - first < kLongestChain && joins(code + first, end - first, code[end], space)) ++end;
    }
    lengths[first] = static_cast<uint8_t>(end - first);
  }
}

void execute_chain(const Prepared* code, uint32_t length, const Context& context) {
  const Space space = space_of(code[0]);
  const uint32_t size = space.batch ? context.batch_rows : space.size;
  // Random numbers are drawn four at a time: tiles begin at multiples of that.
  const uint32_t tile = space.by_columns ? kTileElements : (kTileElements / widest(code, length, space) + 4) / 4 * 4;
  if (size <= tile) {
    for (uint32_t i = 0; i < length; ++i) execute(code[i], context);
    return;
  }
  const Chain chain{code, length, context, space, size, tile};
  const auto task = [](void* context, uint32_t index, uint32_t) {
    const Chain& c = *static_cast<const Chain*>(context);
    const uint64_t step = uint64_t{c.tile} * kTilesPerTask;
    const uint64_t begin = index * step, end = begin + step;
    c.execute_tiles(static_cast<uint32_t>(begin), end < c.size ? static_cast<uint32_t>(end) : c.size);
  };
  const uint64_t step = uint64_t{tile} * kTilesPerTask;
  parallel_for(static_cast<uint32_t>((size + step - 1) / step), task, const_cast<Chain*>(&chain));
}

}  // namespace ff
