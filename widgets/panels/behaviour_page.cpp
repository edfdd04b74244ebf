// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/behaviour_page.h"

#include "core/figures/learning_curves.h"
#include "core/figures/psychometric_curves.h"
#include "core/figures/session_measures.h"
#include "core/figures/session_raster.h"
#include "widgets/panels/figure_view.h"
#include "widgets/plots/figure_plot.h"
#include "widgets/text/translated.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSlider>
#include <QSplitter>
#include <QStyle>
#include <QTimer>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace rulescope::panels {

namespace {

using behavior::PsychometricVariant;

constexpr std::size_t kWindow = 3;     ///< sessions in the sliding window of the psychometric curve
constexpr std::size_t kMostGroups = 6; ///< curves across training at once
constexpr int kPlayInterval = 500;     ///< ms between two windows while playing
const QString kAccuracyPanel = QStringLiteral("accuracy");

constexpr double kCurveShare = 0.4; ///< of the page's height, for the learning curves

/// Two views one above the other whose shares of the height stay when it changes and comes back.
class ProportionalSplitter : public QSplitter {
  public:
    explicit ProportionalSplitter(QWidget* parent)
        : QSplitter(Qt::Vertical, parent) {
        connect(this, &QSplitter::splitterMoved, this, [this] {
            const QList<int> now = sizes();
            m_share = double(now[0]) / std::max(1, now[0] + now[1]);
        });
    }

  protected:
    void resizeEvent(QResizeEvent* event) override {
        QSplitter::resizeEvent(event);
        const int upper = static_cast<int>(std::lround(m_share * height()));
        setSizes({upper, height() - upper});
    }

  private:
    double m_share = kCurveShare;
};

enum class Detail { Psychometric, Measures, Trials };

bool isRun(const std::vector<std::size_t>& sessions) {
    return !sessions.empty() && sessions.back() - sessions.front() + 1 == sessions.size();
}

/// Sessions counted from 1, those that follow each other joined: "1, 4–6".
QString sessionsText(const std::vector<std::size_t>& sessions) {
    const auto number = [](std::size_t session) {
        return QLocale().toString(static_cast<qulonglong>(session + 1));
    };
    QStringList runs;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        const std::size_t first = i;
        while (i + 1 < sessions.size() && sessions[i + 1] == sessions[i] + 1) {
            ++i;
        }
        runs.append(i == first
                        ? number(sessions[i])
                        : BehaviourPage::tr("%1–%2").arg(number(sessions[first]), number(sessions[i])));
    }
    return runs.join(QStringLiteral(", "));
}

/// "sessions 4-6", or the one session's label.
figures::Text rangeLabel(const data::Animal& animal, const std::vector<std::size_t>& sessions) {
    const auto first = static_cast<std::int64_t>(sessions.front() + 1);
    const auto last = static_cast<std::int64_t>(sessions.back() + 1);
    if (sessions.size() == 1) {
        const std::string& label = animal.sessions()[sessions.front()].label;
        return label == std::to_string(first)
                   ? figures::Text(QT_TRANSLATE_NOOP("core", "session %1"), {first})
                   : figures::Text(QT_TRANSLATE_NOOP("core", "session %1 (%2)"), {first, label});
    }
    if (!isRun(sessions)) {
        return {QT_TRANSLATE_NOOP("core", "sessions %1"), {sessionsText(sessions).toStdString()}};
    }
    return {QT_TRANSLATE_NOOP("core", "sessions %1–%2"), {first, last}};
}

/// The whole training in up to six groups of consecutive sessions, about equally many each.
std::vector<figures::SessionSelection> acrossTraining(const data::Animal& animal) {
    const std::size_t count = animal.sessions().size();
    const std::size_t groups = std::min(kMostGroups, count);
    std::vector<figures::SessionSelection> selections;
    for (std::size_t group = 0; group < groups; ++group) {
        std::vector<std::size_t> sessions;
        for (std::size_t i = group * count / groups; i < (group + 1) * count / groups; ++i) {
            sessions.push_back(i);
        }
        selections.push_back({rangeLabel(animal, sessions), sessions});
    }
    return selections;
}

