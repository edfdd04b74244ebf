// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/insight/update_surface.h"
#include "core/networks/json_fields.h"

namespace rulescope::networks {

/// What figures of learners draw of a surface, and what distances are made of.
template<>
struct Fields<insight::UpdateSurface> {
    template<class Each, class Surface>
    static void of(Each& each, Surface& surface) {
        each("component", surface.component);
        each("weight", surface.weight);
        each("stimulus", surface.stimulus);
        each("weights", surface.weightValues);
        each("correct", surface.correct);
        each("error", surface.error);
        each("correct_visits", surface.correctVisits);
        each("error_visits", surface.errorVisits);
    }
};

/// A file that was changed by hand must not send a figure beyond the end of a column.
inline void trim(insight::UpdateSurface& surface) {
    const std::size_t cells = surface.rows() * surface.columns();
    for (std::vector<double>* values :
        {&surface.correct, &surface.error, &surface.correctVisits, &surface.errorVisits}) {
        values->resize(cells);
    }
}

} // namespace rulescope::networks
