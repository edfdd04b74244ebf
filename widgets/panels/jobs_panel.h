// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/job_status.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;
class QTimer;

namespace rulescope::models {
class JobsModel;
}
namespace rulescope::plots {
class FigurePlot;
}

namespace rulescope::panels {

/// Background jobs as a table, and the live likelihood of the chosen one; it asks, the job queue acts.
class JobsPanel : public QWidget {
    Q_OBJECT

  public:
    explicit JobsPanel(QWidget* parent = nullptr);

    void setJob(const models::JobStatus& status);
    void removeJob(int id);
    models::JobsModel* model() const { return m_model; }
    /// Id of the chosen job, 0 if there is none.
    int currentJob() const;
    /// The chosen job; a default one with id 0 if there is none.
    models::JobStatus current() const;

  signals:
    void pauseRequested(int id, bool isPaused);
    void cancelRequested(int id);
    void keepRequested(int id);
    void removeRequested(int id);
    void currentChanged(); ///< another job was chosen, or the chosen one changed

  private:
    void updateButtons();
    void drawCurve();

    models::JobsModel* m_model;
    QTableView* m_view;
    QPushButton *m_pause, *m_cancel, *m_keep, *m_clear;
    QLabel* m_message;
    plots::FigurePlot* m_curve;
    QTimer* m_curveTimer;
};

} // namespace rulescope::panels
