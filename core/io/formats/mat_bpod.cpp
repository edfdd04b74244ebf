// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/mat_node.h"
#include "core/io/source_name.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

namespace rulescope::io {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// A poke moves the state machine on within a cycle of 0.1 ms.
constexpr double kSameInstant = 0.002;

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool containsAny(const std::string& text, std::initializer_list<const char*> words) {
    return std::any_of(
        words.begin(), words.end(), [&](const char* word) { return text.find(word) != std::string::npos; });
}

/// What a state's name says about the trial that visits it.
enum class Ending { None, Correct, Error };

Ending endingOf(const std::string& state) {
    const std::string name = lowered(state);
    if (containsAny(name, {"punish", "error", "timeout", "incorrect", "wrong", "noreward", "no_reward"})) {
        return Ending::Error;
    }
    // Drinking and leaving come after a reward and say nothing new.
    const bool isAfter = containsAny(name, {"drink", "exit", "cue", "delay", "wait", "retrieve", "consum"});
    return !isAfter && containsAny(name, {"reward", "correct"}) ? Ending::Correct : Ending::None;
}

/// The first time a state was entered; NaN if it was not.
double entered(const MatNode& state) {
    return state.kind == MatNode::Kind::Numbers && !state.numbers.empty() ? state.numbers.front() : kNaN;
}

/// "Port3In" -> 3.
std::optional<int> portOf(const std::string& event) {
    const bool isPort = event.size() == 7 && event.compare(0, 4, "Port") == 0 &&
                        event.compare(5, 2, "In") == 0 &&
                        std::isdigit(static_cast<unsigned char>(event[4])) != 0;
    return isPort ? std::optional(event[4] - '0') : std::nullopt;
}

/// The port whose poke came at this instant; NaN if none did.
double portAt(const MatNode* events, double time) {
    for (const MatNode& event : events ? events->children : std::vector<MatNode>()) {
        const auto port = portOf(event.name);
        const bool isPoke = port && std::any_of(event.numbers.begin(), event.numbers.end(),
                                        [&](double poke) { return std::abs(poke - time) < kSameInstant; });
        if (isPoke) {
            return *port;
        }
    }
    return kNaN;
}

struct Poke {
    double port = kNaN, time = kNaN;
};

bool isSide(double port) {
    return port == 1 || port == 3;
}

struct Stay {
    double begin = kNaN;   ///< NaN if there was none
    bool isWindow = false; ///< for a response: if it ended without a poke, there was none
};

/// The state that ended at this time.
Stay stateBefore(const std::vector<MatNode>& states, double time) {
    Stay stay;
    for (const MatNode& state : states) {
        const std::size_t visits = state.numbers.size() / 2; // starts, then ends
        for (std::size_t i = 0; i < visits; ++i) {
            const double start = state.numbers[i];
            const bool isBefore = std::abs(state.numbers[visits + i] - time) < kSameInstant && start < time;
            if (isBefore && !(stay.begin >= start)) {
                const std::string name = lowered(state.name);
                const bool isWindow = containsAny(name, {"wait", "response", "answer", "choice", "window"});
                stay = {start, isWindow && !containsAny(name, {"delay"})};
            }
        }
    }
    return stay;
}

/// The only side poked after one time and not after another.
Poke onlySidePoked(const MatNode* events, double after, double until) {
    Poke found;
    for (const MatNode& event : events ? events->children : std::vector<MatNode>()) {
        const auto port = portOf(event.name);
        for (const double time : event.numbers) {
            const bool counts = port && isSide(*port) && time > after && time <= until + kSameInstant;
            if (counts && !std::isnan(found.port) && found.port != *port) {
                return {};
            }
            found = counts && !(time < found.time) ? Poke{static_cast<double>(*port), time} : found;
        }
    }
    return found;
}

/// The poke that led to the state that began at `outcome`: at that instant, or before states that follow one
/// another by their timers alone (delays of a reward). A poke into another port than a side's began the
/// trial, and none comes from a window for responses that ran out.
Poke pokeBefore(const std::vector<MatNode>& states, const MatNode* events, double outcome) {
    constexpr int kMostStates = 100;
    double time = outcome;
    for (int i = 0; i < kMostStates; ++i) {
        const double port = portAt(events, time);
        if (i == 0 ? !std::isnan(port) : isSide(port)) {
            return {port, time};
        }
        const Stay stay = std::isnan(port) ? stateBefore(states, time) : Stay();
        if (std::isnan(stay.begin)) {
            break;
        }
        time = stay.begin;
        if (stay.isWindow) {
            const double first = portAt(events, time);
            return isSide(first) ? Poke{first, time} : Poke();
        }
    }
    return onlySidePoked(events, time, outcome);
}

/// Turns trials into columns.
class BpodTable {
  public:
    BpodTable(const MatNode& session, const std::vector<MatNode>& trials, const std::string& where)
        : m_table(where) {
        for (const MatNode& trial : trials) {
            addTrial(trial);
        }
        addVectors(session, 0);
        for (auto& [name, times] : m_states) {
            times.resize(trials.size(), kNaN);
            add("state " + name, std::move(times));
        }
        add("bpod_choice_port", std::move(m_port));
        add("bpod_outcome", std::move(m_outcome));
        add("bpod_choice_time", std::move(m_time));
        if (const MatNode* const info = session.field("Info")) {
            const MatNode* const date = info->field("SessionDate");
            m_table.identity.date =
                date && !date->texts.empty() ? isoDate(date->texts.front()) : std::string();
        }
    }
    Table take() { return std::move(m_table); }

