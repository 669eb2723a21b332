# The thin build, for node-gyp and prebuildify: the same sources as CMakeLists.txt, listed by the same globs.
{
  "targets": [
    {
      "target_name": "feedforward",
      "sources": ["<!@(node scripts/sources.mjs)"],
      "include_dirs": ["native", "<!(node -p \"require('node-api-headers').include_dir\")"],
      "defines": ["NAPI_VERSION=8"],
      "cflags": ["-O3", "-fvisibility=hidden", "-Wno-psabi"],
      "cflags_cc": ["-std=c++17", "-fno-exceptions", "-fno-rtti"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "conditions": [
        ["OS=='linux'", {"ldflags": ["-static-libstdc++", "-static-libgcc"]}],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
            "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
            "GCC_ENABLE_CPP_RTTI": "NO",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "GCC_OPTIMIZATION_LEVEL": "3",
            "MACOSX_DEPLOYMENT_TARGET": "10.15"
          }
        }]
      ]
    }
  ]
}
