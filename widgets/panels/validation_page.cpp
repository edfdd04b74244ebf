// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/validation_page.h"

#include "core/figures/confusion.h"
#include "core/figures/recovery.h"
#include "widgets/panels/figure_view.h"
#include "widgets/panels/fit_request.h"
#include "widgets/plots/figure_plot.h"
#include "widgets/text/translated.h"

#include <QComboBox>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>

namespace rulescope::panels {

namespace {

constexpr int kMostCohorts = 200;
constexpr int kWidestChooser = 460; ///< px; the list itself shows longer sentences

QString countText(std::size_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

} // namespace

QString titleOf(const ValidationRequest& request) {
    return std::holds_alternative<simulate::RecoveryCondition>(request)
               ? ValidationPage::tr("Recovery of a known rule")
               : ValidationPage::tr("Rules told apart");
}

QString detailOf(const ValidationRequest& request) {
    if (const auto* condition = std::get_if<simulate::RecoveryCondition>(&request)) {
        return ValidationPage::tr("%1 fitted to %2 simulated animals, %3 trials each")
            .arg(ruleTitle(condition->spec.rule), countText(condition->animals),
                countText(condition->recipe.trials));
    }
    const auto& confusion = std::get<simulate::ConfusionRequest>(request);
    return ValidationPage::tr("%1 rules, %2 cohorts of %3 simulated animals each, %4 held out")
        .arg(countText(confusion.simulated.size()), countText(confusion.cohorts),
            countText(confusion.animals), countText(confusion.heldOut));
}

ValidationPage::ValidationPage(models::StudyContext& context, QWidget* parent)
    : Page(context, parent)
    , m_check(new QComboBox(this))
    , m_condition(new QComboBox(this))
    , m_cohorts(new QSpinBox(this))
    , m_start(new QPushButton(tr("Simulate and Fit"), this))
    , m_view(new FigureView(QStringLiteral("validationPlot"), this))
    , m_recovery(figures::recovery({}))
    , m_confusion(figures::confusion({})) {
    setObjectName(QStringLiteral("validationPage"));
    m_check->setObjectName(QStringLiteral("validationCheck"));
    m_check->setToolTip(tr("What is asked of animals whose rule is known"));
    m_check->addItem(tr("Is a known rule recovered?"), int(Check::Recovery));
    m_check->addItem(tr("Can rules be told apart?"), int(Check::Confusion));
    m_condition->setObjectName(QStringLiteral("validationCondition"));
    m_condition->setToolTip(tr("The animals, the rule they learn by, and the rule that is fitted to them"));
    m_condition->setMaximumWidth(kWidestChooser);
    for (const simulate::RecoveryPreset& preset : simulate::recoveryPresets()) {
        m_condition->addItem(text::translated(preset.description), QString::fromStdString(preset.name));
        m_condition->setItemData(
            m_condition->count() - 1, QString::fromStdString(preset.name), Qt::ToolTipRole);
    }
    m_cohorts->setObjectName(QStringLiteral("validationCohorts"));
    m_cohorts->setToolTip(tr("Simulated cohorts per rule: more make the shares surer and take longer"));
    m_cohorts->setRange(1, kMostCohorts);
    m_cohorts->setValue(10);
    m_start->setObjectName(QStringLiteral("validationStart"));
    m_start->setToolTip(tr("Simulate animals and fit rules to them, in the background"));
    addOption({}, m_check);
    addOption(tr("Animals"), m_condition);
    addOption(tr("Cohorts"), m_cohorts);
    addOption({}, m_start);
    setFigures(m_view);
    forwardMenu(m_view->plot());
    connect(m_check, &QComboBox::currentIndexChanged, this, &ValidationPage::invalidate);
    connect(m_start, &QPushButton::clicked, this, [this] { start(check()); });
}

std::vector<plots::FigurePlot*> ValidationPage::plots() const {
    return {m_view->plot()};
}

ValidationPage::Check ValidationPage::check() const {
    return static_cast<Check>(m_check->currentData().toInt());
}

ValidationRequest ValidationPage::request(Check check) const {
    if (check == Check::Recovery) {
        const auto condition = simulate::recoveryPreset(m_condition->currentData().toString().toStdString());
        return condition.value_or(simulate::RecoveryCondition());
    }
    simulate::ConfusionRequest request;
    for (const std::string& rule : simulate::usualConfusionRules()) {
        request.simulated.emplace_back(rule, std::string());
        request.fitted.push_back(rule);
    }
    request.cohorts = static_cast<std::size_t>(m_cohorts->value());
    return request;
}

void ValidationPage::start(Check check) {
    m_check->setCurrentIndex(m_check->findData(int(check)));
    emit requested(request(check));
}

void ValidationPage::showResult(const figures::FigureSpec& figure) {
    const bool isRecovery = figure.id == m_recovery.id;
    (isRecovery ? m_recovery : m_confusion) = figure;
    m_unwritten.insert(figure.id);
    m_check->setCurrentIndex(m_check->findData(int(isRecovery ? Check::Recovery : Check::Confusion)));
    invalidate();
}

void ValidationPage::setWritten(const figures::FigureSpec& figure) {
    for (const figures::FigureSpec* shown : {&m_recovery, &m_confusion}) {
        if (shown->id == figure.id && figures::toCsv(*shown) == figures::toCsv(figure)) {
            m_unwritten.erase(figure.id);
        }
    }
}

std::vector<figures::FigureSpec> ValidationPage::results() const {
    std::vector<figures::FigureSpec> results;
    for (const figures::FigureSpec* figure : {&m_recovery, &m_confusion}) {
        if (!figure->panels.empty()) {
            results.push_back(*figure);
        }
    }
    return results;
}

void ValidationPage::refresh() {
    const bool isRecovery = check() == Check::Recovery;
    m_condition->parentWidget()->setVisible(isRecovery); // with the label beside it
    m_cohorts->parentWidget()->setVisible(!isRecovery);
    m_view->showNow(isRecovery ? m_recovery : m_confusion);
}

} // namespace rulescope::panels
