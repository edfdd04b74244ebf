# SPDX-License-Identifier: GPL-3.0-or-later
# LibTorch::LibTorch from either Debian's package or an unpacked LibTorch (CMAKE_PREFIX_PATH). Its own TorchConfig drags
# in MKL and CUDA probes and global compile flags; the headers and three libraries are all we use.
find_path(LIBTORCH_INCLUDE_DIR ATen/ATen.h REQUIRED)
find_path(LIBTORCH_API_INCLUDE_DIR torch/nn/module.h
    PATHS "${LIBTORCH_INCLUDE_DIR}/torch/csrc/api/include" NO_DEFAULT_PATH REQUIRED)
find_library(LIBTORCH_LIBRARY torch REQUIRED)
find_library(LIBTORCH_CPU_LIBRARY torch_cpu REQUIRED)
find_library(LIBTORCH_C10_LIBRARY c10 REQUIRED)
add_library(LibTorch::LibTorch INTERFACE IMPORTED GLOBAL)
target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE "${LIBTORCH_INCLUDE_DIR}" "${LIBTORCH_API_INCLUDE_DIR}")
target_link_libraries(LibTorch::LibTorch INTERFACE "${LIBTORCH_LIBRARY}" "${LIBTORCH_CPU_LIBRARY}" "${LIBTORCH_C10_LIBRARY}")
