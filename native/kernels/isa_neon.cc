// The kernels for NEON.
#include "kernels/kernels.h"

#if defined(FF_HAVE_NEON)

#define FF_TABLE kNeonKernels
#include "kernels/simd_neon.h"
#include "kernels/table.h"

#endif