/// The bounds of a variant (METHOD.md section 8), for contrasts in percent.
QString variantToolTip(PsychometricVariant variant) {
    switch (variant) {
    case PsychometricVariant::IblStatus:
        return BehaviourPage::tr("Bias within the contrasts, threshold 0–100 %, lapses 0–1");
    case PsychometricVariant::IblPlot:
        return BehaviourPage::tr("Bias within ±50 %, threshold 10–50 %, lapses 0–0.2");
    case PsychometricVariant::Paper:
        return BehaviourPage::tr("Bias within the contrasts, threshold 5–40 %, lapses 0–1");
    case PsychometricVariant::Psychofit:
        break;
    }
    return BehaviourPage::tr("Bias within the contrasts, threshold 0–10 %, lapses 0–0.4");
}

/// Where the window of sessions stands, 0 if it shows no run of `kWindow` sessions.
int windowPosition(const std::vector<std::size_t>& sessions) {
    return sessions.size() == kWindow && isRun(sessions) ? static_cast<int>(sessions.front()) + 1 : 0;
}

} // namespace

BehaviourPage::BehaviourPage(models::StudyContext& context, QWidget* parent)
    : Page(context, parent)
    , m_detail(new QComboBox(this))
    , m_variant(new QComboBox(this))
    , m_sliderLabel(new QLabel(this))
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_play(new QToolButton(this))
    , m_playTimer(new QTimer(this))
    , m_curveView(new FigureView(QStringLiteral("learningCurvePlot"), this))
    , m_detailView(new FigureView(QStringLiteral("psychometricPlot"), this)) {
    setObjectName(QStringLiteral("behaviourPage"));
    m_detail->setObjectName(QStringLiteral("behaviourDetail"));
    m_detail->setToolTip(tr("What the lower figure shows"));
    m_detail->addItem(tr("Psychometric curves"), int(Detail::Psychometric));
    m_detail->addItem(tr("Bias, reaction time, trials"), int(Detail::Measures));
    m_detail->addItem(tr("Trials of a session"), int(Detail::Trials));
    m_variant->setObjectName(QStringLiteral("psychometricVariant"));
    m_variant->setToolTip(tr("Bounds and starting values of the psychometric fit"));
    for (const auto variant : {PsychometricVariant::IblStatus, PsychometricVariant::IblPlot,
             PsychometricVariant::Paper, PsychometricVariant::Psychofit}) {
        m_variant->addItem(text::translated(figures::variantTitle(variant)), int(variant));
        m_variant->setItemData(m_variant->count() - 1, variantToolTip(variant), Qt::ToolTipRole);
    }
    m_slider->setObjectName(QStringLiteral("sessionSlider"));
    m_slider->setAccessibleName(tr("Sessions shown"));
    m_slider->setMinimumWidth(120);
    m_slider->setMaximumWidth(200);
    m_sliderLabel->setObjectName(QStringLiteral("sessionSliderLabel"));
    m_sliderLabel->setMinimumWidth(m_sliderLabel->fontMetrics().horizontalAdvance(
        tr("%1 of %2").arg(tr("%1–%2").arg(88).arg(88)).arg(88)));
    m_play->setObjectName(QStringLiteral("sessionPlay"));
    m_play->setIcon(style()->standardIcon(QStyle::SP_MediaPlay));
    m_play->setToolTip(tr("Walk through training, session by session"));
    m_play->setCheckable(true);
    m_play->setAutoRaise(true);
    m_playTimer->setInterval(kPlayInterval);

    addOption(tr("Below"), m_detail);
    auto* walk = new QWidget(this);
    auto* walkRow = new QHBoxLayout(walk);
    walkRow->setContentsMargins(0, 0, 0, 0);
    walkRow->addWidget(m_slider);
    walkRow->addWidget(m_play);
    walkRow->addWidget(m_sliderLabel);
    addOption(tr("Sessions"), walk);
    addOption(tr("Bounds of"), m_variant);
    auto* splitter = new ProportionalSplitter(this);
    splitter->setObjectName(QStringLiteral("behaviourSplitter"));
    splitter->addWidget(m_curveView);
    splitter->addWidget(m_detailView);
    splitter->setChildrenCollapsible(false);
    setFigures(splitter);
    forwardMenu(m_curveView->plot());
    forwardMenu(m_detailView->plot());
    noteExclusions(m_curveView);
    noteExclusions(m_detailView);

    for (QComboBox* box : {m_detail, m_variant}) {
        connect(box, &QComboBox::currentIndexChanged, this, &BehaviourPage::invalidate);
    }
    connect(m_slider, &QSlider::valueChanged, this, &BehaviourPage::onSlider);
    connect(m_play, &QToolButton::toggled, this, &BehaviourPage::play);
    connect(m_playTimer, &QTimer::timeout, this,
        [this] { m_slider->setValue(m_slider->value() < m_slider->maximum() ? m_slider->value() + 1 : 1); });
    connect(m_curveView->plot(), &plots::FigurePlot::rangeBrushed, this,
        [this](const QString&, double low, double high) { onRangeBrushed(low, high); });
    connect(m_curveView->plot(), &plots::FigurePlot::brushCleared, this, &BehaviourPage::clearSessions);
}

