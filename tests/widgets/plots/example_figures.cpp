// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/plots/example_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::examples {

using namespace figures;

namespace {

/// A reproducible stand-in for noise in (-1, 1).
double wobble(int i, int stream = 0) {
    const double x = std::sin(12.9898 * (i + 1) + 78.233 * (stream + 1)) * 43758.5453;
    return 2 * (x - std::floor(x)) - 1;
}

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

Guide horizontal(double at, const char* label = "") {
    Guide guide;
    guide.at = at;
    guide.label = label;
    return guide;
}

Guide vertical(double at, LineStyle style = LineStyle::Dotted) {
    Guide guide;
    guide.direction = Guide::Direction::Vertical;
    guide.at = at;
    guide.style = style;
    return guide;
}

} // namespace

FigureSpec learningCurves() {
    FigureSpec figure;
    figure.id = "learning-curves";
    figure.title = "Eight mice learn the wheel task within about 15 sessions";
    figure.caption =
        "Accuracy per session on trials with contrast of 50 % or more. Thin lines: animals; thick line: mean "
        "over animals; band: 95 % interval of the mean (bootstrap over animals).";
    figure.footer = "8 mice, 164 sessions, 71,204 trials with a choice";
    figure.aspect = 0.5;
    Panel panel;
    panel.id = "accuracy";
    panel.x.label = "Session";
    panel.y.label = "Accuracy on easy trials";
    panel.y.low = 0.3;
    panel.y.high = 1;
    panel.guides = {horizontal(0.5, "chance")};
    panel.hasLegend = true;
    panel.legendPlace = Panel::LegendPlace::BottomRight;
    XY mean;
    Band band;
    for (int session = 1; session <= 22; ++session) {
        mean.x.push_back(session);
        mean.y.push_back(0.48 + 0.44 * logistic((session - 9) / 2.4));
        band.x.push_back(session);
        band.lower.push_back(mean.y.back() - 0.05);
        band.upper.push_back(mean.y.back() + 0.04);
    }
    for (int animal = 0; animal < 8; ++animal) {
        XY line;
        line.label = animal == 0 ? Text("single animals") : Text();
        line.colour = {Colour::Role::Muted};
        line.widthPt = 0.6;
        for (int session = 1; session <= 20 + animal % 3; ++session) {
            line.x.push_back(session);
            line.y.push_back(0.48 + 0.45 * logistic((session - 9 - 1.5 * wobble(animal, 7)) / 2.4) +
                             0.06 * wobble(session, animal));
        }
        panel.series.emplace_back(line);
    }
    band.label = mean.label = "mean and 95 % interval";
    band.colour = mean.colour = {Colour::Role::Accent};
    mean.widthPt = 1.8;
    panel.series.emplace_back(band);
    panel.series.emplace_back(mean);
    figure.panels.push_back(panel);
    return figure;
}

FigureSpec psychometrics() {
    FigureSpec figure;
    figure.id = "psychometrics";
    figure.title = "Choices become steeper and less biased";
    figure.caption = "Points: share of rightward choices with 95 % Wilson intervals; lines: fitted curve "
                     "with lapses (variant "
                     "paper). Early: first three sessions; late: last three.";
    figure.footer = "mouse SWC_054, sessions 1-3 (1,021 trials) and 23-25 (2,410 trials)";
    figure.aspect = 0.4;
    const double contrasts[] = {-100, -50, -25, -12.5, -6.25, 0, 6.25, 12.5, 25, 50, 100};
    for (int p = 0; p < 3; ++p) {
        Panel panel;
        panel.id = "animal-" + std::to_string(p);
        panel.letter = std::string(1, static_cast<char>('a' + p));
        panel.title = Text::verbatim(p == 0 ? "SWC_054" : p == 1 ? "SWC_058" : "CSHL_003");
        panel.column = p;
        panel.x.label = "Signed contrast (%)";
        panel.x.low = -105;
        panel.x.high = 105;
        panel.y.low = 0;
        panel.y.high = 1;
        if (p == 0) {
            panel.y.label = "P(choose right)";
            panel.hasLegend = true;
            panel.legendPlace = Panel::LegendPlace::TopLeft;
        }
        panel.guides = {horizontal(0.5), vertical(0)};
        for (int late = 0; late < 2; ++late) {
            const double slope = late ? 16 : 90;
            const double lapse = late ? 0.04 : 0.2;
            const auto curve = [&](double c) {
                return lapse + (1 - 2 * lapse) * (std::erf((c - 6 * p + 4) / slope) + 1) / 2;
            };
            XY points, line;
            points.line = LineStyle::None;
            points.marker = late ? Marker::Circle : Marker::OpenCircle;
            points.label = late ? "late" : "early";
            line.label = points.label;
            points.colour = line.colour = {Colour::Role::Sequence, late ? 1.0 : 0.15};
            for (int i = 0; i < 11; ++i) {
                points.x.push_back(contrasts[i]);
                const double y = std::clamp(curve(contrasts[i]) + 0.03 * wobble(i, 3 * p + late), 0.0, 1.0);
                points.y.push_back(y);
                points.lower.push_back(std::max(0.0, y - (late ? 0.03 : 0.07)));
                points.upper.push_back(std::min(1.0, y + (late ? 0.03 : 0.07)));
                points.tips.push_back(Text::verbatim("n = " + std::to_string(90 + i) + " trials"));
            }
            for (int i = -100; i <= 100; ++i) {
                line.x.push_back(i);
                line.y.push_back(curve(i));
            }
            panel.series.emplace_back(line);
            panel.series.emplace_back(points);
        }
        figure.panels.push_back(panel);
    }
    return figure;
}

