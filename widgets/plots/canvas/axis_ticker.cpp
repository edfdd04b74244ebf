// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/axis_ticker.h"

#include "widgets/plots/number_label.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::plots {

NumberTicker::NumberTicker(const QCPAxis* axis, QLocale locale, double fontHeight, bool isWhole)
    : m_axis(axis)
    , m_locale(std::move(locale))
    , m_fontHeight(fontHeight)
    , m_isWhole(isWhole) {}

double NumberTicker::getTickStep(const QCPRange& range) {
    const double step = QCPAxisTicker::getTickStep(range);
    const bool hasWhole = std::floor(range.upper) >= std::ceil(range.lower); // else the view is between two
    if (!m_isWhole || !hasWhole) {
        return step;
    }
    return step == 2.5 ? 5 : std::max(1.0, step);
}

int NumberTicker::roomFor(const QCPRange& range) const {
    const QSize size = m_axis->axisRect()->size();
    constexpr int atMost = 6;
    if (m_axis->orientation() == Qt::Vertical) {
        return std::clamp(static_cast<int>(size.height() / (2.3 * m_fontHeight)), 2, atMost);
    }
    const QFontMetricsF metrics(m_axis->tickLabelFont());
    const double step = std::pow(10.0, std::floor(std::log10(range.size() / 4)));
    const double widest = std::max(metrics.horizontalAdvance(axisNumber(range.lower, step, m_locale)),
        metrics.horizontalAdvance(axisNumber(range.upper, step, m_locale)));
    const double spacing = std::min(widest, 4 * m_fontHeight) + 1.4 * m_fontHeight;
    return std::clamp(static_cast<int>(size.width() / spacing), 2, atMost);
}

bool NumberTicker::isCrowded(const QCPRange& range, const QVector<double>& ticks) const {
    if (m_axis->orientation() == Qt::Vertical || ticks.size() < 3) {
        return false;
    }
    const QFontMetricsF metrics(m_axis->tickLabelFont());
    const double step = ticks[1] - ticks[0];
    double widest = 0;
    for (const double tick : ticks) {
        if (range.contains(tick)) {
            widest = std::max(widest, metrics.horizontalAdvance(axisNumber(tick, step, m_locale)));
        }
    }
    return step / range.size() * m_axis->axisRect()->width() < widest + 0.6 * m_fontHeight;
}

void NumberTicker::generate(const QCPRange& range, const QLocale& locale, QChar formatChar, int precision,
    QVector<double>& ticks, QVector<double>* subTicks, QVector<QString>* tickLabels) {
    int fitting = roomFor(range);
    // The base class gives up to twice as many ticks as it is asked for, where that makes them rounder.
    for (; fitting > 2; --fitting) {
        setTickCount(fitting);
        QCPAxisTicker::generate(range, locale, formatChar, precision, ticks, subTicks, tickLabels);
        if (!isCrowded(range, ticks)) {
            break;
        }
    }
    // A short axis whose round numbers all fall outside would say nothing: then ask for denser ones.
    for (int count = fitting; count <= 10; ++count) {
        setTickCount(count);
        QCPAxisTicker::generate(range, locale, formatChar, precision, ticks, subTicks, tickLabels);
        const auto inside =
            std::count_if(ticks.begin(), ticks.end(), [&](double tick) { return range.contains(tick); });
        if (inside >= 2) {
            return;
        }
    }
}

QVector<QString> NumberTicker::createLabelVector(const QVector<double>& ticks, const QLocale&, QChar, int) {
    const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 0;
    QVector<QString> labels;
    labels.reserve(ticks.size());
    for (const double tick : ticks) {
        labels.append(axisNumber(tick, step, m_locale));
    }
    return labels;
}

QString LogTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    return axisNumber(tick, tick, m_locale);
}

NamedTicker::NamedTicker(QVector<double> positions, QVector<QString> names)
    : m_positions(std::move(positions))
    , m_names(std::move(names)) {}

void NamedTicker::generate(const QCPRange& range, const QLocale&, QChar, int, QVector<double>& ticks,
    QVector<double>* subTicks, QVector<QString>* tickLabels) {
    ticks.clear();
    if (subTicks) {
        subTicks->clear();
    }
    if (tickLabels) {
        tickLabels->clear();
    }
    for (qsizetype i = 0; i < m_positions.size(); ++i) {
        if (range.contains(m_positions[i])) {
            ticks.append(m_positions[i]);
            if (tickLabels) {
                tickLabels->append(m_names.value(i));
            }
        }
    }
}

} // namespace rulescope::plots
