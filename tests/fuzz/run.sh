#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the fuzz targets and runs each: tests/fuzz/run.sh [--required] [--seconds N | --runs N] [TARGET...]
# Without clang-14 it does nothing, and says so; with --required that is a failure.
# With --runs the inputs are the same every time, so that a failure is one of the change at hand.
# Corpora grow in RULESCOPE_FUZZ (default build/fuzz); a crash leaves its input there and fails.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

isRequired=no
if [ "${1:-}" = --required ]; then isRequired=yes; shift; fi
budget="-max_total_time=20"
case "${1:-}" in
    --seconds) budget="-max_total_time=$2"; shift 2 ;;
    --runs) budget="-runs=$2 -seed=1"; shift 2 ;;
esac
folder="${RULESCOPE_FUZZ:-build/fuzz}"
if ! command -v clang++-14 >/dev/null ||
    [ ! -e "$(clang++-14 -print-resource-dir)/lib/linux/libclang_rt.fuzzer-$(uname -m).a" ]; then
    if [ "$isRequired" = yes ]; then
        printf 'fuzzing: clang-14 with libclang-rt-14-dev is needed and not here\n' >&2
        exit 1
    fi
    printf 'fuzzing: clang-14 with libclang-rt-14-dev is not here: left out\n'
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
    if [[ "$budget" == *runs* ]]; then rm -rf -- "$corpus"; fi
    mkdir -p "$corpus"
    [ -d "$seeds" ] || seeds="$corpus"
    # shellcheck disable=SC2086 # several options
    if ! "$folder/$name" $budget -rss_limit_mb=2048 -timeout=20 -max_len=65536 \
        -artifact_prefix="$folder/$name-" -print_final_stats=1 "$corpus" "$seeds" >"$folder/$name.log" 2>&1; then
        tail -40 "$folder/$name.log"
        printf 'fuzzing: %s failed\n' "$name"
        return 1
    fi
    printf 'fuzzing: %s, %s runs\n' "$name" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$name.log")"
}
export -f run_one
export folder budget
printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P 2 bash -c 'run_one "$1"' fuzz
