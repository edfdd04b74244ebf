// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"

#include <QColor>
#include <QRgb>
#include <array>

namespace rulescope::theme {

/// A colour in OKLCh (Ottosson 2020): equal steps of lightness look equal, which is what a quantitative map
/// needs.
/// @param lightness in [0, 1]; @param chroma about 0..0.3; @param hue in degrees.
/// Chroma is lowered until the colour lies inside sRGB.
QColor fromOklch(double lightness, double chroma, double hue);

/// Look-up table of a colour map, low to high. Lightness is monotone (sequential) or symmetric about the
/// middle (diverging, blue to vermillion), so maps stay readable without colour vision and in a grey-scale
/// print.
class ColourTable {
  public:
    static constexpr int size = 255; ///< odd: the middle entry is exactly zero's colour

    explicit ColourTable(figures::ColourScale::Map map);

    /// Entry for a value on [low, high]; ends are clamped. `value` must not be NaN.
    static int indexOf(double value, double low, double high);

    QRgb at(int index) const { return m_colours[static_cast<std::size_t>(index)]; }

    /// The same table mixed with `paper` (share in [0, 1]): colours of cells that are extrapolations.
    ColourTable faded(const QColor& paper, double share) const;

  private:
    std::array<QRgb, size> m_colours{};
};

} // namespace rulescope::theme
