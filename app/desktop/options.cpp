// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/options.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>

namespace rulescope::desktop {

namespace {

constexpr int kUsageError = 2;

class CommandLine {
    Q_DECLARE_TR_FUNCTIONS(CommandLine)
};

std::optional<QSize> sizeFrom(const QString& text) {
    static const QRegularExpression pattern(QStringLiteral("^(\\d{2,5})x(\\d{2,5})$"));
    const QRegularExpressionMatch match = pattern.match(text);
    return match.hasMatch()
               ? std::optional<QSize>(QSize(match.captured(1).toInt(), match.captured(2).toInt()))
               : std::nullopt;
}

ParsedOptions failed(const QString& sentence) {
    ParsedOptions parsed;
    parsed.exitCode = kUsageError;
    parsed.message =
        sentence + QLatin1Char('\n') + CommandLine::tr("See rulescope --help.") + QLatin1Char('\n');
    return parsed;
}

} // namespace

ParsedOptions parseOptions(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(CommandLine::tr("See how an animal learns."));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption report(QStringLiteral("report"),
        CommandLine::tr("Draw the report of a study without a window."), CommandLine::tr("STUDY"));
    const QCommandLineOption out(QStringLiteral("out"),
        CommandLine::tr("Folder of the report (default rulescope-report)."), CommandLine::tr("DIR"),
        QStringLiteral("rulescope-report"));
    const QCommandLineOption themeOption(
        QStringLiteral("theme"), CommandLine::tr("Colours: system, light or dark."), CommandLine::tr("NAME"));
    const QCommandLineOption geometry(QStringLiteral("geometry"),
        CommandLine::tr("Size of the window, e.g. 1440x900."), CommandLine::tr("WxH"));
    parser.addOptions({report, out, themeOption, geometry});
    parser.addPositionalArgument(CommandLine::tr("FILE"),
        CommandLine::tr("A study (.rulescope) to open, or files and folders of trials to import."),
        CommandLine::tr("[FILE...]"));
    if (!parser.parse(arguments)) {
        return failed(parser.errorText());
    }
    ParsedOptions parsed;
    if (parser.isSet(help) || parser.isSet(version)) {
        parsed.exitCode = 0;
        parsed.message = parser.isSet(help)
                             ? parser.helpText()
                             : QStringLiteral("rulescope %1\n").arg(QCoreApplication::applicationVersion());
        return parsed;
    }
    parsed.options.files = parser.positionalArguments();
    parsed.options.report = parser.value(report);
    parsed.options.out = parser.value(out);
    if (parser.isSet(report) && (parsed.options.report.isEmpty() || !parsed.options.files.isEmpty())) {
        return failed(CommandLine::tr("--report takes one study file and nothing else."));
    }
    if (parser.isSet(themeOption)) {
        parsed.options.theme = theme::modeFromName(parser.value(themeOption));
        if (!parsed.options.theme) {
            return failed(CommandLine::tr("There is no theme %1: use system, light or dark.")
                              .arg(parser.value(themeOption)));
        }
    }
    if (parser.isSet(geometry)) {
        parsed.options.geometry = sizeFrom(parser.value(geometry));
        if (!parsed.options.geometry) {
            return failed(
                CommandLine::tr("%1 is no size: use WIDTHxHEIGHT in pixels.").arg(parser.value(geometry)));
        }
    }
    return parsed;
}

} // namespace rulescope::desktop
