#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Rulescope with warnings as errors and runs every test (see --help).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
    cat <<'TEXT'
packaging/test.sh [--deps-only] [-- CTEST-OPTION ...]

Installs what is missing on Debian 12 (apt-get), builds Rulescope with warnings as errors and runs every test. Tests
of real windows run on a display of their own (Xvfb with openbox); the desktop you sit at is left alone.

  --deps-only    only install the Debian packages
  -- OPTIONS     passed to ctest, e.g. -- -R test_io
  --help         this text

Environment: RULESCOPE_BUILD = build folder (default build/ci in the project).
TEXT
}

deps_only=no
while [ "$#" -gt 0 ]; do
    case "$1" in
        --deps-only) deps_only=yes ;;
        --help | -h) usage; exit 0 ;;
        --) shift; break ;;
        *) usage >&2; printf '\nrulescope: unknown argument %s\n' "$1" >&2; exit 2 ;;
    esac
    shift
done

install_dependencies build test
if [ "$deps_only" = yes ]; then exit 0; fi

folder="$(build_folder build/ci)"
configure ci "$folder" -DRULESCOPE_TESTS=ON
build "$folder"

# Settings, caches and sockets of the tests stay out of the user's own.
sandbox="$(mktemp -d)"
trap 'rm -rf -- "$sandbox"' EXIT
mkdir -p "$sandbox/run" "$sandbox/config" "$sandbox/cache" "$sandbox/data"
chmod 700 "$sandbox/run"
export XDG_RUNTIME_DIR="$sandbox/run" XDG_CONFIG_HOME="$sandbox/config" XDG_CACHE_HOME="$sandbox/cache"
export XDG_DATA_HOME="$sandbox/data"

# On a machine of two processors two tests at a time; those that measure time or fit for long ask ctest to run alone.
tests=(ctest --test-dir "$folder" --output-on-failure --no-tests=error --parallel 2 "$@")
began="$SECONDS"
if command -v xvfb-run >/dev/null && command -v openbox >/dev/null; then
    say "Running the tests on a display of their own"
    unset WAYLAND_DISPLAY
    # Without a window manager typing gets lost.
    # shellcheck disable=SC2016 # the inner shell expands
    xvfb-run --auto-servernum --server-args="-screen 0 1600x1000x24" bash -c '
        openbox >/dev/null 2>&1 &
        manager="$!"
        outcome=0
        "$@" || outcome="$?"
        kill "$manager" 2>/dev/null || true
        exit "$outcome"' tests "${tests[@]}" || fail "tests failed (see above)."
else
    say "Running the tests; those of real windows are left out (no Xvfb or openbox here)"
    "${tests[@]}" || fail "tests failed (see above)."
fi
say "All tests passed in $((SECONDS - began)) s"
