// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/arch/house_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <regex>
#include <string_view>

namespace rulescope::arch {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& entry) {
    return std::find(list.begin(), list.end(), entry) != list.end();
}

/// Like contains, but an entry that ends with '/' stands for everything in that folder.
bool covers(const std::vector<std::string>& list, const std::string& path) {
    return std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
        return entry.ends_with('/') ? path.starts_with(entry) : path == entry;
    });
}

template<std::size_t N>
bool startsWithAny(std::string_view text, const std::array<std::string_view, N>& prefixes) {
    return std::any_of(
        prefixes.begin(), prefixes.end(), [&](std::string_view p) { return text.starts_with(p); });
}

bool isQt(const std::string& target) {
    if (target.starts_with("Qt") || target.starts_with("qt") || target == "qglobal.h") {
        return true;
    }
    const bool isClass =
        target.size() > 1 && target[0] == 'Q' && std::isupper(static_cast<unsigned char>(target[1]));
    return isClass || target.find("qcustomplot") != std::string::npos;
}

bool isTorch(const std::string& target) {
    return startsWithAny(target, std::array<std::string_view, 4>{"torch/", "ATen/", "c10/", "caffe2/"});
}

bool isHdf5(const std::string& target) {
    return startsWithAny(
        target, std::array<std::string_view, 5>{"hdf5", "H5", "highfive/", "matio", "hdf5/"});
}

/// Libraries that core uses in its sources only.
bool isSourceOnlyLibrary(const std::string& target) {
    return startsWithAny(
        target, std::array<std::string_view, 13>{"fmt/", "nlohmann/", "boost/", "nlopt", "hwy/", "spdlog/",
                    "zlib", "zstd", "snappy", "cblas", "CLI/", "arrow/", "parquet/"});
}

bool isProjectRooted(const std::string& target) {
    return startsWithAny(target, std::array<std::string_view, 4>{"core/", "widgets/", "app/", "tests/"});
}

using Judge = std::function<std::string(const SourceFile&, const Include&)>;

/// Every include for which `judge` has a complaint.
std::vector<Breach> judgeIncludes(const SourceTree& tree, const Judge& judge) {
    std::vector<Breach> breaches;
    for (const SourceFile& file : tree.files) {
        for (const Include& include : file.includes) {
            std::string complaint = judge(file, include);
            if (!complaint.empty()) {
                breaches.push_back({file.path, include.line, std::move(complaint)});
            }
        }
    }
    return breaches;
}

int lineOf(const std::string& text, std::size_t position) {
    return 1 + static_cast<int>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

} // namespace

std::ostream& operator<<(std::ostream& out, const Breach& breach) {
    return out << breach.path << ':' << breach.line << ": " << breach.what;
}

std::vector<Breach> qtBreaches(const SourceTree& tree) {
    return judgeIncludes(tree, [](const SourceFile& file, const Include& include) -> std::string {
        const bool isQtFree = file.isIn("core") || file.isIn("app/cli") || file.isIn("tests/core");
        return isQtFree && isQt(include.target) ? "Qt (" + include.target + ") below the window" : "";
    });
}

std::vector<Breach> libraryBreaches(const SourceTree& tree, const Allowances& allowed) {
    return judgeIncludes(tree, [&](const SourceFile& file, const Include& include) -> std::string {
        if (file.isIn("tests")) {
            return "";
        }
        // A header that has the library inside brings it along.
        if ((isTorch(include.target) || contains(allowed.torch, include.target)) &&
            !contains(allowed.torch, file.path)) {
            return "LibTorch (" + include.target + ") outside the allowed sources";
        }
        if ((isHdf5(include.target) || contains(allowed.hdf5, include.target)) &&
            !contains(allowed.hdf5, file.path)) {
            return "HDF5 (" + include.target + ") outside the allowed sources";
        }
        const auto isPrivate = [&](const std::string& path) {
            return contains(allowed.privateHeaders, path) || contains(allowed.torch, path) ||
                   contains(allowed.hdf5, path);
        };
        const bool isPublicHeader = file.isIn("core") && file.isHeader() && !isPrivate(file.path);
        if (isPublicHeader && isSourceOnlyLibrary(include.target)) {
            return include.target + " in a public header of core";
        }
        if (isPrivate(include.target) && (!file.isIn("core") || isPublicHeader)) {
            return "private header " + include.target + " outside core's sources";
        }
        return "";
    });
}

