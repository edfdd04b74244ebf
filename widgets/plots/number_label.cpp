// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/number_label.h"

#include "widgets/text/translated.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

namespace rulescope::plots {

namespace {

using text::withTrueMinus;

QString superscript(int exponent) {
    static const char16_t digits[] = u"\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
    QString result;
    for (const QChar c : QString::number(exponent)) {
        result += c == u'-' ? QChar(0x207B) : QChar(digits[c.digitValue()]);
    }
    return result;
}

/// Decimals that distinguish values `step` apart: 0.25 -> 2, 0.5 -> 1, 20 -> 0.
int decimalsFor(double step) {
    for (int decimals = 0; decimals < 12; ++decimals) {
        const double scaled = step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled && std::round(scaled) >= 1) {
            return decimals;
        }
    }
    return 12;
}

} // namespace

QString axisNumber(double value, double step, const QLocale& locale) {
    step = std::abs(step);
    if (!(step > 0) || !std::isfinite(step)) {
        step = value == 0 ? 1 : std::abs(value);
    }
    if (std::abs(value) < step * 1e-6) {
        return locale.toString(0);
    }
    const double size = std::max(std::abs(value), step);
    if (size >= 1e6 || size < 1e-4) {
        const int exponent = static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-9));
        const double mantissa = value / std::pow(10.0, exponent);
        const int decimals = std::min(3, decimalsFor(step / std::pow(10.0, exponent)));
        const QString power = QStringLiteral("10") + superscript(exponent);
        const bool isPower = std::abs(std::abs(mantissa) - 1) < 1e-9;
        return isPower ? (value < 0 ? QString(QChar(0x2212)) : QString()) + power
                       : withTrueMinus(locale.toString(mantissa, 'f', decimals)) + QChar(0x00D7) + power;
    }
    return withTrueMinus(locale.toString(value, 'f', decimalsFor(step)));
}

QString tipNumber(double value, const QLocale& locale) {
    if (std::isnan(value)) {
        return QCoreApplication::translate("plots", "none");
    }
    const double size = std::abs(value);
    const bool isWhole = size < 1e9 && value == std::round(value);
    return withTrueMinus(
        isWhole ? locale.toString(static_cast<qlonglong>(value)) : locale.toString(value, 'g', 4));
}

bool areNumbers(const QVector<QString>& names) {
    static const QRegularExpression number(QStringLiteral("^[\\x{2212}+-]?[\\d.,\\x{00a0}\\x{202f}]+$"));
    return std::all_of(names.begin(), names.end(),
        [](const QString& name) { return name.isEmpty() || number.match(name).hasMatch(); });
}

QVector<QString> everyNth(QVector<QString> names, qsizetype step) {
    const qsizetype middle = names.size() / 2;
    for (qsizetype i = 0; i < names.size(); ++i) {
        if (std::abs(i - middle) % step != 0) {
            names[i].clear();
        }
    }
    return names;
}

} // namespace rulescope::plots
