// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/held_out_choice.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace rulescope::panels {

namespace {

constexpr std::size_t kEvery = 4; ///< every fourth animal is held out
constexpr int kListHeight = 110;  ///< px
constexpr int kMostFolds = 100;
constexpr int kMostTrials = 1'000'000;

} // namespace

HeldOutChoice::HeldOutChoice(QWidget* parent)
    : QWidget(parent)
    , m_kind(new QComboBox(this))
    , m_count(new QSpinBox(this))
    , m_countLabel(new QLabel(this))
    , m_list(new QListWidget(this)) {
    setObjectName(QStringLiteral("heldOutChoice"));
    m_kind->setObjectName(QStringLiteral("fitHeldOut"));
    m_kind->setToolTip(tr("What the rule is judged on without having seen it"));
    m_kind->setAccessibleName(tr("Held out"));
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_count->setObjectName(QStringLiteral("fitHeldOutCount"));
    m_count->setGroupSeparatorShown(true);
    m_list->setObjectName(QStringLiteral("fitHeldOutAnimals"));
    m_list->setToolTip(tr("Ticked animals are scored only"));
    m_list->setAccessibleName(tr("Held-out animals"));
    m_list->setFixedHeight(kListHeight);
    auto* counts = new QHBoxLayout;
    counts->addWidget(m_count);
    counts->addWidget(m_countLabel, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_kind);
    layout->addLayout(counts);
    layout->addWidget(m_list);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &HeldOutChoice::onKindChosen);
    connect(m_count, &QSpinBox::valueChanged, this, &HeldOutChoice::onCount);
    connect(m_list, &QListWidget::itemChanged, this, &HeldOutChoice::changed);
    setFocusProxy(m_kind);
    fill();
}

void HeldOutChoice::setAnimals(const std::vector<std::string>& names) {
    if (names == m_animals) {
        return;
    }
    const std::vector<std::string> kept = checked();
    m_animals = names;
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (const std::string& name : names) {
            auto* item = new QListWidgetItem(QString::fromStdString(name), m_list);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
            const bool isKept = std::find(kept.begin(), kept.end(), name) != kept.end();
            item->setCheckState(isKept ? Qt::Checked : Qt::Unchecked);
        }
    }
    fill();
    emit changed();
}

void HeldOutChoice::setComparing(bool isComparing) {
    if (isComparing == m_isComparing) {
        return;
    }
    m_isComparing = isComparing;
    fill();
    emit changed();
}

void HeldOutChoice::fill() {
    const QLocale locale;
    const QSignalBlocker blocker(m_kind);
    m_kind->clear();
    const auto add = [this](const QString& text, Kind kind) { m_kind->addItem(text, int(kind)); };
    if (m_isComparing) {
        add(tr("Animals, in folds"), Kind::Folds);
        add(tr("Animals, one at a time"), Kind::Each);
        add(tr("Chosen animals"), Kind::Chosen);
        add(tr("Each animal's last trials"), Kind::Future);
        add(tr("Sessions, in folds"), Kind::Sessions);
    } else {
        add(tr("Nothing"), Kind::Nothing);
        if (m_animals.size() >= kEvery) {
            add(tr("Every fourth animal (%1)")
                    .arg(locale.toString(static_cast<qulonglong>(m_animals.size() / kEvery))),
                Kind::EveryFourth);
        }
        add(tr("Chosen animals"), Kind::Chosen);
        add(tr("Each animal's last trials"), Kind::Future);
        add(tr("Some of each animal's sessions"), Kind::Sessions);
    }
    m_kind->setCurrentIndex(std::max(0, m_kind->findData(int(m_isComparing ? m_compareKind : m_fitKind))));
    showParts();
}

HeldOutChoice::Kind HeldOutChoice::kind() const {
    return static_cast<Kind>(m_kind->currentData().toInt());
}

void HeldOutChoice::onKindChosen() {
    (m_isComparing ? m_compareKind : m_fitKind) = kind();
    showParts();
    emit changed();
}

