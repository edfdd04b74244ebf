// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/study_context.h"

#include <QWidget>

class QComboBox;
class QTreeWidget;

namespace rulescope::panels {

/// What is selected, in numbers with units: animals or sessions, a fit with its specification and provenance,
/// a comparison. Also where one of the study's fits is chosen.
class InspectorPanel : public QWidget {
    Q_OBJECT

  public:
    explicit InspectorPanel(models::StudyContext& context, QWidget* parent = nullptr);

    QTreeWidget* view() const { return m_view; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void update();
    void copySelected() const;

    models::StudyContext& m_context;
    QTreeWidget* m_view;
};

} // namespace rulescope::panels
