#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Takes the pictures of README and resources/help from the demo study:
#   take_pictures.sh BUILD_FOLDER FOLDER_FOR_PICTURES      (needs Xvfb and openbox)
set -eu
build=$(realpath "$1")
mkdir -p "$2"
pictures=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
study=$work/demo.rulescope
rewards=$work/rewards.rulescope # animals whose rule an update surface can show: errors teach them nothing
cli=$build/app/cli/rulescope-cli
"$cli" demo --study "$study"
for rule in reinforce-baseline rnn; do
    "$cli" fit --study "$study" --rule $rule
done
"$cli" compare --study "$study" --rules none,reinforce-baseline,dnn,rnn --holdout animals:4
"$cli" simulate --study "$rewards" --rule reinforce --animals 8 --trials 5000 --name Rat
"$cli" fit --study "$rewards" --rule reinforce
"$here/journey/run_journey.sh" 1440x900 "$build/tests/app/desktop/take_pictures" size=1280x800 theme=light \
    open="$study" animals="Symmetric 1" shot="$pictures/behaviour.png" \
    animals="Symmetric 1,Reward only 1,Eligibility 1" action=pageWeights shot="$pictures/weights.png" animals= \
    action=pageModels shot="$pictures/models.png" \
    open="$rewards" action=pageUpdates cross=3:1.2 shot="$pictures/updates.png" \
    figure=updatesPlot:183mm:"$pictures/update-surface.png"
