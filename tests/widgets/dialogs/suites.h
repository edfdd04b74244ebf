// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

namespace rulescope::dialogs {

std::unique_ptr<QObject> helpViewerSuite();
std::unique_ptr<QObject> exportDialogSuite();
std::unique_ptr<QObject> mappingDialogSuite();

} // namespace rulescope::dialogs
