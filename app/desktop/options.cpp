// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/options.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>

namespace rulescope::desktop {

namespace {

constexpr int kUsageError = 2;

QString translate(const char* source) {
    return QCoreApplication::translate("Options", source);
}

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
    parsed.message = sentence + QLatin1Char('\n') + translate("See rulescope --help.") + QLatin1Char('\n');
    return parsed;
}

} // namespace

ParsedOptions parseOptions(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(translate("See how an animal learns."));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption report(QStringLiteral("report"),
        translate("Draw the report of a study without a window."), translate("STUDY"));
    const QCommandLineOption out(QStringLiteral("out"),
        translate("Folder of the report (default rulescope-report)."), translate("DIR"),
        QStringLiteral("rulescope-report"));
    const QCommandLineOption themeOption(
        QStringLiteral("theme"), translate("Colours: system, light or dark."), translate("NAME"));
    const QCommandLineOption geometry(
        QStringLiteral("geometry"), translate("Size of the window, e.g. 1440x900."), translate("WxH"));
    parser.addOptions({report, out, themeOption, geometry});
    parser.addPositionalArgument(translate("FILE"),
        translate("A study (.rulescope) to open, or files and folders of trials to import."),
        translate("[FILE...]"));
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
        return failed(translate("--report takes one study file and nothing else."));
    }
    if (parser.isSet(themeOption)) {
        parsed.options.theme = theme::modeFromName(parser.value(themeOption));
        if (!parsed.options.theme) {
            return failed(
                translate("There is no theme %1: use system, light or dark.").arg(parser.value(themeOption)));
        }
    }
    if (parser.isSet(geometry)) {
        parsed.options.geometry = sizeFrom(parser.value(geometry));
        if (!parsed.options.geometry) {
            return failed(
                translate("%1 is no size: use WIDTHxHEIGHT in pixels.").arg(parser.value(geometry)));
        }
    }
    return parsed;
}

} // namespace rulescope::desktop
