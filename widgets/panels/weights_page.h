// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/page.h"

class QComboBox;

namespace rulescope::panels {

class FigureView;
class TrackingCache;
struct WeightsChoice;

/// Decision weights of the selected animals: inferred by a fitted rule, over the bands of weights tracked
/// without a rule; another fit laid over them on request. Without a fit the tracked weights stand alone.
///
/// Tracking takes about a second per animal the first time; the rule's own lines are shown meanwhile.
class WeightsPage : public Page {
    Q_OBJECT

  public:
    explicit WeightsPage(models::StudyContext& context, QWidget* parent = nullptr);

    std::vector<plots::FigurePlot*> plots() const override;

  protected:
    void refresh() override;

  private:
    enum class Shown { RuleOverTracked, RuleAlone, TrackedAlone };

    void fillOverlays();
    void fillShown();
    Shown shown() const;
    bool isAtHand(const io::StudyContents& contents, const WeightsChoice& choice) const;
    void draw(bool withTracking);

    FitChooser* m_fit;
    QComboBox* m_overlay;
    QComboBox* m_shown;
    QComboBox* m_drift;
    FigureView* m_view;
    std::shared_ptr<TrackingCache> m_tracking; ///< workers may outlive the page
    bool m_areBandsPending = false;
};

} // namespace rulescope::panels
