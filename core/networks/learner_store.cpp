// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/learner_store.h"

#include "core/networks/json_text.h"
#include "core/networks/kept_file.h"
#include "core/networks/surface_fields.h"

#include <filesystem>

namespace rulescope::networks {

/// What can't be had again from the model: its trials are not stored twice.
struct KeptLearner {
    std::vector<int> choices;
    double weightChange = 0;
};

template<>
struct Fields<KeptLearner> {
    template<class Each, class Learner>
    static void of(Each& each, Learner& learner) {
        each("choices", learner.choices);
        each("weight_change", learner.weightChange);
    }
};

template<>
struct Fields<MatchedRate> {
    template<class Each, class Rate>
    static void of(Each& each, Rate& rate) {
        each("rate", rate.rate);
        each("difference", rate.difference);
    }
};

namespace {

const char* const kUnreadable = QT_TRANSLATE_NOOP("core", "a stored network experiment can't be read (%1).");

std::string pathOf(const std::string& folder, const std::string& key) {
    return (std::filesystem::path(folder) / keptFileName("learner", key)).string();
}

/// Nothing where the folder has none of this key, or a damaged one: it is then made anew.
template<class T>
std::optional<T> kept(const std::string& folder, const std::string& key) {
    const auto text = folder.empty() ? std::nullopt : keptFile(pathOf(folder, key));
    if (!text) {
        return std::nullopt;
    }
    const auto found = parsed(*text, kUnreadable, [&](const Json& json) {
        std::optional<T> value;
        if (json.at("key").get<std::string>() == key) {
            FieldReader reader{json.at("value")};
            Fields<T>::of(reader, value.emplace());
        }
        return value;
    });
    return found ? *found : std::nullopt;
}

template<class T>
base::Result<void> keep(const std::string& folder, const std::string& key, const T& value) {
    if (folder.empty()) {
        return {};
    }
    FieldWriter writer;
    writer("key", key);
    writer.part("value", value);
    return keepFile(pathOf(folder, key), writer.json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace

base::Result<ArtificialAnimal> LearnerStore::runLearner(const LearnerSpec& spec, const data::Animal& model,
    const base::StopToken& stop, const LearnerCallbacks& callbacks) const {
    const std::string key = "network " + toJson(spec, model);
    if (const auto found = kept<KeptLearner>(m_folder, key)) {
        const std::vector<std::int8_t> choices(found->choices.begin(), found->choices.end());
        if (auto animal = animalFromChoices(spec, model, choices)) {
            return ArtificialAnimal{std::move(*animal), found->weightChange};
        }
    }
    auto learner = networks::runLearner(spec, model, stop, callbacks);
    if (learner) {
        const std::vector<std::int8_t>& choices = learner->animal->trials().choice;
        const KeptLearner result{{choices.begin(), choices.end()}, learner->weightChange};
        if (const auto written = keep(m_folder, key, result); !written) {
            return tl::make_unexpected(written.error());
        }
    }
    return learner;
}

base::Result<MatchedRate> LearnerStore::matchedRate(const LearnerSpec& spec, const data::Animal& model,
    const base::StopToken& stop, const LearnerCallbacks& callbacks) const {
    const std::string key = "rate " + toJson(spec, model);
    if (auto found = kept<MatchedRate>(m_folder, key)) {
        return *found;
    }
    auto matched = networks::matchedRate(spec, model, stop, callbacks);
    if (matched) {
        if (const auto written = keep(m_folder, key, *matched); !written) {
            return tl::make_unexpected(written.error());
        }
    }
    return matched;
}

base::Result<insight::UpdateSurface> LearnerStore::surface(
    const std::string& key, const std::function<base::Result<insight::UpdateSurface>()>& infer) const {
    if (auto found = kept<insight::UpdateSurface>(m_folder, "surface " + key)) {
        trim(*found);
        return std::move(*found);
    }
    auto inferred = infer();
    if (inferred) {
        if (const auto written = keep(m_folder, "surface " + key, *inferred); !written) {
            return tl::make_unexpected(written.error());
        }
    }
    return inferred;
}

} // namespace rulescope::networks
