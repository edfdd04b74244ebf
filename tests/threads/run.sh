#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the job queue, the document and the journal with ThreadSanitizer and runs their tests: tests/threads/run.sh
# Fails at the first race. Build folder: RULESCOPE_THREADS (default build/threads).
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

folder="${RULESCOPE_THREADS:-build/threads}"
launcher="$(command -v ccache || true)"
cmake -S tests/threads -B "$folder" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" >/dev/null
cmake --build "$folder" --parallel 2
export QT_QPA_PLATFORM=offscreen
export TSAN_OPTIONS="suppressions=$PWD/tests/threads/qt.supp ignore_noninstrumented_modules=1 history_size=4 halt_on_error=1 second_deadlock_stack=1"
# Randomised addresses of recent kernels leave ThreadSanitizer no room for its shadow memory; not every
# container may switch them off.
fixed=(setarch "$(uname -m)" --addr-no-randomize)
"${fixed[@]}" true 2>/dev/null || fixed=()
"${fixed[@]}" "$folder/test_threads" "$@"
