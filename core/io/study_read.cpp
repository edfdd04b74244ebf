// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/study_layout.h"

#include "core/data/joined_notes.h"
#include "core/io/annotations_json.h"

#include <exception>
#include <set>

namespace rulescope::io::study_layout {

namespace {

using base::Error;
using base::ErrorCode;
using base::Text;
using hdf5::Handle;
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Carries an Error out of the depth of the reader; readContents turns it into a Result.
class BadStudy : public std::exception {
  public:
    explicit BadStudy(Error error)
        : m_error(std::move(error)) {}
    const Error& error() const { return m_error; }

  private:
    Error m_error;
};

[[noreturn]] void reject(Text what, const std::string& where) {
    throw BadStudy(Error{ErrorCode::BadFormat, std::move(what), where, {}});
}

template<class T>
T valueOf(base::Result<T> result, const std::string& where) {
    if (!result) {
        Error error = result.error();
        error.code = ErrorCode::BadFormat;
        error.where = error.where.empty() ? where : where + " (" + error.where + ")";
        throw BadStudy(std::move(error));
    }
    return std::move(*result);
}

std::int64_t checkedVersion(const Handle& file) {
    if (!hdf5::hasAttribute(file, "format") || hdf5::textAttribute(file, "format") != kFormat) {
        throw BadStudy(
            Error{ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "This HDF5 file is not a Rulescope study."),
                {}, QT_TRANSLATE_NOOP("core", "If it holds trials, import it instead of opening it.")});
    }
    const std::int64_t version = hdf5::integerAttribute(file, kFormatVersion);
    if (version > kStudyFormatVersion) {
        throw BadStudy(newerVersionError(version));
    }
    if (version < 1) {
        reject({QT_TRANSLATE_NOOP("core", "The file claims format version %1, which never was."), {version}},
            "/");
    }
    return version;
}

std::vector<data::Session> readSessions(const Handle& animal, const std::string& where) {
    const Handle group = hdf5::openGroup(animal, "sessions");
    const auto labels = hdf5::readTexts(group, "label");
    const auto dates = hdf5::readTexts(group, "date");
    const auto protocols = hdf5::readTexts(group, "protocol");
    const auto sources = hdf5::readTexts(group, "source");
    const auto trials = hdf5::readArray<std::uint64_t>(group, "trials").values;
    for (const std::size_t length : {dates.size(), protocols.size(), sources.size(), trials.size()}) {
        if (length != labels.size()) {
            reject(QT_TRANSLATE_NOOP("core", "The session lists differ in length."), where + "/sessions");
        }
    }
    std::vector<data::Session> sessions;
    std::size_t next = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::size_t begin = next;
        next += trials[i];
        sessions.push_back({labels[i], dates[i], protocols[i], sources[i], begin, next});
    }
    return sessions;
}

data::Trials readTrials(const Handle& animal) {
    const Handle group = hdf5::openGroup(animal, "trials");
    data::Trials trials;
    trials.stimulus = hdf5::readArray<double>(group, "stimulus").values;
    for (const CodeColumn& column : kCodeColumns) {
        trials.*column.member = hdf5::readArray<std::int8_t>(group, column.name).values;
    }
    for (const OptionalColumn& column : kOptionalColumns) {
        if (hdf5::hasChild(group, column.name)) {
            trials.*column.member = hdf5::readArray<double>(group, column.name).values;
        }
    }
    const Handle extra = hdf5::openGroup(animal, "columns");
    for (const std::string& link : hdf5::childNames(extra)) {
        trials.extra.push_back({hdf5::nameOfLink(link), hdf5::readArray<double>(extra, link).values});
    }
    return trials;
}

data::AnimalPtr readAnimal(const Handle& animals, const std::string& link) {
    const std::string where = "/animals/" + link;
    const Handle group = hdf5::openGroup(animals, link);
    data::Animal::Content content;
    content.name = hdf5::textAttribute(group, "name");
    content.lab = hdf5::textAttribute(group, "lab");
    const std::string kind = hdf5::textAttribute(group, "stimulus_kind");
    if (kind != "contrast" && kind != "raw") {
        reject({QT_TRANSLATE_NOOP("core", "The stimulus kind \u201c%1\u201d is not known."), {kind}}, where);
    }
    content.stimulusKind = kind == "contrast" ? data::StimulusKind::Contrast : data::StimulusKind::Raw;
    content.stimulusUnit = hdf5::textAttribute(group, "stimulus_unit");
    content.provenance = hdf5::readText(group, "provenance");
    content.sessions = readSessions(group, where);
    content.trials = readTrials(group);
    return valueOf(data::Animal::create(std::move(content)), where);
}

