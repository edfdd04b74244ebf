// SPDX-License-Identifier: GPL-3.0-or-later
// The window of trials that forward and backward passes work on, for rollout_kernels.cpp, which includes this
// once per instruction set.

/// Calls `work` with every offset of a group's lanes at which a vector starts.
template<class T, class Work>
HWY_INLINE void forLanes(Work work) {
    for (std::size_t l = 0; l < kGroupLanes; l += hn::Lanes(LanesTag<T>())) {
        work(l);
    }
}

/// Steps [begin, end) of a group; step s of the window takes the inputs of trial begin + s.
template<class T>
struct Window {
    const GroupTask<T>& task;
    const Dimensions<T>& size;
    const Group<T>& group;
    Workspace<T>& work;
    std::size_t animals; ///< of the group
    std::size_t begin = 0, end = 0;

    explicit Window(const GroupTask<T>& groupTask)
        : task(groupTask)
        , size(task.size)
        , group(task.group)
        , work(task.workspace)
        , animals(group.size()) {}

    std::size_t steps() const { return end - begin; }

    // Columns of a step.
    T* inputs(std::size_t step) const { return work.inputs.data() + step * size.inputs * kGroupLanes; }
    T* weights(std::size_t step) const { return inputs(step); } // w stands first
    T* regressors(std::size_t step) const { return inputs(step) + size.regressorsAt() * kGroupLanes; }
    T* outcome(std::size_t step) const { return inputs(step) + size.outcomeAt() * kGroupLanes; }
    T* outputs(std::size_t step) const { return work.outputs.data() + step * size.weights * kGroupLanes; }
    T* margins(std::size_t step) const { return work.margins.data() + step * kGroupLanes; }
    /// 1 - p(choice) of the step's own trial; of the trial it scores: errors(step + 1).
    T* errors(std::size_t step) const { return work.errors.data() + step * kGroupLanes; }

    // Columns of a trial.
    const T* signs(std::size_t trial) const { return group.signs.data() + trial * kGroupLanes; }
    const T* scored(std::size_t trial) const { return group.scored.data() + trial * kGroupLanes; }

    // Rows of the animals at a step.
    Rows<T> states(std::size_t step) const { return rows(work.states, step, size.width); }
    Rows<T> gates(std::size_t step) const { return rows(work.gates, step, size.gatesWidth); }
    Rows<T> layer(std::size_t layer, std::size_t step) const {
        return rows(work.layers[layer], step, size.width);
    }
    Rows<T> lastLayer(std::size_t step) const { return layer(size.layers - 1, step); }

    /// Everything of a step's inputs but w.
    HWY_INLINE void copyInputs(std::size_t step) const {
        const LanesTag<T> d;
        const std::size_t count = size.dataInputs() * kGroupLanes;
        const T* HWY_RESTRICT from = group.inputs.data() + (begin + step) * count;
        T* HWY_RESTRICT to = inputs(step) + size.weights * kGroupLanes;
        for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
            hn::Store(hn::Load(d, from + i), d, to + i);
        }
    }

  private:
    Rows<T> rows(AlignedArray<T>& array, std::size_t step, std::size_t width) const {
        return {array.data() + step * animals * width, width};
    }
};

/// Calls work with the number of animals as a compile-time constant.
template<class Work>
HWY_INLINE void dispatch(std::size_t animals, Work work) {
    switch (animals) {
    case 1:
        return work(std::integral_constant<std::size_t, 1>());
    case 2:
        return work(std::integral_constant<std::size_t, 2>());
    case 3:
        return work(std::integral_constant<std::size_t, 3>());
    case 4:
        return work(std::integral_constant<std::size_t, 4>());
    case 5:
        return work(std::integral_constant<std::size_t, 5>());
    case 6:
        return work(std::integral_constant<std::size_t, 6>());
    default:
        return;
    }
}