FigureSpec weightTrajectories() {
    FigureSpec figure;
    figure.id = "weights";
    figure.title = "The stimulus weight grows, the bias fades";
    figure.caption = "Decision weights over trials. Lines: the fitted RNN rule, one-step-ahead; bands: "
                     "weight tracking without "
                     "a rule, +-1.96 SE. Vertical lines: session starts.";
    figure.footer = "mouse CSHL_003, 25 sessions, 10,000 trials, RNN rule, animal held out";
    figure.aspect = 0.42;
    Panel panel;
    panel.id = "weights";
    panel.x.label = "Trial";
    panel.y.label = "Weight";
    panel.x.low = 0;
    panel.x.high = 10000;
    panel.guides = {horizontal(0)};
    for (int session = 1; session < 25; ++session) {
        panel.guides.push_back(vertical(session * 400.0));
    }
    panel.hasLegend = true;
    panel.legendPlace = Panel::LegendPlace::TopLeft;
    const char* names[] = {"stimulus", "bias", "previous choice"};
    for (int k = 0; k < 3; ++k) {
        XY line;
        Band band;
        line.label = band.label = names[k];
        line.colour = band.colour = {Colour::Role::Category, static_cast<double>(k)};
        double noise = 0;
        for (int t = 0; t < 10000; ++t) {
            noise = 0.995 * noise + 0.02 * wobble(t, k);
            const double base = k == 0   ? 3.2 * logistic((t - 4200) / 1100.0)
                                : k == 1 ? -0.9 * std::exp(-t / 3500.0)
                                         : 0.35;
            line.x.push_back(t);
            line.y.push_back(base + noise);
            if (t % 20 == 0) {
                band.x.push_back(t);
                band.lower.push_back(base - 0.25);
                band.upper.push_back(base + 0.25);
            }
        }
        panel.series.emplace_back(band);
        panel.series.emplace_back(line);
    }
    figure.panels.push_back(panel);
    return figure;
}

FigureSpec updateSurfaces() {
    FigureSpec figure;
    figure.id = "update-surfaces";
    figure.title = "Mice learn from success; after errors the weight moves the other way";
    figure.caption = "Update of the stimulus weight by one trial, against stimulus and present weight, after "
                     "correct and error "
                     "trials, and their difference. Hatched: fewer than 20 trials, an extrapolation. Below: "
                     "slices at three "
                     "weights (solid: correct, dashed: error).";
    figure.footer = "8 mice, 71,204 trials, DNN rule, mean of 5 seeds, animals held out";
    figure.aspect = 0.62;
    figure.rowWeights = {1, 0.75};
    const char* titles[] = {"After correct", "After error", "Difference"};
    const char* ids[] = {"surface-correct", "surface-error", "surface-difference"};
    const auto update = [](double s, double w, bool isCorrect) {
        const double p = logistic(s * w);
        return isCorrect ? 0.03 * std::abs(s) * (1.3 - p) : -0.012 * std::abs(s) * p;
    };
    for (int k = 0; k < 3; ++k) {
        HeatMap map;
        map.leastVisits = 20;
        for (int i = 0; i <= 40; ++i) {
            map.x.push_back(-1 + i * 0.05);
            map.y.push_back(-1 + i * 0.125);
        }
        for (const double w : map.y) {
            for (const double s : map.x) {
                const double correct = update(s, w, true);
                const double error = update(s, w, false);
                map.values.push_back(k == 0 ? correct : k == 1 ? error : correct - error);
                map.visits.push_back(4000 * std::exp(-std::pow(w - 1.8, 2)) * (1 - 0.4 * std::abs(s)) - 60);
            }
        }
        Panel panel;
        panel.id = ids[k];
        panel.letter = std::string(1, static_cast<char>('a' + k));
        panel.title = titles[k];
        panel.column = k;
        panel.x.label = "Stimulus";
        if (k == 0) {
            panel.y.label = "Stimulus weight";
        }
        ColourScale scale;
        scale.id = "update";
        scale.label = "Weight change per trial";
        scale.low = -0.04;
        scale.high = 0.04;
        scale.isDrawn = k == 2;
        panel.colourScale = scale;
        panel.series.emplace_back(map);
        figure.panels.push_back(panel);
    }
    for (int k = 0; k < 3; ++k) {
        Panel panel;
        panel.id = "slice-" + std::to_string(k);
        panel.letter = std::string(1, static_cast<char>('d' + k));
        panel.title = Text("Weight = %1", {base::Number{k * 1.5, 1}});
        panel.row = 1;
        panel.column = k;
        panel.x.label = "Stimulus";
        panel.y.low = -0.03;
        panel.y.high = 0.045;
        panel.guides = {horizontal(0), vertical(0)};
        if (k == 0) {
            panel.y.label = "Weight change";
            panel.hasLegend = true;
        }
        for (const bool isCorrect : {true, false}) {
            XY line;
            line.label = isCorrect ? "correct" : "error";
            line.colour = {isCorrect ? Colour::Role::Correct : Colour::Role::Error};
            line.line = isCorrect ? LineStyle::Solid : LineStyle::Dashed;
            for (int i = -40; i <= 40; ++i) {
                line.x.push_back(i / 40.0);
                line.y.push_back(update(i / 40.0, k * 1.5, isCorrect));
            }
            panel.series.emplace_back(line);
        }
        figure.panels.push_back(panel);
    }
    return figure;
}

