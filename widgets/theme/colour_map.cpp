// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/colour_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rulescope::theme {

namespace {

struct LinearRgb {
    double red, green, blue;
    bool isInGamut() const {
        const auto inside = [](double v) { return v >= -1e-4 && v <= 1.0001; };
        return inside(red) && inside(green) && inside(blue);
    }
};

// Ottosson, "A perceptual color space for image processing" (2020): OKLab to linear sRGB.
LinearRgb linearRgb(double lightness, double chroma, double hue) {
    const double angle = hue * std::numbers::pi / 180;
    const double a = chroma * std::cos(angle);
    const double b = chroma * std::sin(angle);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

double encoded(double linear) {
    const double v = std::clamp(linear, 0.0, 1.0);
    return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

QColor divergingColour(double signedValue) {
    const double strength = std::abs(signedValue);
    const double hue = signedValue < 0 ? 250 : 40;
    // Chroma rises faster than lightness falls, so that small values already carry their hue.
    return fromOklch(0.975 - 0.505 * strength, 0.17 * std::pow(strength, 0.75), hue);
}

QColor sequentialColour(double value) {
    // Dark blue, over green, to yellow, like the maps of the field; lightness strictly rising.
    return fromOklch(0.28 + 0.64 * value, 0.10 + 0.06 * value, 285 - 185 * std::pow(value, 1.1));
}

} // namespace

QColor fromOklch(double lightness, double chroma, double hue) {
    LinearRgb rgb = linearRgb(lightness, chroma, hue);
    while (!rgb.isInGamut() && chroma > 1e-3) {
        chroma *= 0.97;
        rgb = linearRgb(lightness, chroma, hue);
    }
    return QColor::fromRgbF(static_cast<float>(encoded(rgb.red)), static_cast<float>(encoded(rgb.green)),
        static_cast<float>(encoded(rgb.blue)));
}

ColourTable::ColourTable(figures::ColourScale::Map map) {
    for (int i = 0; i < size; ++i) {
        const double fraction = static_cast<double>(i) / (size - 1);
        const QColor colour = map == figures::ColourScale::Map::Diverging ? divergingColour(2 * fraction - 1)
                                                                          : sequentialColour(fraction);
        m_colours[static_cast<std::size_t>(i)] = colour.rgb();
    }
}

int ColourTable::indexOf(double value, double low, double high) {
    if (!(high > low)) {
        return size / 2;
    }
    const double fraction = std::clamp((value - low) / (high - low), 0.0, 1.0);
    return static_cast<int>(std::lround(fraction * (size - 1)));
}

ColourTable ColourTable::faded(const QColor& paper, double share) const {
    ColourTable result = *this;
    const auto mixed = [share](int own, int other) {
        return static_cast<int>(std::lround((1 - share) * own + share * other));
    };
    for (QRgb& colour : result.m_colours) {
        colour = qRgb(mixed(qRed(colour), paper.red()), mixed(qGreen(colour), paper.green()),
            mixed(qBlue(colour), paper.blue()));
    }
    return result;
}

} // namespace rulescope::theme
