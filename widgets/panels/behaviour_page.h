// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/page.h"

class QComboBox;
class QLabel;
class QSlider;
class QTimer;
class QToolButton;

namespace rulescope::panels {

class FigureView;

/// How the animals behave: learning curve above; psychometric curves or the trials of one session below.
///
/// With one animal, brushing the learning curve chooses its sessions, and a slider walks a window of sessions
/// through the psychometric curve.
class BehaviourPage : public Page {
    Q_OBJECT

  public:
    explicit BehaviourPage(models::StudyContext& context, QWidget* parent = nullptr);

    std::vector<plots::FigurePlot*> plots() const override;

  protected:
    void hideEvent(QHideEvent* event) override;
    void refresh() override;

  private:
    void showCurve();
    void showDetail();
    void showPsychometric(const data::AnimalPtr& animal);
    void onRangeBrushed(double low, double high);
    void clearSessions();
    void setSessions(std::vector<std::size_t> sessions);
    void updateSlider();
    void onSlider(int position);
    void play();

    QComboBox* m_detail;
    QComboBox* m_variant;
    QLabel* m_sliderLabel;
    QSlider* m_slider;
    QToolButton* m_play;
    QTimer* m_playTimer;
    FigureView* m_curveView;
    FigureView* m_detailView;
    bool m_isSliding = false;
};

} // namespace rulescope::panels
