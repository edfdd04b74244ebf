// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace rulescope::desktop {

namespace {

constexpr int kMostRecent = 10;
const char* const kGeometry = "window/geometry";
const char* const kState = "window/state";
const char* const kColumns = "browser/columns";
const char* const kTheme = "theme";
const char* const kRecent = "recentFiles";
const char* const kLastStudy = "lastStudy";
const char* const kLastFolder = "lastFolder";
const char* const kFitSpeed = "fitSpeed";

QString settingsPath(const QString& file) {
    return file.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) +
                                QStringLiteral("/settings.ini")
                          : file;
}

} // namespace

Settings::Settings(const QString& file)
    : m_settings(settingsPath(file), QSettings::IniFormat) {}

QString Settings::folder() const {
    return QFileInfo(m_settings.fileName()).absolutePath();
}

QByteArray Settings::geometry() const {
    return m_settings.value(QLatin1String(kGeometry)).toByteArray();
}

QByteArray Settings::windowState() const {
    return m_settings.value(QLatin1String(kState)).toByteArray();
}

void Settings::setLayout(const QByteArray& geometry, const QByteArray& windowState) {
    m_settings.setValue(QLatin1String(kGeometry), geometry);
    m_settings.setValue(QLatin1String(kState), windowState);
}

QByteArray Settings::browserColumns() const {
    return m_settings.value(QLatin1String(kColumns)).toByteArray();
}

void Settings::setBrowserColumns(const QByteArray& state) {
    m_settings.setValue(QLatin1String(kColumns), state);
}

theme::Mode Settings::theme() const {
    return theme::modeFromName(m_settings.value(QLatin1String(kTheme)).toString())
        .value_or(theme::Mode::System);
}

void Settings::setTheme(theme::Mode mode) {
    m_settings.setValue(QLatin1String(kTheme), theme::modeName(mode));
}

QStringList Settings::recentFiles() const {
    QStringList files = m_settings.value(QLatin1String(kRecent)).toStringList();
    files.removeAll(QString());
    files.removeDuplicates();
    return files.mid(0, kMostRecent);
}

void Settings::addRecentFile(const QString& path) {
    QStringList files = recentFiles();
    files.removeAll(path);
    files.prepend(path);
    m_settings.setValue(QLatin1String(kRecent), files.mid(0, kMostRecent));
}

void Settings::clearRecentFiles() {
    m_settings.remove(QLatin1String(kRecent));
}

QString Settings::lastStudy() const {
    return m_settings.value(QLatin1String(kLastStudy)).toString();
}

void Settings::setLastStudy(const QString& path) {
    m_settings.setValue(QLatin1String(kLastStudy), path);
}

QString Settings::lastFolder() const {
    const QString folder = m_settings.value(QLatin1String(kLastFolder)).toString();
    return QFileInfo(folder).isDir() ? folder : QDir::homePath();
}

void Settings::setLastFolder(const QString& path) {
    m_settings.setValue(QLatin1String(kLastFolder), path);
}

panels::FitSpeed Settings::fitSpeed() const {
    return panels::FitSpeed::fromText(m_settings.value(QLatin1String(kFitSpeed)).toString());
}

void Settings::setFitSpeed(const panels::FitSpeed& speed) {
    m_settings.setValue(QLatin1String(kFitSpeed), speed.toText());
}

QString journalPath() {
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) +
           QStringLiteral("/pending-jobs.json");
}

} // namespace rulescope::desktop
