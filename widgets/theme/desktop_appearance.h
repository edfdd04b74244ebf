// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

class QDBusVariant;

namespace rulescope::theme {

/// Whether the desktop asks for dark windows: from the settings portal (org.freedesktop.portal.Settings,
/// color-scheme), else from the palette with which the program started. Waits for the portal at most 150 ms.
bool isDesktopDark();

/// Keeps the desktop's own palette before ours replaces it; later calls do nothing.
void rememberDesktopPalette();

/// Tells when the user switches the desktop between light and dark. Silent where there is no session bus.
class DesktopAppearance : public QObject {
    Q_OBJECT

  public:
    explicit DesktopAppearance(QObject* parent = nullptr);

  signals:
    void changed();

  private slots:
    void onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);
};

} // namespace rulescope::theme
