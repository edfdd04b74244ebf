// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/figures/figure_spec.h"
#include "widgets/plots/plot_style.h"

#include <memory>

namespace rulescope::plots {

class FigureCanvas;

/// The canvas of one figure that is painted on paper instead of the screen.
///
/// A canvas is a widget, so it is set up (a few milliseconds) and deleted on the GUI thread; its layout and
/// painting, which take far longer, may then be done on any one thread: nothing else touches it.
class PrintCanvas {
  public:
    /// On another thread than the GUI's this waits for it, until a stop is asked for.
    PrintCanvas(
        PlotStyle style, std::shared_ptr<const figures::FigureSpec> figure, const base::StopToken& stop = {});

    /// Nothing if the stop came first.
    FigureCanvas* get() const;
    FigureCanvas* operator->() const { return get(); }

  private:
    struct Place;
    std::shared_ptr<Place> m_place;
};

} // namespace rulescope::plots
