// The kernels for SSE2.
#include "kernels/kernels.h"

#if defined(FF_HAVE_X86)

#define FF_TABLE kSse2Kernels
#include "kernels/simd_sse2.h"
#include "kernels/table.h"

#endif