FigureSpec modelComparison() {
    FigureSpec figure;
    figure.id = "model-comparison";
    figure.title = "Network rules predict held-out animals better than textbook rules";
    figure.caption = "Log-likelihood per trial on held-out animals. Grey: animals; black: mean with 95 % "
                     "interval. Right: gain of "
                     "each rule over the bias-only model.";
    figure.footer = "8 mice, 4 folds over animals, 3 seeds; paired t-test over animals";
    figure.aspect = 0.42;
    const char* names[] = {"Bias only", "Static GLM", "REINFORCE with baseline", "DNN", "RNN"};
    const double values[] = {-0.689, -0.561, -0.542, -0.538, -0.533};
    Panel dots;
    dots.id = "nats";
    dots.letter = "a";
    dots.y.label = "Held-out log-likelihood (nats per trial)";
    Panel bars;
    bars.id = "gain";
    bars.letter = "b";
    bars.column = 1;
    bars.y.label = "Gain over bias only (bits per trial)";
    XY mean;
    mean.line = LineStyle::None;
    mean.marker = Marker::Circle;
    mean.markerPt = 5;
    mean.label = "mean, 95 % interval";
    Bars gain;
    gain.colour = {Colour::Role::Accent};
    for (int animal = 0; animal < 8; ++animal) {
        XY line;
        line.label = animal == 0 ? Text("single animals") : Text();
        line.colour = {Colour::Role::Muted};
        line.widthPt = 0.5;
        for (int k = 0; k < 5; ++k) {
            line.x.push_back(k);
            line.y.push_back(values[k] + 0.045 * wobble(animal, 2) + 0.006 * wobble(k, animal));
        }
        dots.series.emplace_back(line);
    }
    for (int k = 0; k < 5; ++k) {
        dots.x.ticks.push_back({static_cast<double>(k), names[k]});
        mean.x.push_back(k);
        mean.y.push_back(values[k]);
        mean.lower.push_back(values[k] - 0.02);
        mean.upper.push_back(values[k] + 0.02);
        if (k > 0) {
            bars.x.ticks.push_back({static_cast<double>(k), names[k]});
            gain.x.push_back(k);
            gain.y.push_back((values[k] - values[0]) / std::log(2.0));
            gain.lower.push_back(gain.y.back() - 0.02);
            gain.upper.push_back(gain.y.back() + 0.02);
        }
    }
    dots.series.emplace_back(mean);
    dots.hasLegend = true;
    dots.legendPlace = Panel::LegendPlace::BottomRight;
    bars.series.emplace_back(gain);
    Note note;
    note.text = "RNN - REINFORCE: 0.013 bits, p = 0.03";
    note.isRelative = true;
    note.x = 0.02;
    note.y = 0.98;
    bars.notes = {note};
    figure.panels = {dots, bars};
    return figure;
}

FigureSpec emptyFigure() {
    FigureSpec figure;
    figure.id = "empty";
    figure.title = "Updates";
    figure.emptyReason = "There is no fitted rule for these animals yet. Choose a rule and press Fit.";
    return figure;
}

FigureSpec manyScripts() {
    FigureSpec figure = learningCurves();
    figure.id = "scripts";
    figure.title = Text::verbatim("Mäuse lernen größere Kontraste");
    figure.panels[0].x.label = Text::verbatim("セッション (回)");
    figure.panels[0].y.label = Text::verbatim("Ποσοστό σωστών (σ, Δw)");
    return figure;
}

FigureSpec longLine(int count) {
    FigureSpec figure;
    figure.id = "long-line";
    Panel panel;
    panel.id = "line";
    panel.x.label = "Trial";
    panel.y.label = "Weight";
    XY line;
    double value = 0;
    for (int i = 0; i < count; ++i) {
        value += 0.1 * wobble(i);
        line.x.push_back(i);
        line.y.push_back(value + wobble(i, 3));
    }
    panel.series.emplace_back(line);
    figure.panels.push_back(panel);
    return figure;
}

std::vector<FigureSpec> all() {
    return {learningCurves(), psychometrics(), weightTrajectories(), updateSurfaces(), modelComparison(),
        emptyFigure(), manyScripts()};
}

} // namespace rulescope::examples
