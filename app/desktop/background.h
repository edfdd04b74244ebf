// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>

namespace rulescope::desktop {

/// Makes the calling thread, and those that it starts later, give way to the window's.
void yieldToTheWindow();

/// Runs work on a thread that gives way to the window, apart from the pool that draws figures: files that are
/// read and work that nobody waits for any more never hold up a page. Any thread.
void runInBackground(std::function<void()> work);

/// Waits until nothing runs there; false if something still does after `patience`.
bool waitForBackground(std::chrono::milliseconds patience);

} // namespace rulescope::desktop
