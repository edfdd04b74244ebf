// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/textbook_overlay.h"

#include "core/rules/registry.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>

namespace rulescope::insight {
namespace {

constexpr double kWorthAParameter = 0.005; // of the mean square

/// One formula's linear problem: its update at each parameter set to 1 alone.
class Candidate {
  public:
    Candidate(const rules::RuleInfo& info, std::size_t weights, std::size_t component)
        : m_info(info)
        , m_weights(weights)
        , m_component(component)
        , m_update(weights) {
        std::size_t offset = 0;
        for (const rules::ParameterInfo& group : info.parameters) {
            m_names.emplace_back(group.name);
            m_places.push_back(offset + (group.isPerWeight ? component : 0));
            offset += group.isPerWeight ? weights : 1;
        }
        m_count = offset;
        for (const std::size_t place : m_places) {
            std::vector<double> unit(m_count, 0.0);
            unit[place] = 1;
            m_units.push_back(info.textbook->at(unit, weights));
            m_states.emplace_back(m_units.back()->stateSize());
        }
        const auto n = static_cast<Eigen::Index>(m_places.size());
        m_normal = Eigen::MatrixXd::Zero(n, n);
        m_right = Eigen::VectorXd::Zero(n);
    }

    /// An animal begins.
    void forget() {
        for (auto& state : m_states)
            std::fill(state.begin(), state.end(), 0.0);
    }

    void add(const Visit& visit, bool keepsMemory) {
        if (keepsMemory)
            m_memories.insert(m_memories.end(), m_states.front().begin(), m_states.front().end());
        Eigen::VectorXd row(m_right.size());
        for (std::size_t j = 0; j < m_units.size(); ++j) {
            m_units[j]->step(visit.experience, m_states[j], m_update);
            row(static_cast<Eigen::Index>(j)) = m_update[m_component];
        }
        const double target = visit.update[m_component];
        m_normal += row * row.transpose();
        m_right += row * target;
        m_square += target * target;
        ++m_trials;
    }

    TextbookOverlay solved() const {
        TextbookOverlay overlay;
        overlay.rule = std::string(m_info.name);
        overlay.parameterNames = m_names;
        overlay.trials = m_trials;
        overlay.memories = m_memories;
        // Minimum norm where parameters can't be told apart (one outcome only, say).
        const Eigen::VectorXd solution = m_normal.completeOrthogonalDecomposition().solve(m_right);
        overlay.parameters.assign(solution.data(), solution.data() + solution.size());
        overlay.explained = m_square > 0 ? solution.dot(m_right) / m_square : 0;
        std::vector<double> all(m_count, 0.0);
        for (std::size_t j = 0; j < m_places.size(); ++j)
            all[m_places[j]] = overlay.parameters[j];
        overlay.formula = m_info.textbook->at(all, m_weights);
        return overlay;
    }

  private:
    const rules::RuleInfo& m_info;
    std::size_t m_weights, m_component, m_count = 0, m_trials = 0;
    std::vector<std::string> m_names;
    std::vector<std::size_t> m_places; // of the parameters among all of the rule's
    std::vector<rules::LearningRulePtr> m_units;
    std::vector<std::vector<double>> m_states;
    std::vector<double> m_update, m_memories;
    Eigen::MatrixXd m_normal;
    Eigen::VectorXd m_right;
    double m_square = 0;
};

double worth(const TextbookOverlay& overlay) {
    return overlay.explained - kWorthAParameter * static_cast<double>(overlay.parameters.size());
}

} // namespace

base::Result<TextbookOverlay> textbookOverlay(const rules::LearningRule& rule,
    std::span<const AnimalInputs> animals, const data::RegressorSpec& regressors,
    const std::string& component, std::size_t mostStates) {
    const std::size_t k = regressors.indexOf(component);
    if (k == regressors.names.size())
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "The rule has no weight named \"%1\"."), {component}}, {},
            QT_TRANSLATE_NOOP("core", "Choose one of the fit's regressors."));
    std::vector<Candidate> candidates;
    for (const rules::RuleInfo* info : rules::allRules()) // a single weight knows no rates per weight
        if (info->kind == rules::RuleInfo::Kind::Textbook &&
            info->variation == rules::RuleInfo::Variation::None)
            candidates.emplace_back(*info, regressors.names.size(), k);
    std::size_t total = 0, seen = 0;
    for (const AnimalInputs& animal : animals)
        total += animal.inputs.trials;
    const std::size_t stride = std::max<std::size_t>(1, total / std::max<std::size_t>(1, mostStates));
    double square = 0;
    for (const AnimalInputs& animal : animals) {
        for (Candidate& candidate : candidates)
            candidate.forget();
        visitTrials(rule, animal, [&](const Visit& visit) {
            const bool keepsMemory = seen++ % stride == stride / 2;
            square += visit.update[k] * visit.update[k];
            for (Candidate& candidate : candidates)
                candidate.add(visit, keepsMemory);
        });
    }
    if (!(square > 0) || !std::isfinite(square))
        return base::failure(base::ErrorCode::NoData,
            {QT_TRANSLATE_NOOP("core", "The rule never changes the weight %1."), {component}});
    std::optional<TextbookOverlay> best;
    for (const Candidate& candidate : candidates) {
        TextbookOverlay overlay = candidate.solved();
        if (!best || worth(overlay) > worth(*best))
            best = std::move(overlay);
    }
    return *std::move(best);
}

} // namespace rulescope::insight
