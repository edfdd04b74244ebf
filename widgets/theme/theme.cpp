// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"

#include "widgets/theme/colour_map.h"
#include "widgets/theme/desktop_appearance.h"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace rulescope::theme {

std::optional<Mode> modeFromName(const QString& name) {
    const QString lower = name.trimmed().toLower();
    for (const Mode mode : {Mode::System, Mode::Light, Mode::Dark}) {
        if (lower == modeName(mode)) {
            return mode;
        }
    }
    return std::nullopt;
}

QString modeName(Mode mode) {
    switch (mode) {
    case Mode::Light:
        return QStringLiteral("light");
    case Mode::Dark:
        return QStringLiteral("dark");
    case Mode::System:
        break;
    }
    return QStringLiteral("system");
}

QColor mixed(const QColor& colour, const QColor& other, double share) {
    const auto mix = [share](float own, float far) {
        return static_cast<float>((1 - share) * static_cast<double>(own) + share * static_cast<double>(far));
    };
    return QColor::fromRgbF(mix(colour.redF(), other.redF()), mix(colour.greenF(), other.greenF()),
        mix(colour.blueF(), other.blueF()));
}

Theme Theme::light() {
    Theme theme;
    theme.window = QColor(0xF3F4F6);
    theme.background = QColor(Qt::white);
    theme.raised = QColor(0xF7F8FA);
    theme.separator = QColor(0xD9DCE1);
    theme.ink = QColor(0x1B1D21);
    theme.muted = QColor(0x686E78);
    theme.accent = QColor(0x0063A6);
    theme.onAccent = QColor(Qt::white);
    theme.correct = QColor(0x0072B2);
    theme.error = QColor(0xD55E00);
    theme.left = QColor(0x009E73);
    theme.right = QColor(0xB8578F);
    theme.categories = {QColor(0x0072B2), QColor(0xE69F00), QColor(0x009E73), QColor(0xCC79A7),
        QColor(0x56B4E9), QColor(0xD55E00), QColor(0x7A7A7A)};
    return theme;
}

Theme Theme::dark() {
    Theme theme;
    theme.isDark = true;
    theme.window = QColor(0x1C1E22);
    theme.background = QColor(0x24272C);
    theme.raised = QColor(0x2C3036);
    theme.separator = QColor(0x3C4149);
    theme.ink = QColor(0xE7E9EC);
    theme.muted = QColor(0x9CA3AE);
    theme.accent = QColor(0x5AB0EE);
    theme.onAccent = QColor(0x10141A);
    theme.correct = QColor(0x56B4E9);
    theme.error = QColor(0xF0803C);
    theme.left = QColor(0x2CC49A);
    theme.right = QColor(0xE08FBD);
    theme.categories = {QColor(0x56B4E9), QColor(0xF0B429), QColor(0x2CC49A), QColor(0xE08FBD),
        QColor(0x8FA8FF), QColor(0xF0803C), QColor(0xA9AFB8)};
    return theme;
}

Theme Theme::paper() {
    Theme theme = light();
    theme.window = theme.background = QColor(Qt::white);
    theme.ink = QColor(Qt::black);
    theme.muted = QColor(0x5F5F5F);
    return theme;
}

Theme Theme::fromMode(Mode mode) {
    const bool wantsDark = mode == Mode::Dark || (mode == Mode::System && isDesktopDark());
    return wantsDark ? dark() : light();
}

QColor Theme::sequence(double value) const {
    const double v = std::isfinite(value) ? std::clamp(value, 0.0, 1.0) : 0.0;
    const double hue = 195 + 95 * v;
    return isDark ? fromOklch(0.58 + 0.32 * v, 0.08 + 0.02 * v, 290 - 95 * v)
                  : fromOklch(0.80 - 0.46 * v, 0.09 + 0.07 * v, hue);
}