  private:
    void addTrial(const MatNode& trial) {
        const std::size_t row = m_outcome.size();
        const MatNode* const states = trial.field("States");
        double time = kNaN;
        double outcome = kNaN;
        static const std::vector<MatNode> none;
        const std::vector<MatNode>& visited = states ? states->children : none;
        for (const MatNode& state : visited) {
            const double start = entered(state);
            auto& times = m_states[state.name];
            times.resize(row, kNaN);
            times.push_back(start);
            const Ending ending = endingOf(state.name);
            const bool isFirst = !std::isnan(start) && !(start >= time);
            if (ending != Ending::None && isFirst) {
                time = start;
                outcome = ending == Ending::Correct ? 1 : 0;
            }
        }
        const Poke poke = std::isnan(time) ? Poke() : pokeBefore(visited, trial.field("Events"), time);
        m_outcome.push_back(outcome);
        m_port.push_back(poke.port);
        m_time.push_back(poke.time);
    }

    /// Vectors with a value per trial, also in structures such as Custom; Bpod writes some longer than the
    /// session.
    void addVectors(const MatNode& node, int depth) {
        const std::size_t trials = m_outcome.size();
        for (const MatNode& child : node.children) {
            if (child.kind == MatNode::Kind::Struct && child.name != "RawData" && child.name != "RawEvents" &&
                depth < 3) {
                addVectors(child, depth + 1);
            } else if (child.kind == MatNode::Kind::Numbers && child.length() >= trials && trials > 1) {
                add(child.name,
                    {child.numbers.begin(), child.numbers.begin() + static_cast<std::ptrdiff_t>(trials)});
            }
        }
    }

    void add(const std::string& name, std::vector<double> values) {
        if (m_names.insert(name).second) {
            m_table.addNumbers(name, std::move(values));
        }
    }

    Table m_table;
    std::set<std::string> m_names;
    std::map<std::string, std::vector<double>> m_states;
    std::vector<double> m_port, m_outcome, m_time;
};

} // namespace

std::vector<Table> bpodTable(const MatNode& node, const std::string& where) {
    const MatNode* const events = node.field("RawEvents");
    const MatNode* const trials = events ? events->field("Trial") : nullptr;
    if (trials == nullptr) {
        return {};
    }
    std::vector<Table> tables;
    if (trials->kind == MatNode::Kind::Struct) {
        tables.push_back(BpodTable(node, {*trials}, where).take());
    } else if (trials->kind == MatNode::Kind::List && !trials->children.empty()) {
        tables.push_back(BpodTable(node, trials->children, where).take());
    }
    return tables;
}

} // namespace rulescope::io
