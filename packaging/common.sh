# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by run.sh and test.sh (sourced, never run): what to install, how to configure and build.
# shellcheck shell=bash

PROJECT="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"

say() { printf '\n==> %s\n' "$*"; }
fail() {
    printf '\nrulescope: %s\n' "$*" >&2
    exit 1
}

# wants_value OPTION COUNT: fails when OPTION is the last of COUNT arguments left.
wants_value() { [ "$2" -ge 2 ] || { printf 'rulescope: %s needs a value; --help tells more.\n' "$1" >&2; exit 2; }; }

# packages_of LIST...: the package names in packages/LIST.txt, one a line.
packages_of() {
    local list
    for list in "$@"; do
        sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$PROJECT/packaging/packages/$list.txt"
    done
}

# missing_packages NAME...: those that are not installed, one a line.
missing_packages() {
    local installed
    installed=" $(dpkg-query --show --showformat='${db:Status-Status}=${Package} ' "$@" 2>/dev/null || true)"
    local name
    for name in "$@"; do
        case "$installed" in *" installed=$name "*) ;; *) printf '%s\n' "$name" ;; esac
    done
}

# run_as_root COMMAND...: as it is for root, through sudo for others.
run_as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -- "$@"
    else
        fail "these need an administrator: $(printf '%s ' "${MISSING[@]}")
Run this script as root, install sudo, or ask for: apt-get install --no-install-recommends ${MISSING[*]}"
    fi
}

apt() {
    run_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

apt_update() {
    say "Fetching the package lists"
    apt update || { sleep 5; apt update; } || fail "apt-get update failed twice: is the network there?"
}

# install_dependencies LIST...: installs what is missing of the packages in these lists; quick when nothing is.
install_dependencies() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "This is not Debian: expecting these to be installed under your system's names"
        packages_of "$@" | sed 's/^/    /'
        return
    fi
    local wanted
    mapfile -t wanted < <(packages_of "$@")
    # A Wayland session without X needs Qt's platform plug-in.
    if [ -n "${WAYLAND_DISPLAY:-}" ] && [ -z "${DISPLAY:-}" ]; then
        wanted+=(qt6-wayland)
    fi
    mapfile -t MISSING < <(missing_packages "${wanted[@]}")
    if [ "${#MISSING[@]}" -eq 0 ]; then
        say "All ${#wanted[@]} Debian packages are installed"
        return
    fi
    say "Installing ${#MISSING[@]} Debian packages: ${MISSING[*]}"
    apt_update
    apt install --no-install-recommends "${MISSING[@]}" || {
        apt_update
        apt install --no-install-recommends "${MISSING[@]}"
    } || fail "apt-get could not install them (see above)."
}

# build_folder DEFAULT: RULESCOPE_BUILD, or DEFAULT under the project; as an absolute path.
build_folder() {
    local folder="${RULESCOPE_BUILD:-$PROJECT/$1}"
    case "$folder" in /*) ;; *) folder="$PWD/$folder" ;; esac
    printf '%s' "$folder"
}

# parallel_jobs: one per processor, but no more than one per 2 GB of memory (LibTorch's headers take 1.4 GB).
parallel_jobs() {
    local cores gigabytes
    cores="$(nproc)"
    gigabytes="$(awk '/^MemAvailable:/ { print int($2 / 2000000) }' /proc/meminfo)"
    if [ "${gigabytes:-1}" -lt 1 ]; then gigabytes=1; fi
    if [ "$gigabytes" -lt "$cores" ]; then cores="$gigabytes"; fi
    printf '%s' "$cores"
}

# configure PRESET FOLDER [-DNAME=VALUE ...]
configure() {
    local preset="$1" folder="$2"
    shift 2
    say "Configuring ($preset) in $folder"
    cmake -S "$PROJECT" --preset "$preset" -B "$folder" "$@" || fail "cmake could not configure (see above)."
}

# build FOLDER [TARGET ...]
build() {
    local folder="$1" began="$SECONDS"
    shift
    local targets=()
    if [ "$#" -gt 0 ]; then targets=(--target "$@"); fi
    say "Building with $(parallel_jobs) jobs"
    cmake --build "$folder" --parallel "$(parallel_jobs)" "${targets[@]}" || fail "the build failed (see above)."
    say "Built in $((SECONDS - began)) s"
}