std::vector<data::AnimalPtr> readAnimals(const Handle& file) {
    const Handle group = hdf5::openGroup(file, "animals");
    std::vector<data::AnimalPtr> animals;
    std::set<std::string> names;
    for (const std::string& link : hdf5::childNames(group)) {
        animals.push_back(readAnimal(group, link));
        if (!names.insert(animals.back()->name()).second) {
            reject({QT_TRANSLATE_NOOP("core", "Two animals are called %1."), {animals.back()->name()}},
                "/animals");
        }
    }
    return animals;
}

Pairs readPairs(const Handle& parent, const char* name, const char* keys, const char* values) {
    const Handle group = hdf5::openGroup(parent, name);
    const auto first = hdf5::readTexts(group, keys);
    const auto second = hdf5::readTexts(group, values);
    if (first.size() != second.size()) {
        reject(QT_TRANSLATE_NOOP("core", "Two lists that belong together differ in length."), name);
    }
    Pairs pairs;
    for (std::size_t i = 0; i < first.size(); ++i) {
        pairs.emplace_back(first[i], second[i]);
    }
    return pairs;
}

std::vector<fit::AnimalScore> readScores(const Handle& fit, const char* name) {
    const Handle group = hdf5::openGroup(fit, name);
    const auto animals = hdf5::readTexts(group, "animal");
    const auto trials = hdf5::readArray<std::uint64_t>(group, "trials").values;
    const auto nats = hdf5::readArray<double>(group, "nats_per_trial").values;
    if (trials.size() != animals.size() || nats.size() != animals.size()) {
        reject(QT_TRANSLATE_NOOP("core", "The score lists of a fit differ in length."), name);
    }
    std::vector<fit::AnimalScore> scores;
    for (std::size_t i = 0; i < animals.size(); ++i) {
        scores.push_back({animals[i], trials[i], nats[i]});
    }
    return scores;
}

std::vector<fit::NamedArray> readParameters(const Handle& fit) {
    const Handle group = hdf5::openGroup(fit, "parameters");
    std::vector<fit::NamedArray> parameters;
    for (const std::string& name : hdf5::childNames(group)) {
        auto array = hdf5::readArray<double>(group, name);
        parameters.push_back({hdf5::nameOfLink(name), std::move(array.shape), std::move(array.values)});
    }
    return parameters;
}

std::vector<fit::FitMember> readMembers(const Handle& fit, const std::string& where) {
    std::vector<fit::FitMember> members;
    if (!hdf5::hasChild(fit, kMembers)) {
        return members;
    }
    const Handle group = hdf5::openGroup(fit, kMembers);
    for (const std::string& name : hdf5::childNames(group)) {
        const Handle one = hdf5::openGroup(group, name);
        fit::FitMember member;
        member.seed = hdf5::unsignedAttribute(one, "seed");
        member.status = valueOf(fit::fitStatusFromString(hdf5::textAttribute(one, "status")), where);
        member.epochs = static_cast<int>(hdf5::integerAttribute(one, "epochs"));
        member.trainNatsPerTrial = hdf5::realAttribute(one, "train_nats_per_trial");
        member.heldOutNatsPerTrial = hdf5::realAttribute(one, "heldout_nats_per_trial");
        member.parameters = readParameters(one);
        members.push_back(std::move(member));
    }
    return members;
}

