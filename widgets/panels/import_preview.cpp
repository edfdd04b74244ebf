// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/import_preview.h"

#include "widgets/panels/import_text.h"
#include "widgets/text/translated.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace rulescope::panels {

namespace {

constexpr int kProgressSteps = 1000;

QString describe(const QStringList& paths) {
    if (paths.size() == 1) {
        return QFileInfo(QDir::cleanPath(paths.first())).fileName();
    }
    return ImportPreview::tr("%n file(s) and folder(s)", nullptr, int(paths.size()));
}

} // namespace

ImportPreview::ImportPreview(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_text(new QTextBrowser(this))
    , m_import(new QPushButton(tr("Import"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_mapping(new QPushButton(tr("Columns…"), this)) {
    setObjectName(QStringLiteral("importPreview"));
    m_title->setObjectName(QStringLiteral("importTitle"));
    QFont font = m_title->font();
    font.setPointSizeF(font.pointSizeF() * 1.25);
    m_title->setFont(font);
    m_progress->setObjectName(QStringLiteral("importProgress"));
    m_progress->setRange(0, kProgressSteps);
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(6);
    m_text->setObjectName(QStringLiteral("importText"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setOpenLinks(false);
    m_import->setObjectName(QStringLiteral("importAccept"));
    m_import->setToolTip(tr("Add these animals to the study; undo takes them out again"));
    m_import->setDefault(true);
    m_cancel->setObjectName(QStringLiteral("importCancel"));
    m_cancel->setToolTip(tr("Leave the study as it is (Escape)"));
    m_mapping->setObjectName(QStringLiteral("importMapping"));
    m_mapping->setToolTip(tr("Say which column holds what and which values mean right, and read again"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_mapping);
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_import);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->addWidget(m_title);
    layout->addWidget(m_progress);
    layout->addWidget(m_text, 1);
    layout->addLayout(buttons);
    connect(m_import, &QPushButton::clicked, this, &ImportPreview::accepted);
    connect(m_cancel, &QPushButton::clicked, this, &ImportPreview::cancelled);
    connect(m_mapping, &QPushButton::clicked, this, &ImportPreview::mappingWanted);
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &ImportPreview::cancelled);
}

void ImportPreview::showReading(const QStringList& paths) {
    m_title->setText(tr("Reading %1…").arg(describe(paths)));
    m_progress->setValue(0);
    m_progress->show();
    m_text->clear();
    m_import->setEnabled(false);
    m_mapping->setEnabled(false);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setFocus();
}

void ImportPreview::setProgress(double fraction) {
    m_progress->setValue(static_cast<int>(fraction * kProgressSteps));
}

void ImportPreview::showReport(
    const io::ImportReport& report, const std::map<std::string, std::size_t>& alreadyThere) {
    const bool isEmpty = report.animals.empty(); // every file was left out; the text says why
    m_title->setText(isEmpty ? tr("Nothing was imported")
                             : tr("Import %n animal(s)?", nullptr, int(report.animals.size())));
    m_progress->hide();
    const QString help = tr("Do columns have names of your own? Columns… says which holds what.");
    m_text->setHtml(importText(report, alreadyThere) +
                    (isEmpty ? QStringLiteral("<p>%1</p>").arg(help.toHtmlEscaped()) : QString()));
    m_mapping->setEnabled(true);
    m_import->setEnabled(!isEmpty);
    m_cancel->setText(isEmpty ? tr("Close") : tr("Cancel"));
    (isEmpty ? m_cancel : m_import)->setFocus();
}

void ImportPreview::showError(const base::Error& error) {
    m_title->setText(tr("Nothing was imported"));
    m_progress->hide();
    m_text->setPlainText(text::translated(error));
    m_mapping->setEnabled(true);
    m_import->setEnabled(false);
    m_cancel->setText(tr("Close"));
    m_cancel->setFocus();
}

} // namespace rulescope::panels
