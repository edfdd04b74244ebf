// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/dialogs/suites.h"
#include "widgets/dialogs/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

namespace rulescope::dialogs {

namespace {

figures::FigureSpec ramp() {
    figures::XY line;
    line.x = {0, 1, 2};
    line.y = {0, 1, 4};
    figures::Panel panel;
    panel.id = "p";
    panel.series.emplace_back(std::move(line));
    figures::FigureSpec figure;
    figure.id = "ramp";
    figure.panels.push_back(std::move(panel));
    return figure;
}

template<class Widget>
Widget* child(const ExportDialog& dialog, const char* name) {
    return dialog.findChild<Widget*>(QLatin1String(name));
}

void choose(QComboBox* box, const QVariant& data) {
    box->setCurrentIndex(box->findData(data));
    emit box->activated(box->currentIndex());
}

} // namespace

class TestExportDialog : public QObject {
    Q_OBJECT

  private slots:
    void presetsFillTheFormAndKeepTheirExactSize() {
        ExportDialog dialog(ramp(), QStringLiteral("183mm"), plots::ExportOptions::journalPage(), nullptr);
        QCOMPARE(dialog.options().widthMm, 183.0);
        choose(child<QComboBox>(dialog, "exportPreset"), QStringLiteral("slide"));
        QCOMPARE(dialog.options().widthMm, plots::ExportOptions::slide().widthMm); // not rounded to .1 mm
        QCOMPARE(dialog.options().heightMm, plots::ExportOptions::slide().heightMm);
        QVERIFY(dialog.options().parts.caption);
        child<QDoubleSpinBox>(dialog, "exportWidth")->setValue(120);
        child<QDoubleSpinBox>(dialog, "exportHeight")->setValue(0);
        child<QCheckBox>(dialog, "exportCaption")->setChecked(false);
        QCOMPARE(dialog.options().widthMm, 120.0);
        QCOMPARE(dialog.options().heightMm, 0.0);
        QVERIFY(!dialog.options().parts.caption);
    }

    void onlyWhatAFormatHasCanBeChosen() {
        ExportDialog dialog(ramp(), QStringLiteral("89mm"), plots::ExportOptions::journalColumn(), nullptr);
        auto* dpi = child<QSpinBox>(dialog, "exportDpi");
        auto* outlines = child<QCheckBox>(dialog, "exportOutlines");
        auto* format = child<QComboBox>(dialog, "exportFormat");
        QVERIFY(!dpi->isEnabled() && outlines->isEnabled());
        format->setCurrentIndex(format->findData(int(plots::ExportFormat::Png)));
        QVERIFY(dpi->isEnabled() && !outlines->isEnabled());
        dpi->setValue(600);
        QCOMPARE(dialog.options().dpi, 600.0);
        QCOMPARE(dialog.options().format, plots::ExportFormat::Png);
        format->setCurrentIndex(format->findData(int(plots::ExportFormat::Csv)));
        QVERIFY(!child<QDoubleSpinBox>(dialog, "exportWidth")->isEnabled());
    }

    void thePreviewTellsSizeAndPixels() {
        ExportDialog dialog(ramp(), QStringLiteral("89mm"), plots::ExportOptions::journalColumn(), nullptr);
        dialog.show();
        auto* picture = child<QLabel>(dialog, "exportPreviewPicture");
        QTRY_VERIFY(!picture->pixmap(Qt::ReturnByValue).isNull());
        auto* size = child<QLabel>(dialog, "exportSize");
        QVERIFY2(size->text().startsWith(QStringLiteral("89.0 × ")), qPrintable(size->text()));
        auto* format = child<QComboBox>(dialog, "exportFormat");
        format->setCurrentIndex(format->findData(int(plots::ExportFormat::Png)));
        child<QSpinBox>(dialog, "exportDpi")->setValue(254);
        QTRY_VERIFY2(size->text().contains(QStringLiteral("890 × ")), qPrintable(size->text()));
    }

    void theButtonsAsk() {
        ExportDialog dialog(ramp(), QStringLiteral("89mm"), plots::ExportOptions::journalColumn(), nullptr);
        QSignalSpy save(&dialog, &ExportDialog::saveRequested);
        QSignalSpy copy(&dialog, &ExportDialog::copyRequested);
        child<QPushButton>(dialog, "exportSave")->click();
        child<QPushButton>(dialog, "exportCopy")->click();
        QCOMPARE(save.size(), 1);
        QCOMPARE(copy.size(), 1);
    }
};

std::unique_ptr<QObject> exportDialogSuite() {
    return std::make_unique<TestExportDialog>();
}

} // namespace rulescope::dialogs

#include "test_export_dialog.moc"
