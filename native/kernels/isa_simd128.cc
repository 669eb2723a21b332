// The kernels for WebAssembly's simd128.
#include "kernels/kernels.h"

#if defined(FF_HAVE_SIMD128)

#define FF_TABLE kSimd128Kernels
#include "kernels/simd_simd128.h"
#include "kernels/table.h"

#endif
