// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/export_dialog.h"

#include "widgets/panels/latest_task.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace rulescope::dialogs {

namespace {

using plots::ExportFormat;
using plots::ExportOptions;

constexpr QSize kUsualSize = {900, 560};
constexpr int kPreviewDelay = 120; ///< ms; typing draws once
constexpr double kMmPerInch = 25.4;

template<class Widget>
Widget* named(Widget* widget, const char* name, const QString& toolTip) {
    widget->setObjectName(QLatin1String(name));
    widget->setToolTip(toolTip);
    return widget;
}

QDoubleSpinBox* makeNumber(QWidget* parent, const char* name, double least, double most, const QString& unit,
    const QString& toolTip) {
    auto* box = named(new QDoubleSpinBox(parent), name, toolTip);
    box->setRange(least, most);
    box->setDecimals(1);
    box->setSuffix(unit);
    box->setKeyboardTracking(false);
    return box;
}

} // namespace

ExportDialog::ExportDialog(
    figures::FigureSpec figure, const QString& preset, const ExportOptions& options, QWidget* parent)
    : QDialog(parent)
    , m_figure(std::make_shared<const figures::FigureSpec>(std::move(figure)))
    , m_base(options)
    , m_preview(named(new QLabel(this), "exportPreviewPicture", tr("What the file will hold")))
    , m_form(new QFormLayout)
    , m_preset(named(new QComboBox(this), "exportPreset", tr("Usual sizes; everything below can be changed")))
    , m_width(makeNumber(this, "exportWidth", 5, 5000, tr(" mm"), tr("Exact width on paper")))
    , m_height(makeNumber(
          this, "exportHeight", 0, 5000, tr(" mm"), tr("Exact height; automatic is what the figure prefers")))
    , m_font(makeNumber(this, "exportFont", 1, 400, tr(" pt"), tr("Size of axis and tick labels")))
    , m_title(named(new QCheckBox(tr("Title"), this), "exportTitle", tr("Headline above the panels")))
    , m_caption(named(new QCheckBox(tr("Caption"), this), "exportCaption", tr("What is shown, and how")))
    , m_footer(
          named(new QCheckBox(tr("Animals, rule, n"), this), "exportFooter", tr("The line of provenance")))
    , m_format(named(new QComboBox(this), "exportFormat", tr("Kind of file")))
    , m_dpi(named(new QSpinBox(this), "exportDpi", tr("Dots per inch of a PNG picture")))
    , m_outlines(named(new QCheckBox(tr("Text as outlines"), this), "exportOutlines",
          tr("Letters become shapes, for programs without the font; text can then not be edited")))
    , m_size(named(new QLabel(this), "exportSize", QString()))
    , m_timer(new QTimer(this))
    , m_drawing(new panels::LatestTask(this)) {
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export Figure"));
    resize(kUsualSize);
    m_timer->setSingleShot(true);
    m_timer->setInterval(kPreviewDelay);
    connect(m_timer, &QTimer::timeout, this, &ExportDialog::drawPreview);
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setMinimumSize(240, 180);
    m_preview->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    m_preview->setBackgroundRole(QPalette::Dark);
    m_preview->setAutoFillBackground(true);
    buildForm(preset);
    auto* side = new QVBoxLayout;
    side->addLayout(m_form);
    side->addWidget(m_size);
    side->addStretch(1);
    side->addWidget(makeButtons());
    auto* layout = new QHBoxLayout(this);
    layout->addWidget(m_preview, 1);
    layout->addLayout(side);
    fill(options);
}

void ExportDialog::buildForm(const QString& preset) {
    for (const plots::ExportPreset& each : plots::exportPresets()) {
        m_preset->addItem(each.label, each.name);
    }
    m_preset->setCurrentIndex(std::max(0, m_preset->findData(preset)));
    m_height->setSpecialValueText(tr("Automatic"));
    m_dpi->setRange(10, 4800);
    m_dpi->setSingleStep(50);
    m_dpi->setKeyboardTracking(false);
    const std::pair<ExportFormat, QString> formats[] = {{ExportFormat::Pdf, tr("PDF, vector")},
        {ExportFormat::Svg, tr("SVG, vector")}, {ExportFormat::Png, tr("PNG, picture")},
        {ExportFormat::Csv, tr("CSV, the data behind it")}};
    for (const auto& [format, text] : formats) {
        m_format->addItem(text, int(format));
    }
    m_size->setWordWrap(true);
    m_size->setForegroundRole(QPalette::PlaceholderText);
    m_form->addRow(tr("Size"), m_preset);
    m_form->addRow(tr("Width"), m_width);
    m_form->addRow(tr("Height"), m_height);
    m_form->addRow(tr("Text"), m_font);
    m_form->addRow(tr("With"), m_title);
    m_form->addRow(QString(), m_caption);
    m_form->addRow(QString(), m_footer);
    m_form->addRow(tr("Format"), m_format);
    m_form->addRow(tr("Dots per inch"), m_dpi);
    m_form->addRow(QString(), m_outlines);
    connect(m_preset, &QComboBox::activated, this, &ExportDialog::takePreset);
    for (QDoubleSpinBox* box : {m_width, m_height, m_font}) {
        connect(box, &QDoubleSpinBox::valueChanged, this, &ExportDialog::onEdited);
    }
    for (QCheckBox* box : {m_title, m_caption, m_footer, m_outlines}) {
        connect(box, &QCheckBox::toggled, this, &ExportDialog::onEdited);
    }
    connect(m_dpi, &QSpinBox::valueChanged, this, &ExportDialog::onEdited);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::onEdited);
}

