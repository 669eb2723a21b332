// Fills the table of kernels of one instruction set. The including file has chosen it and names the table FF_TABLE.
#include "kernels/elementwise.h"
#include "kernels/epilogue.h"
#include "kernels/index.h"
#include "kernels/loss.h"
#include "kernels/pack.h"
#include "kernels/random.h"
#include "kernels/reduce.h"
#include "kernels/softmax.h"
#include "kernels/tile.h"
#include "kernels/update.h"

namespace ff {

const Kernels FF_TABLE = {
    FF_ISA::kName,
    FF_ISA::kLanes,
    FF_ISA::kTileRows,
    FF_ISA::kTileColumns,
    FF_ISA::kBlockRows,
    FF_ISA::kBlockDepth,
    &FF_ISA::pack_a,
    &FF_ISA::pack_b,
    &FF_ISA::tile,
    &FF_ISA::direct,
    &FF_ISA::gemv_rows,
    &FF_ISA::gemv_columns,
    &FF_ISA::epilogue,
    &FF_ISA::fill,
    &FF_ISA::copy,
    &FF_ISA::transpose_matrix,
    &FF_ISA::gather,
    &FF_ISA::copy_columns,
    &FF_ISA::take_rows,
    &FF_ISA::add_rows,
    &FF_ISA::unary,
    &FF_ISA::unary_grad,
    &FF_ISA::binary,
    static_cast<void (*)(float*, Operand, Operand, Operand, uint32_t, uint32_t)>(&FF_ISA::select),
    &FF_ISA::expand,
    &FF_ISA::dropout,
    &FF_ISA::uniform,
    &FF_ISA::normal,
    &FF_ISA::update,
    &FF_ISA::reduce_rows,
    &FF_ISA::reduce_columns,
    &FF_ISA::reduce_all,
    &FF_ISA::softmax,
    &FF_ISA::softmax_grad,
    &FF_ISA::log_softmax,
    &FF_ISA::log_softmax_grad,
    &FF_ISA::loss,
    &FF_ISA::loss_grad,
};

}  // namespace ff