void HeldOutChoice::showParts() {
    const QSignalBlocker blocker(m_count);
    const Kind now = kind();
    m_list->setVisible(now == Kind::Chosen);
    const bool isCounted = now == Kind::Folds || now == Kind::Future || now == Kind::Sessions;
    m_count->setVisible(isCounted);
    m_countLabel->setVisible(isCounted);
    if (now == Kind::Future) {
        m_count->setRange(1, kMostTrials);
        m_count->setSingleStep(100);
        m_count->setValue(m_future);
        m_countLabel->setText(tr("trials of each animal"));
        m_count->setToolTip(tr("How many of each animal's last trials are held out"));
    } else {
        m_count->setRange(2, kMostFolds);
        m_count->setSingleStep(1);
        m_count->setValue(now == Kind::Sessions ? m_sessions : m_folds);
        m_countLabel->setText(m_isComparing ? tr("folds") : tr("parts, one held out"));
        m_count->setToolTip(m_isComparing
                                ? tr("Every part is held out once")
                                : tr("The seed draws which of each animal's sessions form the part that is "
                                     "held out"));
    }
    m_count->setAccessibleName(m_countLabel->text());
}

void HeldOutChoice::onCount(int count) {
    (kind() == Kind::Future ? m_future : kind() == Kind::Sessions ? m_sessions : m_folds) = count;
    emit changed();
}

std::vector<std::string> HeldOutChoice::checked() const {
    std::vector<std::string> names;
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->checkState() == Qt::Checked) {
            names.push_back(m_list->item(row)->text().toStdString());
        }
    }
    return names;
}

std::vector<std::string> HeldOutChoice::heldOutAnimals() const {
    if (kind() == Kind::Chosen) {
        return checked();
    }
    std::vector<std::string> names;
    for (std::size_t i = kEvery - 1; kind() == Kind::EveryFourth && i < m_animals.size(); i += kEvery) {
        names.push_back(m_animals[i]);
    }
    return names;
}

std::string HeldOutChoice::heldOutTrials() const {
    return kind() == Kind::Future || kind() == Kind::Sessions ? holdout() : std::string();
}

std::string HeldOutChoice::holdout() const {
    switch (kind()) {
    case Kind::Each:
        return "animals:" + std::to_string(m_animals.size());
    case Kind::Future:
        return "future:" + std::to_string(m_future);
    case Kind::Sessions:
        return "sessions:" + std::to_string(m_sessions);
    case Kind::Chosen: {
        std::string names;
        for (const std::string& name : checked()) {
            names += (names.empty() ? "" : ",") + name;
        }
        return "animals:" + names;
    }
    default:
        return "animals:" + std::to_string(m_folds);
    }
}

QString HeldOutChoice::problem() const {
    const std::size_t animals = m_animals.size();
    if (kind() == Kind::Chosen) {
        const std::vector<std::string> chosen = checked();
        const bool hasComma = std::any_of(chosen.begin(), chosen.end(),
            [](const std::string& name) { return name.find(',') != std::string::npos; });
        return chosen.empty() ? tr("Tick the animals to hold out.")
               : chosen.size() == animals
                   ? tr("Leave at least one animal unticked: the rule is fitted to it.")
               : m_isComparing && hasComma
                   ? tr("A name with a comma can't be held out by name: choose folds instead.")
                   : QString();
    }
    const bool isByAnimal = kind() == Kind::Folds || kind() == Kind::Each;
    if (isByAnimal && animals < 2) {
        return tr("Holding out animals needs at least two: choose last trials or sessions instead.");
    }
    if (kind() == Kind::Folds && static_cast<std::size_t>(m_folds) > animals) {
        return tr("There are fewer animals than folds: choose fewer folds, or last trials.");
    }
    if (isByAnimal) { // whose name would win over the number
        const std::string folds =
            std::to_string(kind() == Kind::Each ? animals : static_cast<std::size_t>(m_folds));
        if (std::find(m_animals.begin(), m_animals.end(), folds) != m_animals.end()) {
            return tr("%1 is also the name of an animal: choose another number of folds, or tick the animals "
                      "to hold out.")
                .arg(QString::fromStdString(folds));
        }
    }
    return {};
}

} // namespace rulescope::panels
