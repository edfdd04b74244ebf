// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/page.h"

class QComboBox;

namespace rulescope::panels {

class FigureView;

/// Which rule predicts animals best on data it has not seen: a held-out comparison.
class ModelsPage : public Page {
    Q_OBJECT

  public:
    explicit ModelsPage(models::StudyContext& context, QWidget* parent = nullptr);

    std::vector<plots::FigurePlot*> plots() const override;

  protected:
    void refresh() override;

  private:
    void fill();

    QComboBox* m_comparison;
    FigureView* m_view;
};

} // namespace rulescope::panels
