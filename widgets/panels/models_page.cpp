// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/models_page.h"

#include "core/figures/exclusion_note.h"
#include "core/figures/model_comparison.h"
#include "widgets/panels/figure_view.h"
#include "widgets/panels/fit_request.h"
#include "widgets/plots/figure_plot.h"

#include <QComboBox>
#include <QSignalBlocker>

namespace rulescope::panels {

namespace {

/// "Animals held out in 4 folds (compare-1)".
QString comparisonLabel(const fit::Comparison& comparison) {
    QString title = holdoutTitle(comparison);
    title[0] = title[0].toUpper();
    return ModelsPage::tr("%1 (%2)").arg(title, QString::fromStdString(comparison.id));
}

} // namespace

ModelsPage::ModelsPage(models::StudyContext& context, QWidget* parent)
    : Page(context, parent)
    , m_comparison(new QComboBox(this))
    , m_view(new FigureView(QStringLiteral("modelsPlot"), this)) {
    setObjectName(QStringLiteral("modelsPage"));
    m_comparison->setObjectName(QStringLiteral("comparisonChooser"));
    m_comparison->setToolTip(tr("The comparison that this page shows"));
    m_comparison->setMinimumContentsLength(24);
    m_comparison->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    addOption(tr("Comparison"), m_comparison);
    setFigures(m_view);
    forwardMenu(m_view->plot());
    connect(m_comparison, &QComboBox::activated, this,
        [this] { this->context().selectComparison(m_comparison->currentData().toString().toStdString()); });
}

std::vector<plots::FigurePlot*> ModelsPage::plots() const {
    return {m_view->plot()};
}

void ModelsPage::fill() {
    const QSignalBlocker blocker(m_comparison);
    m_comparison->clear();
    const auto& comparisons = context().contents().comparisons;
    for (auto it = comparisons.rbegin(); it != comparisons.rend(); ++it) {
        m_comparison->addItem(comparisonLabel(**it), QString::fromStdString((*it)->id));
    }
    m_comparison->setCurrentIndex(
        m_comparison->findData(QString::fromStdString(context().selection().comparison)));
}

void ModelsPage::refresh() {
    const fit::ComparisonPtr comparison =
        models::findComparison(context().contents(), context().selection().comparison);
    if (comparison == nullptr) {
        showEmpty(tr("No comparison yet"), tr("Compare rules on animals that they were not fitted to: the "
                                              "difference and its uncertainty appear here."));
        return;
    }
    showFigures();
    fill();
    m_view->show([comparison, snapshot = context().analysed()](const base::StopToken&) {
        figures::FigureSpec figure = figures::modelComparison(*comparison);
        figure.leftOut = figures::storedResultNote(comparison->dataHashes, snapshot->study);
        return figure;
    });
}

} // namespace rulescope::panels
