// SPDX-License-Identifier: GPL-3.0-or-later
// A small window from which a file can be dragged onto another program: file managers are not installed
// everywhere. Says ten times a second where its middle is, when it drags, and whether what is below takes the
// file. It stays until it is ended: who takes the drop asks for the file's name after the button is released.
#include <QApplication>
#include <QDrag>
#include <QLabel>
#include <QMimeData>
#include <QMouseEvent>
#include <QTimer>
#include <QUrl>

#include <cstdio>

namespace {

void say(const QByteArray& line) {
    std::puts(line.constData());
    std::fflush(stdout);
}

class Source : public QLabel {
  public:
    explicit Source(const QString& path)
        : QLabel(QStringLiteral("drag me"))
        , m_path(path) {
        setWindowTitle(QStringLiteral("rulescope-drag-source"));
        setAlignment(Qt::AlignCenter);
        resize(120, 60);
    }

  protected:
    void mouseMoveEvent(QMouseEvent* event) override {
        if (!event->buttons().testFlag(Qt::LeftButton)) {
            return;
        }
        say("dragging");
        auto* files = new QMimeData;
        files->setUrls({QUrl::fromLocalFile(m_path)});
        auto* drag = new QDrag(this);
        drag->setMimeData(files);
        connect(drag, &QDrag::actionChanged, this,
            [](Qt::DropAction action) { say(action == Qt::CopyAction ? "taken" : "refused"); });
        say(drag->exec(Qt::CopyAction) == Qt::CopyAction ? "dropped" : "not dropped");
    }

  private:
    QString m_path;
};

} // namespace

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    if (argc != 4) {
        return 2; // FILE X Y
    }
    Source source(QString::fromLocal8Bit(argv[1]));
    source.move(QByteArray(argv[2]).toInt(), QByteArray(argv[3]).toInt());
    source.setWindowFlag(Qt::WindowStaysOnTopHint);
    source.show();
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &source, [&source] {
        const QPoint middle = source.mapToGlobal(source.rect().center());
        say("at " + QByteArray::number(middle.x()) + " " + QByteArray::number(middle.y()));
    });
    timer.start(100);
    return QApplication::exec();
}
