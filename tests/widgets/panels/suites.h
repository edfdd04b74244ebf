// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

namespace rulescope::panels {

std::unique_ptr<QObject> backgroundSuite();
std::unique_ptr<QObject> browserSuite();
std::unique_ptr<QObject> fitPanelSuite();
std::unique_ptr<QObject> factsSuite();
std::unique_ptr<QObject> pagesSuite();
std::unique_ptr<QObject> networkPanelSuite();

} // namespace rulescope::panels
