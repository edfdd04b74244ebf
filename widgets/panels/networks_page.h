// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/network_library.h"
#include "widgets/panels/page.h"

class QComboBox;
class QTimer;

namespace rulescope::panels {

class FigureView;

/// Artificial networks: what became of an experiment, while it runs and after.
class NetworksPage : public Page {
    Q_OBJECT

  public:
    NetworksPage(models::StudyContext& context, models::NetworkLibrary& library, QWidget* parent = nullptr);

    std::vector<plots::FigurePlot*> plots() const override;
    /// Buttons for what can be done with the experiment that is shown.
    void addActions(QAction* goOn, QAction* remove);
    /// Folder of the experiment that is shown; empty if there is none.
    QString current() const;
    void setCurrent(const QString& folder);

  signals:
    void currentChanged();

  protected:
    void refresh() override;

  private:
    void fillExperiments();
    void fillViews(const models::ExperimentEntry& entry);
    void draw();

    models::NetworkLibrary& m_library;
    QComboBox* m_experiment;
    QComboBox* m_show;
    QComboBox* m_network;
    QWidget* m_buttons;
    FigureView* m_view;
    QTimer* m_redraw;
    QString m_filledFor; ///< folder whose views and networks the boxes list
};

} // namespace rulescope::panels
