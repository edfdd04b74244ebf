// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/page.h"

#include "widgets/panels/empty_state.h"
#include "widgets/panels/fit_request.h"
#include "widgets/panels/flow_layout.h"
#include "widgets/plots/figure_plot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace rulescope::panels {

namespace {

constexpr int kOptionGap = 10; ///< px

} // namespace

Page::Page(models::StudyContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_content(new QWidget(this))
    , m_options(new FlowLayout(kOptionGap))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedWidget(this)) {
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_empty);
    m_options->setContentsMargins(8, 6, 8, 2);
    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(0);
    content->addLayout(m_options);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(&context, &models::StudyContext::contentsChanged, this, &Page::invalidate);
    connect(&context, &models::StudyContext::selectionChanged, this, &Page::invalidate);
}

void Page::addEmptyAction(QAction* action) {
    m_empty->addAction(action);
}

void Page::addOption(const QString& label, QWidget* widget) {
    if (label.isEmpty()) {
        m_options->addWidget(widget);
        return;
    }
    // A label stays beside its widget when the row wraps.
    auto* option = new QWidget(m_content);
    auto* row = new QHBoxLayout(option);
    row->setContentsMargins(0, 0, 0, 0);
    auto* text = new QLabel(label, option);
    text->setBuddy(widget);
    text->setForegroundRole(QPalette::PlaceholderText);
    row->addWidget(text);
    row->addWidget(widget);
    m_options->addWidget(option);
}

void Page::setFigures(QWidget* figures) {
    m_content->layout()->addWidget(figures);
    static_cast<QVBoxLayout*>(m_content->layout())->setStretchFactor(figures, 1);
}

void Page::showEmpty(const QString& headline, const QString& explanation) {
    m_empty->setTexts(headline, explanation);
    m_stack->setCurrentWidget(m_empty);
}

void Page::showFigures() {
    m_stack->setCurrentWidget(m_content);
}

void Page::forwardMenu(plots::FigurePlot* plot) {
    connect(plot, &plots::FigurePlot::menuRequested, this,
        [this, plot](const QPoint& position) { emit menuRequested(plot, position); });
}

std::vector<std::string> Page::selectedNames() const {
    std::vector<std::string> names;
    for (const models::SelectedAnimal& selected : m_context.selection().animals) {
        names.push_back(selected.animal);
    }
    return names;
}

void Page::invalidate() {
    m_isStale = true;
    if (isVisible()) {
        m_isStale = false;
        refresh();
    }
}

void Page::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_isStale) {
        m_isStale = false;
        refresh();
    }
}

QString fitLabel(const fit::FitResult& fit) {
    return FitChooser::tr("%1 (%2)").arg(ruleTitle(fit.spec.rule), QString::fromStdString(fit.id));
}

FitChooser::FitChooser(models::StudyContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_box(new QComboBox(this)) {
    m_box->setObjectName(QStringLiteral("fitChooser"));
    m_box->setToolTip(tr("The fit that this page shows"));
    m_box->setMinimumContentsLength(18);
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_box);
    connect(&context, &models::StudyContext::contentsChanged, this, &FitChooser::fill);
    connect(&context, &models::StudyContext::selectionChanged, this, &FitChooser::fill);
    connect(m_box, &QComboBox::activated, this,
        [this] { m_context.selectFit(m_box->currentData().toString().toStdString()); });
    fill();
}

void FitChooser::fill() {
    const QSignalBlocker blocker(m_box);
    m_box->clear();
    const auto& fits = m_context.contents().fits;
    for (auto it = fits.rbegin(); it != fits.rend(); ++it) {
        m_box->addItem(fitLabel(**it), QString::fromStdString((*it)->id));
    }
    m_box->setCurrentIndex(m_box->findData(QString::fromStdString(m_context.selection().fit)));
}

} // namespace rulescope::panels