std::vector<plots::FigurePlot*> BehaviourPage::plots() const {
    return {m_curveView->plot(), m_detailView->plot()};
}

void BehaviourPage::refresh() {
    if (context().analysed()->study.animals.empty()) {
        m_play->setChecked(false);
        showEmpty(tr("Nothing to show yet"),
            tr("Import the trials of some animals, or open the demo study to look around."));
        return;
    }
    showFigures();
    updateSlider();
    showCurve();
    showDetail();
}

void BehaviourPage::showCurve() {
    const models::StudySnapshot snapshot = context().analysed();
    const models::Selection selection = context().selection();
    const std::vector<data::AnimalPtr> animals = models::selectedAnimals(selection, snapshot->study);
    const bool isSingle = animals.size() == 1;
    plots::FigurePlot* plot = m_curveView->plot();
    if (!plot->isBrushing()) { // the brush that is being dragged knows better
        plot->setBrush(isSingle ? kAccuracyPanel : QString());
    }
    plot->setDragHint(
        isSingle ? QString() : tr("Choose one animal on the left to pick its sessions by dragging here."));
    m_curveView->show([animals](const base::StopToken&) { return figures::learningCurves(animals); });
    if (isSingle) {
        const std::vector<std::size_t> sessions = models::selectedSessions(selection, *animals.front());
        const bool isAll = sessions.size() == animals.front()->sessions().size();
        if (!isAll && isRun(sessions) && !plot->isBrushing()) { // a brush is one range
            plot->setBrushedRange(
                kAccuracyPanel, double(sessions.front()) + 0.5, double(sessions.back()) + 1.5);
        }
    }
}

void BehaviourPage::showDetail() {
    const models::Selection selection = context().selection();
    const std::vector<data::AnimalPtr> animals =
        models::selectedAnimals(selection, context().analysed()->study);
    const auto detail = static_cast<Detail>(m_detail->currentData().toInt());
    m_variant->setEnabled(detail == Detail::Psychometric);
    if (detail == Detail::Measures) {
        m_detailView->show([animals](const base::StopToken&) { return figures::sessionMeasures(animals); });
    } else if (detail == Detail::Trials) {
        const data::AnimalPtr animal = animals.front();
        const std::vector<std::size_t> sessions = models::selectedSessions(selection, *animal);
        const std::size_t session = sessions.empty() ? 0 : sessions.front();
        m_detailView->show(
            [animal, session](const base::StopToken&) { return figures::sessionRaster(*animal, session); });
    } else if (animals.size() == 1) {
        showPsychometric(animals.front());
    } else {
        figures::PsychometricFigureOptions options;
        options.psychometric.variant = static_cast<PsychometricVariant>(m_variant->currentData().toInt());
        m_detailView->show([animals, options](const base::StopToken&) {
            return figures::psychometricCurves(animals, options);
        });
    }
}

