// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QVBoxLayout;

namespace rulescope::panels {

/// What a view shows when it has nothing to show: why, and the way on, as sentences and buttons.
class EmptyState : public QWidget {
    Q_OBJECT

  public:
    explicit EmptyState(QWidget* parent = nullptr);

    void setTexts(const QString& headline, const QString& explanation);
    /// Adds a button for an action; the action stays its owner's.
    void addAction(QAction* action);

    QSize minimumSizeHint() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void fitTexts();

    QLabel* m_headline;
    QLabel* m_explanation;
    QVBoxLayout* m_buttons;
};

} // namespace rulescope::panels
