// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/figures/figure_spec.h"
#include "widgets/plots/export.h"

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <optional>
#include <stop_token>

class QActionGroup;
class QAction;
class QMenu;
class QWidget;

namespace rulescope::plots {
class FigurePlot;
}

namespace rulescope::desktop {

class Settings;

/// Export and copy of the figure that the user means: the one with the focus or under the menu, else the
/// page's main one. Drawing goes on off the GUI thread; the destructor waits for what was asked for.
class FigureCommands : public QObject {
    Q_OBJECT

  public:
    FigureCommands(Settings& settings, QWidget* window);
    ~FigureCommands() override;

    /// Fills the "Export" part of a menu: sizes, PNG resolution, text as outlines.
    void addExportActions(QMenu& menu);
    QAction* exportAction() const { return m_export; }
    QAction* copyAction() const { return m_copy; }
    QAction* copyDataAction() const { return m_copyData; }
    QAction* resetAction() const { return m_reset; }

    /// The plot that commands act on unless the focus is in another one.
    void setMainPlot(plots::FigurePlot* plot);
    void showMenu(plots::FigurePlot* plot, const QPoint& globalPosition);

    /// Writes the figure by the path's suffix and this size, in the background; done() or failed() tells.
    void write(const figures::FigureSpec& figure, const QString& path, const QString& preset);

    /// Exports and copies that are asked for and have not ended; they are lost if this is destroyed.
    int pending() const { return m_pending; }

  signals:
    void idle(); ///< nothing is pending any more
    void started(const QString& sentence);
    void done(const QString& sentence);
    void written(const rulescope::figures::FigureSpec& figure); ///< to a file, as figure or as data
    void failed(const rulescope::base::Error& error);

  private:
    plots::FigurePlot* target() const;
    void exportWith(const QString& preset);
    void exportWithPreview();
    /// Asks for a file and writes it.
    void saveAs(const figures::FigureSpec& figure, const plots::ExportOptions& options);
    void write(const figures::FigureSpec& figure, const QString& path, plots::ExportOptions options);
    void copy(const figures::FigureSpec& figure, const plots::ExportOptions& options);
    /// A copy of the target's figure; without one says so.
    std::optional<figures::FigureSpec> targetFigure();
    void copyData();
    void copyNumbers(const figures::FigureSpec& figure);
    plots::ExportOptions optionsFor(const QString& preset) const;
    template<class Work, class Done>
    void inBackground(const QString& sentence, Work work, Done onDone);

    Settings& m_settings;
    QWidget* m_window;
    QPointer<plots::FigurePlot> m_mainPlot, m_menuPlot;
    QAction *m_export, *m_preview, *m_copy, *m_copyData, *m_reset, *m_outlines;
    QList<QAction*> m_sizes;     ///< one per export preset
    QActionGroup* m_resolutions; ///< data: dots per inch; 0: as suits the size
    int m_pending = 0;
    QThreadPool m_writer;    ///< one thread: files are written in the order asked for
    std::stop_source m_stop; ///< the GUI thread no longer helps with drawing
};

} // namespace rulescope::desktop
