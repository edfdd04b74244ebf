// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/background.h"
#include "app/desktop/languages.h"
#include "app/desktop/main_window.h"
#include "app/desktop/options.h"
#include "app/desktop/report_mode.h"
#include "app/desktop/settings.h"
#include "app/desktop/termination_signals.h"

#include <QApplication>
#include <QLocale>
#include <QSessionManager>
#include <QTextStream>
#include <QThreadPool>
#include <QTimer>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace {

constexpr int kNoResult = 4;
constexpr int kPatience = 100; ///< ms

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

using rulescope::desktop::MainWindow;

/// Logout or shutdown: the study is saved if the user wants it, or the user stays.
void followSession(QGuiApplication& application, MainWindow& window) {
    QObject::connect(
        &application, &QGuiApplication::commitDataRequest, &window,
        [&window](QSessionManager& session) {
            const bool mayAsk = session.allowsInteraction();
            if (!window.commitSession(mayAsk)) {
                session.cancel();
            }
            if (mayAsk) {
                session.release();
            }
        },
        Qt::DirectConnection);
    QObject::connect(
        &application, &QGuiApplication::saveStateRequest, &window,
        [&window](QSessionManager& session) {
            QStringList command = {QCoreApplication::applicationFilePath()};
            if (!window.document().path().isEmpty()) {
                command.append(window.document().path());
            }
            session.setRestartCommand(command);
            session.setRestartHint(QSessionManager::RestartIfRunning);
        },
        Qt::DirectConnection);
}

int openWindow(QGuiApplication& application, const rulescope::desktop::Options& options) {
    auto window = std::make_unique<MainWindow>(MainWindow::StateFiles{{}, rulescope::desktop::journalPath()});
    const rulescope::desktop::TerminationSignals termination;
    QObject::connect(
        &termination, &rulescope::desktop::TerminationSignals::received, window.get(), &MainWindow::closeNow);
    QObject::connect(window.get(), &MainWindow::closedNow, window.get(), [] { QCoreApplication::exit(0); });
    followSession(application, *window);
    if (options.theme) {
        window->setTheme(*options.theme);
    }
    if (options.geometry) {
        window->setInitialSize(*options.geometry);
    }
    window->show();
    // The window is painted first; reading a study or making the demo comes after.
    QTimer::singleShot(0, window.get(), [&window, files = options.files] { window->start(files); });
    const int exitCode = QApplication::exec();
    window.reset(); // here saves and exports end that still run
    // What may run now is work on figures and on files to import, which nobody will see.
    if (!QThreadPool::globalInstance()->waitForDone(kPatience) ||
        !rulescope::desktop::waitForBackground(std::chrono::milliseconds(kPatience))) {
        std::_Exit(exitCode);
    }
    return exitCode;
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
    return openWindow(application, parsed.options);
}
