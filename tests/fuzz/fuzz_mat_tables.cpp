// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/mat_node.h"

#include <fuzzer/FuzzedDataProvider.h>

namespace {

using rulescope::io::MatNode;

const char* const kNames[] = {"choice", "stimulus", "outcome", "RawEvents", "Trial", "States", "Events",
    "Port1In", "Port3In", "Reward", "Punish", "Info", "SessionDate", "subject", "session", "TrialTypes", "x"};

/// A tree as the library may hand it over, with shapes that agree with the values.
MatNode nodeOf(FuzzedDataProvider& bytes, int depth) {
    MatNode node;
    node.name = kNames[bytes.ConsumeIntegralInRange<std::size_t>(0, std::size(kNames) - 1)];
    node.kind = static_cast<MatNode::Kind>(bytes.ConsumeIntegralInRange<int>(0, depth > 5 ? 1 : 4));
    if (node.kind == MatNode::Kind::Struct || node.kind == MatNode::Kind::List) {
        for (int left = bytes.ConsumeIntegralInRange<int>(0, 6); left > 0; --left) {
            node.children.push_back(nodeOf(bytes, depth + 1));
        }
    } else if (node.kind == MatNode::Kind::Numbers) {
        node.rows = bytes.ConsumeIntegralInRange<std::size_t>(0, 12);
        node.columns = bytes.ConsumeIntegralInRange<std::size_t>(0, 12);
        for (std::size_t i = 0; i < node.rows * node.columns; ++i) {
            node.numbers.push_back(bytes.ConsumeIntegral<std::int8_t>());
        }
    } else if (node.kind == MatNode::Kind::Texts) {
        node.rows = bytes.ConsumeIntegralInRange<std::size_t>(1, 12);
        node.columns = 1;
        for (std::size_t i = 0; i < node.rows; ++i) {
            node.texts.push_back(bytes.ConsumeRandomLengthString(12));
        }
    }
    return node;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider bytes(data, size);
    MatNode root = nodeOf(bytes, 0);
    root.kind = MatNode::Kind::Struct;
    (void)rulescope::io::tablesOf(root, "a.mat");
    return 0;
}
