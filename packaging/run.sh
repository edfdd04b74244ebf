#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Rulescope and opens it; or does its main job without a window (see --help).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
    cat <<'TEXT'
packaging/run.sh [--headless] [--out DIR] [FILE|FOLDER ...]

Installs what is missing on Debian 12 (apt-get), builds Rulescope and opens it: on the given files, or on the demo
study. With --headless, or without a display, it does the main job without a window: imports the files (or makes the
demo study), fits the learning rules, compares them on held-out animals and writes report.pdf and every figure.

  --headless     no window: write the report
  --out DIR      where the report goes (default ./rulescope-report)
  --rules A,B    learning rules to fit (default reinforce-baseline,dnn,rnn)
  --trials N     only the first N trials of each animal (default all)
  --epochs E     upper bound of training epochs (default: the preset's)
  --preset NAME  training preset: default, or liu2025 for the published protocol
  --folds K      folds over animals of the comparison (default 4)
  --seed S       seed of every fit (default 1)
  --deps-only    only install the Debian packages
  --help         this text

Environment: RULESCOPE_BUILD = build folder (default build/release in the project).
TEXT
}

headless=no deps_only=no out=./rulescope-report rules=reinforce-baseline,dnn,rnn
trials="" epochs="" preset="" seed=1 folds=4
files=()
while [ "$#" -gt 0 ]; do
    case "$1" in
        --headless) headless=yes ;;
        --deps-only) deps_only=yes ;;
        --out) wants_value "$1" "$#"; out="$2"; shift ;;
        --rules) wants_value "$1" "$#"; rules="$2"; shift ;;
        --trials) wants_value "$1" "$#"; trials="$2"; shift ;;
        --epochs) wants_value "$1" "$#"; epochs="$2"; shift ;;
        --preset) wants_value "$1" "$#"; preset="$2"; shift ;;
        --folds) wants_value "$1" "$#"; folds="$2"; shift ;;
        --seed) wants_value "$1" "$#"; seed="$2"; shift ;;
        --help | -h) usage; exit 0 ;;
        --) shift; files+=("$@"); break ;;
        -*) usage >&2; printf '\nrulescope: unknown option %s\n' "$1" >&2; exit 2 ;;
        *) files+=("$1") ;;
    esac
    shift
done
for file in ${files[@]+"${files[@]}"}; do
    [ -e "$file" ] || fail "$file: there is no such file."
done
install_dependencies build
if [ "$deps_only" = yes ]; then exit 0; fi
if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ] && [ "$headless" = no ]; then
    say "No display: writing a report instead of opening a window"
    headless=yes
fi

folder="$(build_folder build/release)"
# A folder that is configured already keeps its settings, so that a build for tests is not built again.
if [ -f "$folder/CMakeCache.txt" ]; then
    say "Using the build in $folder"
else
    configure release "$folder" -DRULESCOPE_TESTS=OFF
fi
build "$folder" rulescope rulescope-cli
rulescope="$folder/app/desktop/rulescope"
cli="$folder/app/cli/rulescope-cli"

if [ "$headless" = no ]; then
    if [ "${#files[@]}" -gt 0 ]; then
        say "Opening Rulescope on ${files[*]}"
        exec "$rulescope" "${files[@]}"
    fi
    # By default the window shows what was open last; the demo is asked for by name.
    demo="$folder/demo.rulescope"
    if [ ! -e "$demo" ]; then "$cli" demo --study "$demo" || fail "the demo study could not be made (see above)."; fi
    say "Opening Rulescope on the demo study"
    exec "$rulescope" "$demo"
fi

mkdir -p -- "$out" || fail "$out: the folder can't be made."
[ -w "$out" ] || fail "$out: the folder can't be written to."
study="$out/study.rulescope"
# An earlier study in that folder is kept aside: its fits may have taken hours.
if [ -e "$study" ]; then
    mv --backup=numbered -- "$study" "$out/study.previous.rulescope"
    say "Kept the earlier study as $out/study.previous.rulescope"
fi

if [ "${#files[@]}" -gt 0 ]; then
    say "Importing ${#files[@]} file(s)"
    "$cli" import --study "$study" -- "${files[@]}" || fail "the import failed (see above)."
else
    say "Making the demo study"
    "$cli" demo --study "$study" --seed "$seed" || fail "the demo study could not be made (see above)."
fi
"$cli" info --study "$study"

options=(--study "$study")
if [ -n "$trials" ]; then options+=(--trials "$trials"); fi
if [ -n "$preset" ]; then options+=(--preset "$preset"); fi
if [ -n "$epochs" ]; then options+=(--epochs "$epochs"); fi
for rule in ${rules//,/ }; do
    say "Fitting the rule $rule"
    "$cli" fit --rule "$rule" --seed "$seed" "${options[@]}" || fail "fitting $rule failed (see above)."
done

# Exit code 4: nothing to compare, e.g. a single animal; the report then goes without that page.
say "Comparing the rules on held-out animals"
outcome=0
"$cli" compare --rules "none,$rules" --holdout "animals:$folds" --seed "$seed" "${options[@]}" || outcome="$?"
case "$outcome" in
    0) ;;
    4) say "No comparison: it takes at least two animals" ;;
    *) fail "the comparison failed (see above)." ;;
esac

say "Drawing the report"
QT_QPA_PLATFORM=offscreen "$rulescope" --report "$study" --out "$out" || fail "the report failed (see above)."
[ -s "$out/report.pdf" ] || fail "$out/report.pdf was not written."
say "Done: $out/report.pdf"
ls -1 -- "$out"
