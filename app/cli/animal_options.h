// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/data/animal.h"

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace rulescope::cli {

/// Some sessions of one animal.
struct SessionChoice {
    data::AnimalPtr animal;
    std::vector<std::size_t> sessions; ///< indices into Animal::sessions()
};

/// --study, --animal and --sessions: what the subcommands about one animal share.
struct AnimalOptions {
    std::string study;
    std::string animal;
    std::string sessions = "all";

    void declare(CLI::App& options);
    base::Result<SessionChoice> open() const;
};

/// {"animal", "sessions": labels}: which trials an answer is about.
Json toJson(const SessionChoice& choice);

} // namespace rulescope::cli
