// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/main_window.h"
#include "tests/widgets/models/small_study.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QFileDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <functional>

/// What the tests of the window share: small studies, short and long fits, answers to questions.
namespace rulescope::desktop {

inline MainWindow::StateFiles stateIn(const QTemporaryDir& folder) {
    return {folder.filePath(QStringLiteral("settings.ini")), folder.filePath(QStringLiteral("jobs.json"))};
}

inline void writeFile(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

inline io::StudyContents smallContents() {
    io::StudyContents contents;
    for (const char* name : {"M1", "M2", "M3", "M4"}) {
        contents.study.animals.push_back(tests::smallAnimal(name, {.sessions = 3, .trialsPerSession = 30}));
    }
    return contents;
}

/// A fit that takes long enough to be met in the middle.
inline fit::FitSpec longFit() {
    fit::FitSpec spec;
    spec.rule = "dnn";
    spec.training.epochs = 1000000;
    return spec;
}

inline fit::FitSpec shortFit() {
    fit::FitSpec spec;
    spec.rule = "reinforce";
    spec.training.maxIterations = 5;
    spec.training.starts = 1;
    return spec;
}

/// Answers the next message box with the button of this role.
inline void answerNextBox(QMessageBox::StandardButton button) {
    QTimer::singleShot(50, qApp, [button] {
        if (auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) {
            box->button(button)->click();
        }
    });
}

/// The same with the button whose text begins so.
inline void answerNextBoxWith(const QString& beginning) {
    QTimer::singleShot(50, qApp, [beginning] {
        if (auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) {
            for (QAbstractButton* button : box->buttons()) {
                if (button->text().remove(QLatin1Char('&')).startsWith(beginning)) {
                    button->click();
                    return;
                }
            }
        }
    });
}

/// Types a path into the next file dialog and accepts it; `then` is done before the dialog is gone.
inline void answerNextFileDialog(const QString& path, const std::function<void()>& then = {}) {
    QTimer::singleShot(100, qApp, [path, then] {
        if (auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget())) {
            dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(path);
            if (then) {
                then();
            }
            QMetaObject::invokeMethod(dialog, "accept");
        }
    });
}

} // namespace rulescope::desktop
