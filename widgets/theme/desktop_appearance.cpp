// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/desktop_appearance.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QFileInfo>
#include <QGuiApplication>
#include <QPalette>
#include <optional>

namespace rulescope::theme {

namespace {

constexpr int portalTimeoutMs = 150;
const QString portalService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString portalPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString portalInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearanceGroup = QStringLiteral("org.freedesktop.appearance");
const QString colourSchemeKey = QStringLiteral("color-scheme");

// Without an address libdbus would try to launch a bus of its own, which takes seconds: ask only one that
// exists.
bool hasSessionBus() {
    if (!qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")) {
        return true;
    }
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return !runtime.isEmpty() && QFileInfo::exists(runtime + QStringLiteral("/bus"));
}

// The portal wraps the value in one variant (ReadOne) or two (Read).
std::optional<uint> unwrapped(QVariant value) {
    while (value.canConvert<QDBusVariant>()) {
        value = value.value<QDBusVariant>().variant();
    }
    bool isNumber = false;
    const uint number = value.toUInt(&isNumber);
    return isNumber ? std::optional<uint>(number) : std::nullopt;
}

std::optional<bool> portalPrefersDark() {
    if (!hasSessionBus()) {
        return std::nullopt;
    }
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return std::nullopt;
    }
    QDBusMessage call =
        QDBusMessage::createMethodCall(portalService, portalPath, portalInterface, QStringLiteral("Read"));
    call << appearanceGroup << colourSchemeKey;
    const QDBusMessage reply = bus.call(call, QDBus::Block, portalTimeoutMs);
    if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty()) {
        return std::nullopt;
    }
    const std::optional<uint> scheme = unwrapped(reply.arguments().constFirst());
    if (!scheme || *scheme == 0) {
        return std::nullopt; // "no preference": the palette decides
    }
    return *scheme == 1;
}

std::optional<QPalette>& desktopPalette() {
    static std::optional<QPalette> palette;
    return palette;
}

} // namespace

void rememberDesktopPalette() {
    if (!desktopPalette()) {
        desktopPalette() = QGuiApplication::palette();
    }
}

bool isDesktopDark() {
    if (const std::optional<bool> portal = portalPrefersDark()) {
        return *portal;
    }
    rememberDesktopPalette();
    const QPalette& palette = *desktopPalette();
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

DesktopAppearance::DesktopAppearance(QObject* parent)
    : QObject(parent) {
    if (hasSessionBus()) {
        QDBusConnection::sessionBus().connect(portalService, portalPath, portalInterface,
            QStringLiteral("SettingChanged"), this, SLOT(onSettingChanged(QString, QString, QDBusVariant)));
    }
}

void DesktopAppearance::onSettingChanged(const QString& group, const QString& key, const QDBusVariant&) {
    if (group == appearanceGroup && key == colourSchemeKey) {
        emit changed();
    }
}

} // namespace rulescope::theme

// Here and not in a file of its own, because it needs QDBusVariant whole and the header does not.
#include "moc_desktop_appearance.cpp"
