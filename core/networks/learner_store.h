// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/insight/update_surface.h"
#include "core/networks/learner_speed.h"

#include <functional>
#include <string>

namespace rulescope::networks {

/// What experiments on an animal's task have finished, kept in a folder: an experiment that was stopped goes
/// on from there, and the bits are those of one that was not. Every method gives what the folder has of
/// exactly this request, else makes it and keeps it. Safe from several threads for different requests.
class LearnerStore {
  public:
    /// An empty folder name keeps nothing.
    explicit LearnerStore(std::string folder)
        : m_folder(std::move(folder)) {}

    /// As networks::runLearner().
    base::Result<ArtificialAnimal> runLearner(const LearnerSpec& spec, const data::Animal& model,
        const base::StopToken& stop, const LearnerCallbacks& callbacks) const;
    /// As networks::matchedRate().
    base::Result<MatchedRate> matchedRate(const LearnerSpec& spec, const data::Animal& model,
        const base::StopToken& stop, const LearnerCallbacks& callbacks) const;
    /// What `infer` gives; `key` says everything that determines it.
    base::Result<insight::UpdateSurface> surface(
        const std::string& key, const std::function<base::Result<insight::UpdateSurface>()>& infer) const;

  private:
    std::string m_folder;
};

} // namespace rulescope::networks
