// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/analysed.h"
#include "core/data/joined_notes.h"
#include "core/io/annotations_json.h"

#include <cstdlib>

/// Notes that are accepted apply to their animal, twice as once, and are written back as they were read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rulescope;
    const auto read = io::annotationsFromJson({reinterpret_cast<const char*>(data), size});
    const auto again = io::annotationsFromJson(io::annotationsToJson(read.annotations));
    if (!again.problems.empty() || again.annotations.size() != read.annotations.size()) {
        std::abort();
    }
    data::Animal::Content content;
    content.name = "M1";
    content.trials.stimulus.assign(6, 0.25);
    content.trials.choice = content.trials.answer = content.trials.outcome = {1, 0, 1, 0, 1, 0};
    content.sessions = {{"1", "", "", "", 0, 4}, {"2", "", "", "", 4, 6}};
    data::Study study;
    study.animals = {data::Animal::create(content).value()};
    for (const auto& [name, noted] : read.annotations) {
        std::vector<base::Error> problems;
        const data::AnimalNotes notes = data::fittingNotes(noted, *study.animals.front(), problems);
        if (!data::checkNotes(notes, *study.animals.front())) {
            std::abort();
        }
        study.annotations = {{"M1", notes}};
        const data::Study seen = data::analysed(study);
        if (seen.animals.front()->counts().trials > 6 || data::analysed(seen).animals != seen.animals) {
            std::abort();
        }
    }
    return 0;
}
