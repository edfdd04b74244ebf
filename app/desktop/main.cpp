// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/languages.h"
#include "app/desktop/main_window.h"
#include "app/desktop/options.h"
#include "app/desktop/report_mode.h"

#include <QApplication>
#include <QLocale>
#include <QTextStream>
#include <QTimer>

#include <algorithm>
#include <string_view>

namespace {

constexpr int kNoResult = 4;

bool isSet(const char* variable) {
    return !qEnvironmentVariableIsEmpty(variable);
}

/// Reports, help and complaints about the command line need no display; asking for one would fail on a
/// cluster node.
bool needsOffscreen(int argc, char** argv) {
    const bool asksForText = std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument.substr(0, 8) == "--report" || argument == "--help" || argument == "-h" ||
               argument == "--version" || argument == "-v";
    });
    return asksForText || (!isSet("DISPLAY") && !isSet("WAYLAND_DISPLAY"));
}

} // namespace

int main(int argc, char** argv) {
    const bool isOffscreen = !isSet("QT_QPA_PLATFORM") && needsOffscreen(argc, argv);
    if (isOffscreen) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("rulescope"));
    QCoreApplication::setApplicationName(QStringLiteral("rulescope"));
    QCoreApplication::setApplicationVersion(QStringLiteral(RULESCOPE_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Rulescope"));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.rulescope.Rulescope"));

    rulescope::desktop::installTranslations(application, QLocale());

    const rulescope::desktop::ParsedOptions parsed =
        rulescope::desktop::parseOptions(QCoreApplication::arguments());
    if (parsed.exitCode) {
        QTextStream(*parsed.exitCode == 0 ? stdout : stderr) << parsed.message;
        return *parsed.exitCode;
    }
    if (!parsed.options.report.isEmpty()) {
        return rulescope::desktop::runReport(parsed.options.report, parsed.options.out);
    }
    if (isOffscreen) {
        QTextStream(stderr) << QCoreApplication::translate("CommandLine",
            "rulescope: There is no display for a window. Use --report STUDY --out DIR, or rulescope-cli.\n");
        return kNoResult;
    }
    rulescope::desktop::MainWindow window({{}, rulescope::desktop::journalPath()});
    if (parsed.options.theme) {
        window.setTheme(*parsed.options.theme);
    }
    if (parsed.options.geometry) {
        window.setInitialSize(*parsed.options.geometry);
    }
    window.show();
    // The window is painted first; reading a study or making the demo comes after.
    QTimer::singleShot(0, &window, [&window, files = parsed.options.files] { window.start(files); });
    return QApplication::exec();
}
