// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_rule.h"

#include <Eigen/Core>
#include <cassert>
#include <cmath>

namespace rulescope::engine {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

struct Linear {
    Matrix weight; ///< out x in
    Vector bias;
    Vector operator()(const Vector& in) const { return weight * in + bias; }
};

Vector sigmoid(const Vector& a) {
    return (1 + (-a.array()).exp()).inverse().matrix();
}

/// Takes tensors off the flat vector in the order of parameterSlots().
class SlotReader {
  public:
    SlotReader(const NetworkShape& shape, std::span<const double> values)
        : m_slots(parameterSlots(shape))
        , m_values(values) {}

    Linear linear() {
        const ParameterSlot& weight = m_slots[m_next++];
        const Vector bias = vector();
        return {matrix(weight), bias};
    }
    Vector vector() {
        const ParameterSlot& slot = m_slots[m_next++];
        return Eigen::Map<const Vector>(m_values.data() + slot.offset, static_cast<Eigen::Index>(slot.size));
    }
    Matrix matrix() { return matrix(m_slots[m_next++]); }

  private:
    Matrix matrix(const ParameterSlot& slot) const {
        return Eigen::Map<const Matrix>(m_values.data() + slot.offset,
            static_cast<Eigen::Index>(slot.shape[0]), static_cast<Eigen::Index>(slot.shape[1]));
    }

    std::vector<ParameterSlot> m_slots;
    std::span<const double> m_values;
    std::size_t m_next = 0;
};

class NetworkRule : public rules::LearningRule {
  public:
    NetworkRule(const NetworkShape& shape, std::span<const double> parameters)
        : m_shape(shape) {
        assert(!shape.isDirect && parameters.size() == parameterCount(shape));
        SlotReader reader(shape, parameters);
        if (shape.isRecurrent) {
            m_gateInput.weight = reader.matrix();
            m_gateState.weight = reader.matrix();
            m_gateInput.bias = reader.vector();
            m_gateState.bias = reader.vector();
        }
        for (int layer = 0; layer < shape.hiddenLayers; ++layer) {
            m_hiddenLayers.push_back(reader.linear());
        }
        m_output = reader.linear();
        m_scale = reader.vector();
        if (shape.isResidual) {
            m_alpha = reader.vector();
            m_offset = reader.vector();
        }
    }

    std::size_t stateSize() const override {
        return m_shape.isRecurrent ? static_cast<std::size_t>(m_shape.hidden) : 0;
    }

    void step(const rules::Experience& experience, std::span<double> state,
        std::span<double> update) const override {
        Vector layer = inputs(experience);
        if (m_shape.isRecurrent) {
            Eigen::Map<Vector> h(state.data(), m_shape.hidden);
            h = nextState(layer, h);
            layer = h;
        }
        for (const Linear& hidden : m_hiddenLayers) {
            layer = hidden(layer).cwiseMax(0.0);
        }
        Vector change = m_scale.cwiseProduct(m_output(layer));
        if (m_shape.isResidual) {
            change += textbookChange(experience);
        }
        Eigen::Map<Vector>(update.data(), m_shape.weights) = change;
    }

  private:
    /// u_t (METHOD.md section 3).
    Vector inputs(const rules::Experience& experience) const {
        const Eigen::Index weights = m_shape.weights;
        Vector u(m_shape.inputs());
        u.head(weights) = Eigen::Map<const Vector>(experience.weights.data(), weights);
        u.segment(weights, weights) = Eigen::Map<const Vector>(experience.x.data(), weights);
        u.tail(4) << experience.sessionStart, experience.choice, experience.outcome, experience.side;
        return u;
    }

    /// REINFORCE with baseline: (alpha r - offset)(y - p) x.
    Vector textbookChange(const rules::Experience& experience) const {
        const Eigen::Map<const Vector> w(experience.weights.data(), m_shape.weights);
        const Eigen::Map<const Vector> x(experience.x.data(), m_shape.weights);
        const double towardsChoice = experience.choice - rules::logistic(w.dot(x));
        return (experience.outcome * m_alpha - m_offset).cwiseProduct(x) * towardsChoice;
    }

    /// PyTorch's GRU cell, gates in order r, z, n.
    Vector nextState(const Vector& u, const Vector& h) const {
        const Eigen::Index size = m_shape.hidden;
        const Vector fromInput = m_gateInput(u), fromState = m_gateState(h);
        const Vector r = sigmoid(fromInput.head(size) + fromState.head(size));
        const Vector z = sigmoid(fromInput.segment(size, size) + fromState.segment(size, size));
        const Vector n =
            (fromInput.tail(size) + r.cwiseProduct(fromState.tail(size))).array().tanh().matrix();
        return n + z.cwiseProduct(h - n);
    }

    NetworkShape m_shape;
    Linear m_gateInput, m_gateState;
    std::vector<Linear> m_hiddenLayers;
    Linear m_output;
    Vector m_scale;
    Vector m_alpha, m_offset; ///< textbook part of a residual rule
};

} // namespace

rules::LearningRulePtr networkRule(const NetworkShape& shape, std::span<const double> parameters) {
    return std::make_shared<NetworkRule>(shape, parameters);
}

} // namespace rulescope::engine
