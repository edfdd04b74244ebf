// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QSocketNotifier;

namespace rulescope::desktop {

/// Turns SIGTERM, SIGINT and SIGHUP into a Qt signal on the thread of its event loop, so that the program can
/// end in good order. A second signal of a kind ends the program at once. One object at a time.
class TerminationSignals : public QObject {
    Q_OBJECT

  public:
    explicit TerminationSignals(QObject* parent = nullptr);
    ~TerminationSignals() override;

  signals:
    void received(int signalNumber);

  private:
    void read();

    QSocketNotifier* m_notifier = nullptr;
};

} // namespace rulescope::desktop
