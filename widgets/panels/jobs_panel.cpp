// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/jobs_panel.h"

#include "widgets/models/jobs_model.h"
#include "widgets/panels/live_curve.h"
#include "widgets/plots/figure_plot.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTimer>

namespace rulescope::panels {

namespace {

using models::JobsModel;
using models::JobState;

constexpr int kCurveInterval = 200; ///< ms between drawings of the live curve
constexpr int kLeastColumn = 56;    ///< px
constexpr int kProgressWidth = 124; ///< px

/// A thin bar under the cell's text, as long as the job's progress.
class ProgressDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const double fraction = qBound(0.0, index.data(JobsModel::FractionRole).toDouble(), 1.0);
        const auto state = static_cast<JobState>(index.data(JobsModel::StateRole).toInt());
        if (state == JobState::Queued) {
            return;
        }
        const QRectF rail(option.rect.left() + 4, option.rect.bottom() - 3, option.rect.width() - 8, 2);
        painter->fillRect(rail, option.palette.color(QPalette::Mid));
        const bool isActive = state == JobState::Running || state == JobState::Finished;
        painter->fillRect(QRectF(rail.topLeft(), QSizeF(rail.width() * fraction, rail.height())),
            option.palette.color(isActive ? QPalette::Highlight : QPalette::Dark));
    }
};

QPushButton* makeButton(QWidget* parent, const char* name, const QString& text, const QString& toolTip) {
    auto* button = new QPushButton(text, parent);
    button->setObjectName(QLatin1String(name));
    button->setToolTip(toolTip);
    return button;
}

QTableView* makeView(JobsModel* model, QWidget* parent) {
    auto* view = new QTableView(parent);
    view->setObjectName(QStringLiteral("jobsTable"));
    view->setAccessibleName(JobsPanel::tr("Background jobs"));
    view->setModel(model);
    view->setItemDelegateForColumn(JobsModel::ProgressColumn, new ProgressDelegate(view));
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setShowGrid(false);
    view->setFrameShape(QFrame::NoFrame);
    view->verticalHeader()->hide();
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view->horizontalHeader()->setSectionResizeMode(JobsModel::JobColumn, QHeaderView::Stretch);
    view->horizontalHeader()->setMinimumSectionSize(kLeastColumn);
    view->horizontalHeader()->resizeSection(JobsModel::ProgressColumn, kProgressWidth);
    for (const int column : {JobsModel::StateColumn, JobsModel::LikelihoodColumn,
             JobsModel::TimeColumn}) { // as narrow as they can
        view->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
    return view;
}

} // namespace

JobsPanel::JobsPanel(QWidget* parent)
    : QWidget(parent)
    , m_model(new JobsModel(this))
    , m_view(makeView(m_model, this))
    , m_pause(makeButton(this, "jobPause", tr("Pause"), tr("Let the job wait, or go on")))
    , m_cancel(makeButton(this, "jobCancel", tr("Cancel"), tr("Stop the job; the study stays as it is")))
    , m_keep(makeButton(
          this, "jobKeep", tr("Keep best so far"), tr("Add what the cancelled fit had found to the study")))
    , m_clear(makeButton(this, "jobClear", tr("Clear"), tr("Take the ended job off the list")))
    , m_message(new QLabel(this))
    , m_curve(new plots::FigurePlot(this))
    , m_curveTimer(new QTimer(this)) {
    setObjectName(QStringLiteral("jobsPanel"));
    m_message->setObjectName(QStringLiteral("jobMessage"));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->hide();
    m_curve->setObjectName(QStringLiteral("jobCurve"));
    m_curve->setParts({.title = false, .caption = false, .footer = false});
    m_curve->setMinimumSize(220, 90);
    m_curveTimer->setSingleShot(true);
    m_curveTimer->setInterval(kCurveInterval);

    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {m_pause, m_cancel, m_keep, m_clear}) {
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto* left = new QVBoxLayout;
    left->addWidget(m_view, 1);
    left->addWidget(m_message);
    left->addLayout(buttons);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addLayout(left, 5);
    layout->addWidget(m_curve, 2);

    connect(
        m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &JobsPanel::updateButtons);
    connect(m_curveTimer, &QTimer::timeout, this, &JobsPanel::drawCurve);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        const int row = m_model->rowOf(currentJob());
        emit pauseRequested(currentJob(), row >= 0 && m_model->job(row).state == JobState::Running);
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] { emit cancelRequested(currentJob()); });
    connect(m_keep, &QPushButton::clicked, this, [this] { emit keepRequested(currentJob()); });
    connect(m_clear, &QPushButton::clicked, this, [this] { emit removeRequested(currentJob()); });
    updateButtons();
}

void JobsPanel::setJob(const models::JobStatus& status) {
    const bool isNew = m_model->rowOf(status.id) < 0;
    m_model->setJob(status);
    if (isNew) {
        m_view->selectRow(m_model->rowOf(status.id));
    } else if (status.id == currentJob()) {
        updateButtons();
    }
}

void JobsPanel::removeJob(int id) {
    m_model->removeJob(id);
    updateButtons();
}

int JobsPanel::currentJob() const {
    const QModelIndexList rows = m_view->selectionModel()->selectedRows();
    return rows.isEmpty() ? 0 : rows.first().data(JobsModel::IdRole).toInt();
}

models::JobStatus JobsPanel::current() const {
    const int row = m_model->rowOf(currentJob());
    return row < 0 ? models::JobStatus{} : m_model->job(row);
}

void JobsPanel::updateButtons() {
    const int row = m_model->rowOf(currentJob());
    const models::JobStatus job = current();
    const bool isPaused = job.state == JobState::Paused;
    const bool isOpen = row >= 0 && !models::isFinal(job.state);
    m_pause->setText(isPaused ? tr("Resume") : tr("Pause"));
    m_pause->setEnabled(row >= 0 && (isPaused || (job.isPausable && job.state == JobState::Running)));
    m_pause->setToolTip(isOpen && !job.isPausable ? tr("This job can't wait in the middle: cancel it instead")
                                                  : tr("Let the job wait, or go on"));
    m_cancel->setEnabled(isOpen && job.state != JobState::Cancelling);
    m_keep->setEnabled(job.isKeepable);
    m_clear->setEnabled(row >= 0 && !isOpen);
    m_message->setText(
        QString(job.message).replace(u'\n', QStringLiteral(" · "))); // the list needs the height
    m_message->setVisible(!job.message.isEmpty());
    if (!m_curveTimer->isActive()) {
        m_curveTimer->start();
    }
    emit currentChanged();
}

void JobsPanel::drawCurve() {
    m_curve->setFigure(liveCurve(current()));
}

} // namespace rulescope::panels
