// The kernels for one lane.
#include "kernels/kernels.h"

#define FF_TABLE kScalarKernels
#include "kernels/simd_scalar.h"
#include "kernels/table.h"