std::vector<Breach> plotBreaches(const SourceTree& tree, const Allowances& allowed) {
    return judgeIncludes(tree, [&](const SourceFile& file, const Include& include) -> std::string {
        const bool isPlot = include.target.find("qcustomplot") != std::string::npos ||
                            covers(allowed.plotHeaders, include.target);
        const bool mayUse = file.isIn("tests/widgets") || (file.isIn("widgets/plots") && !file.isHeader()) ||
                            covers(allowed.plotHeaders, file.path);
        return isPlot && !mayUse ? "QCustomPlot (" + include.target + ") outside the sources of widgets/plots"
                                 : "";
    });
}

std::vector<Breach> directionBreaches(const SourceTree& tree) {
    struct Floor {
        const char* folder;
        std::vector<std::string> uses;
    };
    static const std::vector<Floor> floors = {{"core", {"core/"}}, {"widgets", {"core/", "widgets/"}},
        {"app/cli", {"core/", "app/cli/"}}, {"app/desktop", {"core/", "widgets/", "app/desktop/"}}};
    return judgeIncludes(tree, [](const SourceFile& file, const Include& include) -> std::string {
        const bool isGenerated = include.target.ends_with(".moc") || include.target.starts_with("moc_");
        if (!include.isQuoted || isGenerated || include.target == "qcustomplot.h") {
            return "";
        }
        const bool isSibling = file.isIn("tests") && include.target.find('/') == std::string::npos;
        if (!isProjectRooted(include.target) && !isSibling) {
            return '"' + include.target + "\" is not written from the project's root";
        }
        for (const Floor& floor : floors) {
            const bool isUsable = std::any_of(floor.uses.begin(), floor.uses.end(),
                [&](const std::string& prefix) { return include.target.starts_with(prefix); });
            if (file.isIn(floor.folder) && !isUsable) {
                return std::string(floor.folder) + " must not use " + include.target;
            }
        }
        return "";
    });
}

std::vector<Breach> ruleNameBreaches(const SourceTree& tree, const std::vector<std::string>& allowed) {
    static const std::regex definition("rule\\.name = (\"[a-z-]+\");");
    std::vector<std::string> names;
    for (const SourceFile& file : tree.files) {
        std::smatch match;
        if (file.isIn("core/rules") && std::regex_search(file.text, match, definition) &&
            match[1] != "\"none\"") {
            names.push_back(match[1]);
        }
    }
    std::vector<Breach> breaches;
    for (const SourceFile& file : tree.files) {
        if (file.isIn("core/rules") || file.isIn("tests") || contains(allowed, file.path)) {
            continue;
        }
        for (const std::string& name : names) {
            if (const std::size_t at = file.text.find(name); at != std::string::npos) {
                breaches.push_back({file.path, lineOf(file.text, at), "names the rule " + name});
            }
        }
    }
    return breaches;
}

std::vector<Breach> topLevelBreaches(const SourceTree& tree) {
    static const std::vector<std::string> allowed = {"CMakeLists.txt", "CMakePresets.json", "README.md",
        "LICENSE", "app", "core", "widgets", "resources", "translations", "tests", "packaging",
        // A developer's own, ignored by git:
        "CMakeUserPresets.json", "compile_commands.json", "rulescope-report"};
    std::vector<Breach> breaches;
    for (const std::string& name : tree.topLevel) {
        if (!name.starts_with('.') && !name.starts_with("build") && !contains(allowed, name)) {
            breaches.push_back({name, 0, "not one of the agreed top-level entries"});
        }
    }
    return breaches;
}

std::vector<Breach> fileBreaches(const SourceTree& tree) {
    static const std::string licence = "// SPDX-License-Identifier: GPL-3.0-or-later\n";
    // Spelt in two parts so that this file keeps its own rule.
    static const std::vector<std::string> unfinished = {std::string("TO") + "DO", std::string("FIX") + "ME"};
    std::vector<Breach> breaches;
    for (const SourceFile& file : tree.files) {
        if (!file.text.starts_with(licence)) {
            breaches.push_back({file.path, 1, "no licence line"});
        }
        if (file.isHeader() && file.text.find("#pragma once") == std::string::npos) {
            breaches.push_back({file.path, 0, "no #pragma once"});
        }
        for (const std::string& word : unfinished) {
            const std::size_t at = file.text.find(word);
            if (at != std::string::npos) {
                breaches.push_back({file.path, lineOf(file.text, at), "left unfinished: " + word});
            }
        }
    }
    return breaches;
}

} // namespace rulescope::arch
