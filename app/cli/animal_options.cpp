// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/animal_options.h"

#include "app/cli/study_access.h"

namespace rulescope::cli {

void AnimalOptions::declare(CLI::App& options) {
    declareStudy(options, study);
    options.add_option("--animal", animal, "Its name in the study")->required()->type_name("A");
    options
        .add_option("--sessions", sessions,
            "all, last:N, or a comma-separated list of labels, dates or positions (1 = the first session)")
        ->type_name("S")
        ->capture_default_str();
}

base::Result<SessionChoice> AnimalOptions::open() const {
    return openForAnalysis(study)
        .and_then([&](const io::StudyContents& contents) { return contents.study.require(animal); })
        .and_then([&](const data::AnimalPtr& found) -> base::Result<SessionChoice> {
            return data::selectSessions(*found, sessions).map([&](const std::vector<std::size_t>& chosen) {
                return SessionChoice{found, chosen};
            });
        });
}

Json toJson(const SessionChoice& choice) {
    Json labels = Json::array();
    for (const std::size_t session : choice.sessions) {
        labels.push_back(choice.animal->sessions()[session].label);
    }
    return {{"animal", choice.animal->name()}, {"sessions", std::move(labels)}};
}

} // namespace rulescope::cli
