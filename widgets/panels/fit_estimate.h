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

    QString toText() const;                        ///< for the settings file
    static FitSpeed fromText(const QString& text); ///< ignores what it can't read

  private:
    std::map<std::string, double> m_seconds;
};

/// Seconds that a request is likely to take on this study: trials x epochs x folds x seeds at this machine's
/// speed.
double estimatedSeconds(const FitRequest& request, const data::Study& study, const FitSpeed& speed);

} // namespace rulescope::panels
