# SPDX-License-Identifier: GPL-3.0-or-later
# The interface target `rulescope_options` carries what every target of ours is compiled and linked with.
add_library(rulescope_options INTERFACE)
target_compile_options(rulescope_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
    # gcc 12 sees overlaps in `"text" + std::string` that are not there (its PR 105329).
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
    $<$<BOOL:${RULESCOPE_WARNINGS_AS_ERRORS}>:-Werror>)
# Most programs link core without calling LibTorch; only those that call it may load its ~290 libraries.
target_link_options(rulescope_options INTERFACE -Wl,--as-needed)
if(RULESCOPE_SANITIZE)
    target_compile_options(rulescope_options INTERFACE -fsanitize=${RULESCOPE_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(rulescope_options INTERFACE -fsanitize=${RULESCOPE_SANITIZE})
endif()
find_program(RULESCOPE_CCACHE ccache)
if(RULESCOPE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${RULESCOPE_CCACHE}")
endif()
