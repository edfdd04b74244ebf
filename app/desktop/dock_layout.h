// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>

#include <array>

class QDockWidget;
class QMainWindow;
class QPoint;
class QTabBar;
class QTimer;

namespace rulescope::desktop {

/// Where the window's panels are: on both sides of the pages where there is room, else as tabs of one column.
///
/// A window that is made narrower or wider changes between the two as long as the user has not moved panels
/// elsewhere; then they only give up width, so that the pages stay usable.
class DockLayout : public QObject {
    Q_OBJECT

  public:
    struct Docks {
        QDockWidget *browser, *inspector, *fit, *networks, *jobs;
    };

    DockLayout(QMainWindow& window, const Docks& docks);

    /// Shows all panels at their usual places; waits for that until the window is shown.
    void arrange();
    /// Puts them where they were when the window's state was saved, or arranges them if that can't be read.
    /// The list of jobs stays away until there is one.
    void restore(const QByteArray& state);
    /// To be called when the window has been shown or has got another size.
    void onShown();
    void onResized();
    /// Lets the panel float that the keyboard is in, else the one in front beside the pages; a floating one
    /// comes back.
    void floatPanel();

    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    std::array<QDockWidget*, 4> sideDocks() const;
    bool isCompact() const; ///< the panels are in one column
    bool isUsual() const;   ///< none is anywhere but where arrange() puts them
    void place(bool isCompact);
    void setSizes(bool isCompact);
    void adapt();
    void giveRoomToPages();
    /// A tab says what its panel is called: no title bar below it says it again.
    void tidy();
    /// What the title bar would offer, as the menu of the tab at `place`.
    void showTabMenu(const QTabBar& bar, const QPoint& place);

    QMainWindow& m_window;
    Docks m_docks;
    QByteArray m_restored;         ///< the state to apply again when the window is first shown
    QTimer* m_afterResizing;       ///< panels may still have been on their way when the window got its size
    QElapsedTimer m_sinceShown;    ///< starts when the panels get their first places
    bool m_isUnarranged = false;   ///< they get them when the window is first shown
    bool m_isAdaptPending = false; ///< adapt() is due when the window has laid itself out
};

} // namespace rulescope::desktop
