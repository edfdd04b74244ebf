#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a program in an X server of its own with a window manager: run_journey.sh WxH PROGRAM [ARGUMENT...]
# Ends with 77 (ctest: skipped) where what it needs is not installed.
set -u
for tool in Xvfb openbox xdotool; do
    if ! command -v "$tool" >/dev/null; then
        echo "run_journey.sh: skipped, $tool is not installed"
        exit 77
    fi
done
geometry=$1
shift
state=$(mktemp -d)
exec 3>"$state/display"
Xvfb -displayfd 3 -screen 0 "${geometry}x24" -nolisten tcp >"$state/xvfb.log" 2>&1 &
server=$!
manager=
cleanup() {
    [ -n "$manager" ] && kill "$manager" 2>/dev/null
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
    rm -rf "$state"
}
trap cleanup EXIT
for _ in $(seq 100); do
    [ -s "$state/display" ] && break
    sleep 0.1
done
if [ ! -s "$state/display" ]; then
    echo "run_journey.sh: the X server did not start:" >&2
    cat "$state/xvfb.log" >&2
    exit 1
fi
DISPLAY=:$(cat "$state/display")
export DISPLAY
# Without a window manager no window gets the keyboard.
openbox --sm-disable >"$state/openbox.log" 2>&1 &
manager=$!
for _ in $(seq 50); do
    xdotool get_desktop >/dev/null 2>&1 && break
    sleep 0.1
done
mkdir -m 700 "$state/runtime"
XDG_CONFIG_HOME=$state/config XDG_DATA_HOME=$state/data XDG_CACHE_HOME=$state/cache XDG_RUNTIME_DIR=$state/runtime \
    QT_QPA_PLATFORM=xcb "$@"
