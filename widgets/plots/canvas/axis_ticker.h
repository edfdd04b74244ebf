// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QVector>
#include <qcustomplot.h>

namespace rulescope::plots {

/// Round numbers, as many as the axis has room for, written with the decimals that their distance needs.
class NumberTicker : public QCPAxisTicker {
  public:
    /// @param axis must outlive the ticker's use; @param fontHeight in layout units.
    /// @param isWhole counts (sessions, trials) get no fractional ticks.
    NumberTicker(const QCPAxis* axis, QLocale locale, double fontHeight, bool isWhole);

    void generate(const QCPRange& range, const QLocale& locale, QChar formatChar, int precision,
        QVector<double>& ticks, QVector<double>* subTicks, QVector<QString>* tickLabels) override;

  protected:
    double getTickStep(const QCPRange& range) override;
    QVector<QString> createLabelVector(
        const QVector<double>& ticks, const QLocale& locale, QChar formatChar, int precision) override;

  private:
    int roomFor(const QCPRange& range) const;
    bool isCrowded(const QCPRange& range, const QVector<double>& ticks) const; ///< labels would touch

    const QCPAxis* m_axis;
    QLocale m_locale;
    double m_fontHeight;
    bool m_isWhole;
};

/// Powers of ten, written as plain numbers from 0.001 to 100,000.
class LogTicker : public QCPAxisTickerLog {
  public:
    explicit LogTicker(QLocale locale)
        : m_locale(std::move(locale)) {}

  protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision) override;

  private:
    QLocale m_locale;
};

/// Named positions.
class NamedTicker : public QCPAxisTicker {
  public:
    NamedTicker(QVector<double> positions, QVector<QString> names);
    void setNames(QVector<QString> names) { m_names = std::move(names); }
    double position(qsizetype index) const { return m_positions[index]; }

    void generate(const QCPRange& range, const QLocale& locale, QChar formatChar, int precision,
        QVector<double>& ticks, QVector<double>* subTicks, QVector<QString>* tickLabels) override;

  private:
    QVector<double> m_positions;
    QVector<QString> m_names;
};

} // namespace rulescope::plots
