// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/edits.h"

#include <algorithm>

namespace rulescope::desktop {

namespace {

template<class Pointer>
std::vector<std::string> idsOf(const std::vector<Pointer>& items) {
    std::vector<std::string> ids;
    for (const Pointer& item : items) {
        ids.push_back(item->id);
    }
    return ids;
}

template<class Value, class Pointer>
Pointer withFreeId(const Value& value, const std::string& stem, const std::vector<Pointer>& items) {
    const std::vector<std::string> taken = idsOf(items);
    auto copy = std::make_shared<Value>(value);
    if (copy->id.empty() || std::find(taken.begin(), taken.end(), copy->id) != taken.end()) {
        copy->id = freeId(stem, taken);
    }
    return copy;
}

} // namespace

base::Result<io::StudyContents> withArtificialAnimals(
    const io::StudyContents& contents, const std::vector<data::AnimalPtr>& animals) {
    io::StudyContents result = contents;
    for (const data::AnimalPtr& animal : animals) {
        std::string name = animal->name();
        for (int number = 2; result.study.find(name) != nullptr; ++number) {
            name = animal->name() + " (" + std::to_string(number) + ")";
        }
        data::Animal::Content content = animal->content();
        content.name = name;
        auto named = data::Animal::create(std::move(content));
        if (!named) {
            return tl::make_unexpected(named.error());
        }
        result.study.animals.push_back(std::move(*named));
    }
    return result;
}

io::StudyContents withoutAnimals(const io::StudyContents& contents, const std::vector<std::string>& names) {
    io::StudyContents result = contents;
    std::erase_if(result.study.animals, [&names](const data::AnimalPtr& animal) {
        return std::find(names.begin(), names.end(), animal->name()) != names.end();
    });
    for (const std::string& name : names) {
        result.study.annotations.erase(name);
    }
    return result;
}

io::StudyContents withNotes(const io::StudyContents& contents, const data::Annotations& notes) {
    io::StudyContents result = contents;
    for (const auto& [animal, said] : notes) {
        if (said.isEmpty()) {
            result.study.annotations.erase(animal);
        } else {
            result.study.annotations[animal] = said;
        }
    }
    return result;
}

io::StudyContents withFit(const io::StudyContents& contents, const fit::FitResult& fit) {
    io::StudyContents result = contents;
    result.fits.push_back(withFreeId(fit, fit.spec.rule, contents.fits));
    return result;
}

io::StudyContents withComparison(const io::StudyContents& contents, const fit::Comparison& comparison) {
    io::StudyContents result = contents;
    result.comparisons.push_back(withFreeId(comparison, "comparison", contents.comparisons));
    return result;
}

io::StudyContents withoutFit(const io::StudyContents& contents, const std::string& id) {
    io::StudyContents result = contents;
    std::erase_if(result.fits, [&id](const fit::FitResultPtr& fit) { return fit->id == id; });
    return result;
}

io::StudyContents withoutComparison(const io::StudyContents& contents, const std::string& id) {
    io::StudyContents result = contents;
    std::erase_if(
        result.comparisons, [&id](const fit::ComparisonPtr& comparison) { return comparison->id == id; });
    return result;
}

io::StudyContents withTitle(const io::StudyContents& contents, const std::string& title) {
    io::StudyContents result = contents;
    result.study.title = title;
    return result;
}

std::string freeId(const std::string& stem, const std::vector<std::string>& taken) {
    for (int number = 1;; ++number) {
        std::string id = stem + "-" + std::to_string(number);
        if (std::find(taken.begin(), taken.end(), id) == taken.end()) {
            return id;
        }
    }
}

} // namespace rulescope::desktop
