// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/checkpoint.h"

#include <chrono>
#include <functional>
#include <optional>

namespace rulescope::fit {

/// Where a running fit keeps its state between epochs, whatever becomes of it there.
class StateStore {
  public:
    virtual ~StateStore() = default;

    /// What was kept of this fit before, if anything.
    virtual std::optional<StateArrays> saved() const = 0;
    /// True if the state was last kept long enough ago.
    virtual bool isDue() const = 0;
    virtual void save(StateArrays state) = 0;
};

/// Keeps the state of one fit in a checkpoint file.
class FileStateStore final : public StateStore {
  public:
    /// `onFailure` hears of the first time that the file can't be written; the work itself goes on.
    FileStateStore(std::filesystem::path path, CheckpointIdentity identity, double secondsBetween,
        std::function<void(const base::Error&)> onFailure);

    /// Reads what is there; see resumableState for the errors.
    base::Result<void> open();

    std::optional<StateArrays> saved() const override { return m_saved; }
    bool isDue() const override;
    void save(StateArrays state) override;

  private:
    std::filesystem::path m_path;
    CheckpointIdentity m_identity;
    std::chrono::duration<double> m_between;
    std::function<void(const base::Error&)> m_onFailure;
    std::optional<std::chrono::steady_clock::time_point> m_last; ///< none: the first state is due at once
    std::optional<StateArrays> m_saved;
};

} // namespace rulescope::fit
