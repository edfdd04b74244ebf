// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFileInfo>
#include <QString>

namespace rulescope::desktop {

/// A folder in `parent` that does not exist yet, so that no file is replaced: "STUDY-suffix",
/// "STUDY-suffix-2".
inline QString freshFolder(const QString& parent, QString study, const QString& suffix) {
    for (QChar& letter : study) {
        letter = letter.isLetterOrNumber() || QStringLiteral(" -_()").contains(letter) ? letter : QChar('-');
    }
    const QString name =
        QDir(parent).filePath(QStringLiteral("%1-%2").arg(study.left(100).trimmed(), suffix));
    QString free = name;
    for (int number = 2; QFileInfo::exists(free); ++number) {
        free = QStringLiteral("%1-%2").arg(name).arg(number);
    }
    return free;
}

} // namespace rulescope::desktop