fit::FitResultPtr readFit(const Handle& fits, const std::string& link) {
    const std::string where = "/fits/" + link;
    const Handle group = hdf5::openGroup(fits, link);
    auto fit = std::make_shared<fit::FitResult>();
    fit->id = hdf5::textAttribute(group, "id");
    fit->spec = valueOf(fit::fitSpecFromJson(hdf5::readText(group, "spec")), where + "/spec");
    fit->status = valueOf(fit::fitStatusFromString(hdf5::textAttribute(group, "status")), where);
    fit->epochs = static_cast<int>(hdf5::integerAttribute(group, "epochs"));
    fit->seconds = hdf5::realAttribute(group, "seconds");
    fit->createdUtc = hdf5::textAttribute(group, "created_utc");
    fit->trainNatsPerTrial = hdf5::realAttribute(group, "train_nats_per_trial");
    fit->heldOutNatsPerTrial = hdf5::realAttribute(group, "heldout_nats_per_trial");
    fit->trainCurve = hdf5::readArray<double>(group, "train_curve").values;
    fit->heldOutCurve = hdf5::readArray<double>(group, "heldout_curve").values;
    if (hdf5::hasChild(group, kValidationCurve)) {
        fit->validationCurve = hdf5::readArray<double>(group, kValidationCurve).values;
    }
    fit->parameters = readParameters(group);
    fit->members = readMembers(group, where);
    fit->trainScores = readScores(group, "train_scores");
    fit->heldOutScores = readScores(group, "heldout_scores");
    fit->dataHashes = readPairs(group, "data_hashes", "animal", "hash");
    fit->versions = readPairs(group, "versions", "name", "version");
    return fit;
}

/// Version 2 came with annotations. A bad one costs nothing but itself: trials and fits must open.
void readVersion2(const Handle& file, StudyContents& contents) {
    data::Study& study = contents.study;
    ReadAnnotations read = annotationsFromJson(hdf5::readText(file, kAnnotations));
    contents.notesLost = std::move(read.problems);
    for (const auto& [name, notes] : read.annotations) {
        const data::AnimalPtr animal = study.find(name);
        if (animal == nullptr) {
            contents.notesLost.push_back({ErrorCode::BadFormat,
                {QT_TRANSLATE_NOOP("core", "There is a note about \u201c%1\u201d, which is not there."),
                    {name}},
                "/annotations", {}});
            continue;
        }
        data::AnimalNotes kept = data::fittingNotes(notes, *animal, contents.notesLost);
        if (!kept.isEmpty()) {
            study.annotations[name] = std::move(kept);
        }
    }
}

/// What each version of the layout added to the one before. A file is read from version 1 upwards as far as
/// its own; what came later keeps its default, which means the same as the file did in its time.
struct Addition {
    std::int64_t version;
    void (*read)(const Handle& file, StudyContents& contents);
};
constexpr Addition kAdditions[] = {{2, readVersion2}};

StudyContents readAll(const Handle& file) {
    const std::int64_t version = checkedVersion(file);
    StudyContents contents;
    contents.study.title = hdf5::textAttribute(file, "title");
    contents.study.animals = readAnimals(file);
    const Handle fits = hdf5::openGroup(file, "fits");
    for (const std::string& link : hdf5::childNames(fits)) {
        contents.fits.push_back(readFit(fits, link));
    }
    const Handle comparisons = hdf5::openGroup(file, "comparisons");
    for (const std::string& link : hdf5::childNames(comparisons)) {
        const std::string where = "/comparisons/" + link;
        contents.comparisons.push_back(std::make_shared<fit::Comparison>(
            valueOf(fit::comparisonFromJson(hdf5::readText(comparisons, link)), where)));
    }
    for (const Addition& addition : kAdditions) {
        if (addition.version <= version) {
            addition.read(file, contents);
        }
    }
    return contents;
}

} // namespace

base::Error newerVersionError(std::int64_t version) {
    return {ErrorCode::NewerVersion,
        {QT_TRANSLATE_NOOP(
             "core", "A later Rulescope wrote this study (format %1; this one reads up to %2)."),
            {version, std::int64_t{kStudyFormatVersion}}},
        {}, QT_TRANSLATE_NOOP("core", "Open it with that version; nothing was changed.")};
}

base::Result<StudyContents> readContents(const Handle& file) {
    try {
        return readAll(file);
    } catch (const BadStudy& problem) {
        return tl::make_unexpected(problem.error());
    }
}

} // namespace rulescope::io::study_layout
