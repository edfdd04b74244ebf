#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the fuzz targets and runs each for some seconds: tests/fuzz/run.sh [--seconds N] [TARGET...]
# Corpora grow in RULESCOPE_FUZZ (default build/fuzz); a crash leaves its input there and fails.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

seconds=20
if [ "${1:-}" = --seconds ]; then seconds="$2"; shift 2; fi
folder="${RULESCOPE_FUZZ:-build/fuzz}"
if ! command -v clang++-14 >/dev/null; then
    printf 'fuzzing: clang-14 is not here: left out\n'
    exit 0
fi
cmake -S tests/fuzz -B "$folder" -G Ninja -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14 \
    -DCMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER:-}" >/dev/null
cmake --build "$folder" --parallel 2

targets=("$@")
if [ "${#targets[@]}" -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.cpp; do targets+=("$(basename "$source" .cpp)"); done
fi
run_one() {
    local name="$1" seeds="tests/fuzz/seeds/${1#fuzz_}" corpus="$folder/corpus/$1"
    mkdir -p "$corpus"
    [ -d "$seeds" ] || seeds="$corpus"
    if ! "$folder/$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -max_len=65536 \
        -artifact_prefix="$folder/$name-" -print_final_stats=1 "$corpus" "$seeds" >"$folder/$name.log" 2>&1; then
        tail -40 "$folder/$name.log"
        printf 'fuzzing: %s failed\n' "$name"
        return 1
    fi
    printf 'fuzzing: %s, %s runs\n' "$name" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$name.log")"
}
export -f run_one
export folder seconds
printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P 2 bash -c 'run_one "$1"' fuzz
