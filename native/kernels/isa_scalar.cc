// The kernels for one lane.
#include "kernels/kernels.h"

#if defined(FF_HAVE_SCALAR)

#define FF_TABLE kScalarKernels
#include "kernels/simd_scalar.h"
#include "kernels/table.h"

#endif
