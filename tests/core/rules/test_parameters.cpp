// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/parameters.h"

#include <gmock/gmock.h>

namespace rulescope::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kWeights = {"bias", "stimulus"};

base::Result<std::vector<double>> parse(const char* rule, const std::string& text) {
    return parseParameters(**findRule(rule), kWeights, text);
}

std::string sentenceOf(const char* rule, const std::string& text) {
    const base::Result<std::vector<double>> parameters = parse(rule, text);
    EXPECT_FALSE(parameters.has_value()) << text;
    return parameters ? "" : base::english(parameters.error());
}

TEST(Parameters, AreNamedByGroupAndWeight) {
    EXPECT_THAT(parameterNames(**findRule("reinforce"), kWeights), ElementsAre("alpha"));
    EXPECT_THAT(parameterNames(**findRule("reinforce-baseline"), kWeights),
        ElementsAre("alpha.bias", "alpha.stimulus", "offset.bias", "offset.stimulus"));
    EXPECT_TRUE(parameterNames(**findRule("dnn"), kWeights).empty());
}

TEST(Parameters, SetAWholeGroupOrOneWeight) {
    EXPECT_THAT(*parse("reinforce", "alpha=0.03125"), ElementsAre(0.03125));
    EXPECT_THAT(*parse("reinforce-baseline", "alpha=0.5,offset=-1e-3"), ElementsAre(0.5, 0.5, -1e-3, -1e-3));
    EXPECT_THAT(*parse("reinforce-baseline", " alpha.stimulus = .25 , alpha = +1, offset=0,"),
        ElementsAre(1, 0.25, 0, 0));
    EXPECT_THAT(*parse("none", "weight.bias=1,weight.stimulus=2"), ElementsAre(1, 2));
}

TEST(Parameters, AcceptColumnNamesWithPunctuation) {
    const std::vector<std::string> weights = {"column:a=b.c"};
    EXPECT_THAT(*parseParameters(**findRule("reinforce-per-weight"), weights, "alpha.column:a=b.c=2"),
        ElementsAre(2));
}

TEST(Parameters, SayWhatIsWrong) {
    EXPECT_THAT(sentenceOf("reinforce-baseline", "alpha=1"), HasSubstr("\"offset.bias\" is not given"));
    EXPECT_THAT(sentenceOf("reinforce", ""), HasSubstr("\"alpha\" is not given"));
    EXPECT_THAT(sentenceOf("reinforce", "alpha=1,alpha=2"), HasSubstr("twice"));
    EXPECT_THAT(sentenceOf("reinforce", "alpha.stimulus=1"), HasSubstr("no parameter \"alpha.stimulus\""));
    EXPECT_THAT(sentenceOf("reinforce", "beta=1"), HasSubstr("It has alpha."));
    EXPECT_THAT(
        sentenceOf("reinforce-nonnegative", "alpha=-1,offset=0"), HasSubstr("outside what the rule allows"));
    EXPECT_THAT(sentenceOf("rnn", "alpha=1"), HasSubstr("no parameters to set by hand"));
    for (const char* text :
        {"alpha", "alpha=", "=1", "alpha=one", "alpha=1x", "alpha=nan", "alpha=inf", "alpha=0,5"}) {
        sentenceOf("reinforce", text);
    }
}

} // namespace
} // namespace rulescope::rules
