// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace rulescope::desktop {

/// The result of background work; an exception of a library becomes an error that says what failed.
template<class Work>
auto guarded(const std::string& where, Work&& work) -> decltype(work()) {
    try {
        return std::forward<Work>(work)();
    } catch (const std::bad_alloc&) {
        return base::failure(base::ErrorCode::TooLarge,
            QT_TRANSLATE_NOOP("core", "There was not enough memory for this."), where,
            QT_TRANSLATE_NOOP("core", "Close other programs, or work on fewer trials."));
    } catch (const std::exception& fault) {
        return base::failure(base::ErrorCode::Internal,
            {QT_TRANSLATE_NOOP("core", "It stopped on an unexpected fault: %1"), {std::string(fault.what())}},
            where);
    }
}

} // namespace rulescope::desktop
