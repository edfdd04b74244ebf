// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/study_layout.h"

#include "core/base/version.h"
#include "core/io/annotations_json.h"

#include <cstdint>

namespace rulescope::io::study_layout {

namespace {

using hdf5::Handle;
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::span<const double> viewOf(const std::vector<double>& values) {
    return {values.data(), values.size()};
}

void writeSessions(const Handle& animal, const std::vector<data::Session>& sessions) {
    const Handle group = hdf5::createGroup(animal, "sessions");
    std::vector<std::string> labels, dates, protocols, sources;
    std::vector<std::uint64_t> trials;
    for (const data::Session& session : sessions) {
        labels.push_back(session.label);
        dates.push_back(session.date);
        protocols.push_back(session.protocol);
        sources.push_back(session.source);
        trials.push_back(session.size());
    }
    hdf5::writeTexts(group, "label", labels);
    hdf5::writeTexts(group, "date", dates);
    hdf5::writeTexts(group, "protocol", protocols);
    hdf5::writeTexts(group, "source", sources);
    hdf5::writeArray<std::uint64_t>(group, "trials", trials);
}

void writeTrials(const Handle& animal, const data::Trials& trials) {
    const Handle group = hdf5::createGroup(animal, "trials");
    hdf5::writeArray(group, "stimulus", viewOf(trials.stimulus));
    for (const CodeColumn& column : kCodeColumns) {
        hdf5::writeArray<std::int8_t>(group, column.name, trials.*column.member);
    }
    for (const OptionalColumn& column : kOptionalColumns) {
        if (!(trials.*column.member).empty()) {
            hdf5::writeArray(group, column.name, viewOf(trials.*column.member));
        }
    }
    const Handle extra = hdf5::createGroup(animal, "columns");
    for (const data::Column& column : trials.extra) {
        hdf5::writeArray(extra, hdf5::linkName(column.name), viewOf(column.values));
    }
}

void writeAnimal(const Handle& animals, const data::Animal& animal) {
    const Handle group = hdf5::createGroup(animals, hdf5::linkName(animal.name()));
    hdf5::setAttribute(group, "name", animal.name());
    hdf5::setAttribute(group, "lab", animal.lab());
    const bool isContrast = animal.stimulusKind() == data::StimulusKind::Contrast;
    hdf5::setAttribute(group, "stimulus_kind", std::string(isContrast ? "contrast" : "raw"));
    hdf5::setAttribute(group, "stimulus_unit", animal.stimulusUnit());
    hdf5::writeText(group, "provenance", animal.provenance());
    writeSessions(group, animal.sessions());
    writeTrials(group, animal.trials());
}

void writePairs(
    const Handle& parent, const char* name, const char* keys, const char* values, const Pairs& pairs) {
    const Handle group = hdf5::createGroup(parent, name);
    std::vector<std::string> first, second;
    for (const auto& [key, value] : pairs) {
        first.push_back(key);
        second.push_back(value);
    }
    hdf5::writeTexts(group, keys, first);
    hdf5::writeTexts(group, values, second);
}

void writeScores(const Handle& fit, const char* name, const std::vector<fit::AnimalScore>& scores) {
    const Handle group = hdf5::createGroup(fit, name);
    std::vector<std::string> animals;
    std::vector<std::uint64_t> trials;
    std::vector<double> nats;
    for (const fit::AnimalScore& score : scores) {
        animals.push_back(score.animal);
        trials.push_back(score.trials);
        nats.push_back(score.natsPerTrial);
    }
    hdf5::writeTexts(group, "animal", animals);
    hdf5::writeArray<std::uint64_t>(group, "trials", trials);
    hdf5::writeArray(group, "nats_per_trial", viewOf(nats));
}

void writeParameters(const Handle& fit, const std::vector<fit::NamedArray>& parameters) {
    const Handle group = hdf5::createGroup(fit, "parameters");
    for (const fit::NamedArray& parameter : parameters) {
        hdf5::writeArray(group, hdf5::linkName(parameter.name), viewOf(parameter.values), parameter.shape);
    }
}

/// Optional: files of fits without an ensemble look as they always did.
void writeMembers(const Handle& fit, const std::vector<fit::FitMember>& members) {
    if (members.empty()) {
        return;
    }
    const Handle group = hdf5::createGroup(fit, kMembers);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const fit::FitMember& member = members[i];
        const Handle one = hdf5::createGroup(group, std::to_string(i + 1));
        hdf5::setAttribute(one, "seed", std::uint64_t{member.seed});
        hdf5::setAttribute(one, "status", fit::toString(member.status));
        hdf5::setAttribute(one, "epochs", static_cast<std::int64_t>(member.epochs));
        hdf5::setAttribute(one, "train_nats_per_trial", member.trainNatsPerTrial);
        hdf5::setAttribute(one, "heldout_nats_per_trial", member.heldOutNatsPerTrial);
        writeParameters(one, member.parameters);
    }
}

void writeFit(const Handle& fits, const fit::FitResult& fit) {
    const Handle group = hdf5::createGroup(fits, hdf5::linkName(fit.id));
    hdf5::setAttribute(group, "id", fit.id);
    hdf5::setAttribute(group, "rule", fit.spec.rule);
    hdf5::setAttribute(group, "seed", std::uint64_t{fit.spec.seed});
    hdf5::setAttribute(group, "status", fit::toString(fit.status));
    hdf5::setAttribute(group, "epochs", static_cast<std::int64_t>(fit.epochs));
    hdf5::setAttribute(group, "seconds", fit.seconds);
    hdf5::setAttribute(group, "created_utc", fit.createdUtc);
    hdf5::setAttribute(group, "train_nats_per_trial", fit.trainNatsPerTrial);
    hdf5::setAttribute(group, "heldout_nats_per_trial", fit.heldOutNatsPerTrial);
    hdf5::writeText(group, "spec", fit::toJson(fit.spec));
    hdf5::writeArray(group, "train_curve", viewOf(fit.trainCurve));
    hdf5::writeArray(group, "heldout_curve", viewOf(fit.heldOutCurve));
    if (!fit.validationCurve.empty()) {
        hdf5::writeArray(group, kValidationCurve, viewOf(fit.validationCurve));
    }
    writeParameters(group, fit.parameters);
    writeScores(group, "train_scores", fit.trainScores);
    writeScores(group, "heldout_scores", fit.heldOutScores);
    writePairs(group, "data_hashes", "animal", "hash", fit.dataHashes);
    writePairs(group, "versions", "name", "version", fit.versions);
    writeMembers(group, fit.members);
}

} // namespace

void writeContents(const Handle& file, const StudyContents& contents) {
    hdf5::setAttribute(file, "format", std::string(kFormat));
    hdf5::setAttribute(file, kFormatVersion, std::int64_t{kStudyFormatVersion});
    hdf5::setAttribute(file, "program", std::string("Rulescope ") + base::kVersion);
    hdf5::setAttribute(file, "title", contents.study.title);
    const Handle animals = hdf5::createGroup(file, "animals");
    for (const data::AnimalPtr& animal : contents.study.animals) {
        writeAnimal(animals, *animal);
    }
    hdf5::writeText(file, kAnnotations, annotationsToJson(contents.study.annotations));
    const Handle fits = hdf5::createGroup(file, "fits");
    for (const fit::FitResultPtr& fit : contents.fits) {
        writeFit(fits, *fit);
    }
    const Handle comparisons = hdf5::createGroup(file, "comparisons");
    for (const fit::ComparisonPtr& comparison : contents.comparisons) {
        hdf5::writeText(comparisons, hdf5::linkName(comparison->id), fit::toJson(*comparison));
    }
}

} // namespace rulescope::io::study_layout
