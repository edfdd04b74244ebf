// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/fit_request.h"

#include <map>
#include <string>

namespace rulescope::panels {

/// How fast this machine fits, learnt from the fits that it has done.
class FitSpeed {
  public:
    /// Takes note of a finished fit: seconds per scored trial and epoch of its rule.
    void learn(const fit::FitResult& result);

    /// Seconds that one pass over one trial takes under this rule; a typical machine's until one fit is
    /// known.
    double secondsPerTrialEpoch(const std::string& rule) const;

    /// Whether that is this machine's own speed.
    bool isKnown(const std::string& rule) const { return m_seconds.count(rule) > 0; }

    QString toText() const;                        ///< for the settings file
    static FitSpeed fromText(const QString& text); ///< ignores what it can't read

  private:
    std::map<std::string, double> m_seconds;
};

/// Whether every rule of the request has been fitted on this machine before.
bool isMeasured(const FitRequest& request, const FitSpeed& speed);

/// Seconds that a request is likely to take on this study: trials x epochs x folds x seeds at this machine's
/// speed.
double estimatedSeconds(const FitRequest& request, const data::Study& study, const FitSpeed& speed);

} // namespace rulescope::panels