void BehaviourPage::showPsychometric(const data::AnimalPtr& animal) {
    behavior::PsychometricOptions options;
    options.variant = static_cast<PsychometricVariant>(m_variant->currentData().toInt());
    const std::vector<std::size_t> sessions = models::selectedSessions(context().selection(), *animal);
    std::vector<figures::SessionSelection> selections;
    if (sessions.size() == animal->sessions().size()) {
        selections = acrossTraining(*animal);
    } else {
        selections.push_back({rangeLabel(*animal, sessions), sessions});
    }
    m_detailView->show([animal, selections, options](const base::StopToken&) {
        return figures::psychometricOverSelections(*animal, selections, options);
    });
}

void BehaviourPage::onRangeBrushed(double low, double high) {
    const data::AnimalPtr animal = models::currentAnimal(context().selection(), context().analysed()->study);
    if (animal == nullptr) {
        return;
    }
    std::vector<std::size_t> sessions;
    for (std::size_t i = 0; i < animal->sessions().size(); ++i) {
        const double x = static_cast<double>(i + 1); // the curve's abscissa counts sessions from 1
        if (x >= low && x <= high) {
            sessions.push_back(i);
        }
    }
    if (sessions.empty()) { // a narrow brush between two sessions means the nearer one
        const double x = std::clamp(std::round((low + high) / 2), 1.0, double(animal->sessions().size()));
        sessions.push_back(static_cast<std::size_t>(x) - 1);
    }
    setSessions(std::move(sessions));
}

void BehaviourPage::clearSessions() {
    setSessions({});
}

void BehaviourPage::setSessions(std::vector<std::size_t> sessions) {
    const data::AnimalPtr animal = models::currentAnimal(context().selection(), context().analysed()->study);
    if (animal == nullptr) {
        return;
    }
    models::Selection selection = context().selection();
    selection.animals = {{animal->name(), std::move(sessions)}};
    context().setSelection(selection);
}

void BehaviourPage::updateSlider() {
    const models::Selection& selection = context().selection();
    const std::vector<data::AnimalPtr> animals =
        models::selectedAnimals(selection, context().analysed()->study);
    const std::size_t count = animals.size() == 1 ? animals.front()->sessions().size() : 0;
    const bool isUseful = count > kWindow;
    if (!isUseful) {
        m_play->setChecked(false);
    }
    for (QWidget* widget : {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_play)}) {
        widget->setEnabled(isUseful);
    }
    m_slider->setToolTip(isUseful ? tr("Show three sessions at a time; leftmost: all")
                                  : tr("Select one animal to walk through its sessions"));
    m_isSliding = true;
    m_slider->setRange(0, isUseful ? static_cast<int>(count - kWindow) + 1 : 0);
    const std::vector<std::size_t> sessions = animals.size() == 1
                                                  ? models::selectedSessions(selection, *animals.front())
                                                  : std::vector<std::size_t>();
    m_slider->setValue(isUseful ? windowPosition(sessions) : 0);
    m_isSliding = false;
    const QLocale locale;
    if (animals.size() != 1) {
        m_sliderLabel->setText(tr("all"));
    } else if (sessions.size() == count) {
        m_sliderLabel->setText(tr("all %1").arg(locale.toString(static_cast<qulonglong>(count))));
    } else {
        m_sliderLabel->setText(
            tr("%1 of %2").arg(sessionsText(sessions), locale.toString(static_cast<qulonglong>(count))));
    }
}

void BehaviourPage::onSlider(int position) {
    if (m_isSliding) {
        return;
    }
    std::vector<std::size_t> sessions;
    for (std::size_t i = 0; position > 0 && i < kWindow; ++i) {
        sessions.push_back(static_cast<std::size_t>(position - 1) + i);
    }
    setSessions(std::move(sessions));
}

void BehaviourPage::hideEvent(QHideEvent* event) {
    m_play->setChecked(false); // it would go on changing the selection unseen
    Page::hideEvent(event);
}

void BehaviourPage::play() {
    if (m_play->isChecked()) {
        m_playTimer->start();
    } else {
        m_playTimer->stop();
    }
    m_play->setIcon(
        style()->standardIcon(m_play->isChecked() ? QStyle::SP_MediaPause : QStyle::SP_MediaPlay));
}

} // namespace rulescope::panels