QColor Theme::colour(const figures::Colour& colour) const {
    using Role = figures::Colour::Role;
    switch (colour.role) {
    case Role::Ink:
        return ink;
    case Role::Muted:
        return muted;
    case Role::Accent:
        return accent;
    case Role::Correct:
        return correct;
    case Role::Error:
        return error;
    case Role::Left:
        return left;
    case Role::Right:
        return right;
    case Role::Category: {
        const auto count = static_cast<double>(categories.size());
        const double index =
            std::isfinite(colour.value) ? std::fmod(std::max(0.0, std::round(colour.value)), count) : 0;
        return categories[static_cast<std::size_t>(index)];
    }
    case Role::Sequence:
        return sequence(colour.value);
    }
    return ink;
}

QPalette widgetPalette(const Theme& theme) {
    QPalette palette;
    palette.setColor(QPalette::Window, theme.window);
    palette.setColor(QPalette::WindowText, theme.ink);
    palette.setColor(QPalette::Base, theme.background);
    palette.setColor(QPalette::AlternateBase, theme.raised);
    palette.setColor(QPalette::Text, theme.ink);
    palette.setColor(QPalette::PlaceholderText, theme.muted);
    palette.setColor(QPalette::Button, theme.isDark ? theme.raised : theme.window);
    palette.setColor(QPalette::ButtonText, theme.ink);
    palette.setColor(QPalette::BrightText, theme.error);
    palette.setColor(QPalette::ToolTipBase, theme.raised);
    palette.setColor(QPalette::ToolTipText, theme.ink);
    palette.setColor(QPalette::Highlight, theme.accent);
    palette.setColor(QPalette::HighlightedText, theme.onAccent);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::LinkVisited, theme.accent);
    // Fusion draws its outlines and bevels from these.
    palette.setColor(QPalette::Light, mixed(theme.window, QColor(Qt::white), theme.isDark ? 0.12 : 0.6));
    palette.setColor(QPalette::Midlight, mixed(theme.window, QColor(Qt::white), theme.isDark ? 0.06 : 0.3));
    palette.setColor(QPalette::Mid, theme.separator);
    palette.setColor(QPalette::Dark, mixed(theme.separator, QColor(Qt::black), theme.isDark ? 0.3 : 0.15));
    palette.setColor(QPalette::Shadow, QColor(Qt::black));
    const QColor disabled = mixed(theme.muted, theme.window, 0.4);
    for (const auto role :
        {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
        palette.setColor(QPalette::Disabled, role, disabled);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, theme.separator);
    // A selection in a view without focus is still a selection, but quieter.
    palette.setColor(QPalette::Inactive, QPalette::Highlight, mixed(theme.background, theme.accent, 0.25));
    palette.setColor(QPalette::Inactive, QPalette::HighlightedText, theme.ink);
    return palette;
}

namespace {

// Only what a palette can't say: hairline splitters and docks, quiet headers, one-line tooltips with room.
QString styleRules(const Theme& theme) {
    return QStringLiteral("QToolTip { color: %1; background: %2; border: 1px solid %3; padding: 4px; }"
                          "QSplitter::handle { background: %3; }"
                          "QMainWindow::separator { background: %3; width: 1px; height: 1px; }"
                          "QHeaderView::section { background: %4; color: %5; border: none;"
                          " border-bottom: 1px solid %3; padding: 4px 6px; }"
                          "QStatusBar::item { border: none; }"
                          "QTabWidget::pane { border: none; border-top: 1px solid %3; }"
                          "QTabBar { qproperty-drawBase: 0; }"
                          "QTabBar::tab { background: transparent; color: %5; border: none;"
                          " border-bottom: 2px solid transparent; padding: 5px 9px; }"
                          "QTabBar::tab:hover { color: %1; }"
                          "QTabBar::tab:selected { color: %1; border-bottom-color: %6; }"
                          "QTabBar::tab:selected:focus { background: %3; }")
        .arg(theme.ink.name(), theme.raised.name(), theme.separator.name(), theme.background.name(),
            theme.muted.name(), theme.accent.name());
}

} // namespace

void applyTheme(const Theme& theme, QApplication& application) {
    rememberDesktopPalette();
    if (QStyle* fusion = QStyleFactory::create(QStringLiteral("Fusion"))) {
        application.setStyle(fusion);
    }
    const QPalette palette = widgetPalette(theme);
    application.setPalette(palette);
    QToolTip::setPalette(palette);
    application.setStyleSheet(styleRules(theme));
}

} // namespace rulescope::theme
