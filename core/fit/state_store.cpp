// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/state_store.h"

#include <utility>

namespace rulescope::fit {

FileStateStore::FileStateStore(std::filesystem::path path, CheckpointIdentity identity, double secondsBetween,
    std::function<void(const base::Error&)> onFailure)
    : m_path(std::move(path))
    , m_identity(std::move(identity))
    , m_between(secondsBetween)
    , m_onFailure(std::move(onFailure)) {}

base::Result<void> FileStateStore::open() {
    auto state = resumableState(m_path, m_identity);
    if (!state) {
        return tl::make_unexpected(state.error());
    }
    m_saved = std::move(*state);
    return {};
}

bool FileStateStore::isDue() const {
    return !m_last || std::chrono::steady_clock::now() - *m_last >= m_between;
}

void FileStateStore::save(StateArrays state) {
    const auto written = writeCheckpoint(m_path, {m_identity, std::move(state)});
    m_last = std::chrono::steady_clock::now();
    if (!written && m_onFailure) {
        std::exchange(m_onFailure, {})(written.error());
    }
}

} // namespace rulescope::fit
