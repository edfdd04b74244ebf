// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "widgets/plots/export.h"

#include <QDialog>
#include <QImage>

#include <memory>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QSpinBox;
class QTimer;

namespace rulescope::panels {
class LatestTask;
} // namespace rulescope::panels

namespace rulescope::dialogs {

/// How a figure leaves the program, with a picture of what will be in the file: size, type, parts, format.
///
/// Only asks; whoever opens it writes and copies.
class ExportDialog : public QDialog {
    Q_OBJECT

  public:
    ExportDialog(figures::FigureSpec figure, const QString& preset, const plots::ExportOptions& options,
        QWidget* parent);

    /// What the form says now.
    plots::ExportOptions options() const;
    const figures::FigureSpec& figure() const { return *m_figure; }

  signals:
    void saveRequested();
    void copyRequested();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void buildForm(const QString& preset);
    QWidget* makeButtons();
    void takePreset();
    void fill(const plots::ExportOptions& options);
    void onEdited();
    void drawPreview();
    void showPreview(const QImage& image, const plots::ExportOptions& drawn);

    std::shared_ptr<const figures::FigureSpec> m_figure; ///< shared with the thread that draws
    plots::ExportOptions m_base;                         ///< what the form does not ask for
    bool m_isFilling = false;
    QLabel* m_preview;
    QFormLayout* m_form;
    QComboBox* m_preset;
    QDoubleSpinBox *m_width, *m_height, *m_font;
    QCheckBox *m_title, *m_caption, *m_footer;
    QComboBox* m_format;
    QSpinBox* m_dpi;
    QCheckBox* m_outlines;
    QLabel* m_size; ///< "183 × 94 mm, 2161 × 1110 pixels"
    QTimer* m_timer;
    panels::LatestTask* m_drawing;
};

} // namespace rulescope::dialogs