QWidget* ExportDialog::makeButtons() {
    auto* buttons = new QWidget(this);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    auto* save = named(new QPushButton(tr("Save…"), buttons), "exportSave", tr("Choose a file (Enter)"));
    auto* copy = named(new QPushButton(tr("Copy"), buttons), "exportCopy", tr("Put it on the clipboard"));
    auto* close = named(new QPushButton(tr("Close"), buttons), "exportClose", tr("Close (Escape)"));
    save->setDefault(true);
    copy->setAutoDefault(false);
    close->setAutoDefault(false);
    row->addWidget(close);
    row->addWidget(copy);
    row->addWidget(save);
    connect(save, &QPushButton::clicked, this, &ExportDialog::saveRequested);
    connect(copy, &QPushButton::clicked, this, &ExportDialog::copyRequested);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    return buttons;
}

void ExportDialog::takePreset() {
    for (const plots::ExportPreset& preset : plots::exportPresets()) {
        if (preset.name == m_preset->currentData().toString()) {
            ExportOptions chosen = preset.options;
            chosen.format = static_cast<ExportFormat>(m_format->currentData().toInt());
            chosen.textAsOutlines = m_outlines->isChecked();
            m_base = chosen;
            fill(chosen);
        }
    }
}

void ExportDialog::fill(const ExportOptions& options) {
    {
        const QScopedValueRollback filling(m_isFilling, true);
        m_width->setValue(options.widthMm);
        m_height->setValue(options.heightMm);
        m_font->setValue(options.fontPt);
        m_title->setChecked(options.parts.title);
        m_caption->setChecked(options.parts.caption);
        m_footer->setChecked(options.parts.footer);
        m_dpi->setValue(static_cast<int>(std::lround(options.dpi)));
        m_outlines->setChecked(options.textAsOutlines);
        m_format->setCurrentIndex(m_format->findData(int(options.format)));
    }
    onEdited();
}

ExportOptions ExportDialog::options() const {
    ExportOptions options = m_base;
    // The boxes show tenths; a preset's exact size counts as long as it is not edited.
    const auto edited = [](double exact, const QDoubleSpinBox* box) {
        return std::abs(exact - box->value()) < 0.051 ? exact : box->value();
    };
    options.widthMm = edited(m_base.widthMm, m_width);
    options.heightMm = edited(m_base.heightMm, m_height);
    options.fontPt = edited(m_base.fontPt, m_font);
    options.parts = {m_title->isChecked(), m_caption->isChecked(), m_footer->isChecked()};
    options.format = static_cast<ExportFormat>(m_format->currentData().toInt());
    options.dpi = m_dpi->value();
    options.textAsOutlines = m_outlines->isChecked();
    return options;
}

void ExportDialog::onEdited() {
    if (m_isFilling) {
        return;
    }
    const ExportFormat format = options().format;
    m_dpi->setEnabled(format == ExportFormat::Png);
    m_outlines->setEnabled(format == ExportFormat::Pdf || format == ExportFormat::Svg);
    for (QWidget* widget : {static_cast<QWidget*>(m_preset), static_cast<QWidget*>(m_width),
             static_cast<QWidget*>(m_height), static_cast<QWidget*>(m_font), static_cast<QWidget*>(m_title),
             static_cast<QWidget*>(m_caption), static_cast<QWidget*>(m_footer)}) {
        widget->setEnabled(format != ExportFormat::Csv);
    }
    m_timer->start();
}

void ExportDialog::drawPreview() {
    ExportOptions shown = options();
    const double ratio = devicePixelRatioF();
    // As many dots as the label can show, and few enough for a poster to be drawn at once.
    shown.dpi = std::clamp(m_preview->width() * ratio / (shown.widthMm / kMmPerInch), 10.0, 300.0);
    m_drawing->run([figure = m_figure, shown](
                       const base::StopToken& stop) { return plots::renderImage(*figure, shown, stop); },
        [this, shown](const QImage& image) { showPreview(image, shown); });
}

void ExportDialog::showPreview(const QImage& image, const ExportOptions& shown) {
    const double ratio = devicePixelRatioF();
    const double wantedDpi = options().dpi;
    if (image.isNull()) {
        m_preview->setText(tr("The figure can't be drawn at this size."));
        m_size->clear();
        return;
    }
    const double heightMm = shown.widthMm * image.height() / std::max(1, image.width());
    const QLocale locale;
    const auto number = [&locale](double value) { return locale.toString(value, 'f', 1); };
    QString size = tr("%1 × %2 mm").arg(number(shown.widthMm), number(heightMm));
    if (shown.format == ExportFormat::Png) {
        const auto dots = [&](double mm) {
            return locale.toString(static_cast<qlonglong>(std::lround(mm / kMmPerInch * wantedDpi)));
        };
        size += tr(", %1 × %2 pixels").arg(dots(shown.widthMm), dots(heightMm));
    }
    m_size->setText(shown.format == ExportFormat::Csv ? tr("Every point, interval and cell as a row") : size);
    QPixmap picture = QPixmap::fromImage(
        image.scaled(m_preview->size() * ratio, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    picture.setDevicePixelRatio(ratio);
    m_preview->setPixmap(picture);
}

void ExportDialog::resizeEvent(QResizeEvent* event) {
    QDialog::resizeEvent(event);
    m_timer->start();
}

} // namespace rulescope::dialogs
