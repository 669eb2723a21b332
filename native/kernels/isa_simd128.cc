// The kernels for WebAssembly: simd128, or relaxed SIMD in the modules that are compiled with it.
#include "kernels/kernels.h"

#if defined(FF_HAVE_SIMD128)

#define FF_TABLE kSimd128Kernels
#include "kernels/simd_simd128.h"
#include "kernels/table.h"

#endif
