// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace rulescope::desktop {

std::unique_ptr<QObject> jobQueueSuite();
std::unique_ptr<QObject> cancelSuite();
std::unique_ptr<QObject> documentSuite();
std::unique_ptr<QObject> documentFileSuite();
std::unique_ptr<QObject> pendingJobsSuite();
std::unique_ptr<QObject> windowLayoutSuite();
std::unique_ptr<QObject> windowDocumentsSuite();
std::unique_ptr<QObject> windowExportsSuite();
std::unique_ptr<QObject> windowJobsSuite();
std::unique_ptr<QObject> studySafetySuite();

/// A program with a window that starts a fit in the folder's study and says when it has got somewhere.
int fitUntilKilled(const QString& folder);

inline std::vector<std::unique_ptr<QObject>> suites() {
    std::vector<std::unique_ptr<QObject>> result;
    result.push_back(jobQueueSuite());
    result.push_back(cancelSuite());
    result.push_back(documentSuite());
    result.push_back(documentFileSuite());
    result.push_back(pendingJobsSuite());
    result.push_back(windowLayoutSuite());
    result.push_back(windowDocumentsSuite());
    result.push_back(windowExportsSuite());
    result.push_back(windowJobsSuite());
    result.push_back(studySafetySuite());
    return result;
}

} // namespace rulescope::desktop
