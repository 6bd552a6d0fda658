// Answers range minimum queries under point updates with an iterative segment tree.
// Input: n q, n integers, then "set i x" or "min l r" (1-based). Output: each minimum.
#include <algorithm>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

struct SegmentTree {
    int leaves;
    std::vector<long long> nodes;

    explicit SegmentTree(const std::vector<long long>& values)
        : leaves(static_cast<int>(values.size())), nodes(2 * values.size()) {
        std::copy(values.begin(), values.end(), nodes.begin() + leaves);
        for (int node = leaves - 1; node > 0; --node)
            nodes[node] = std::min(nodes[2 * node], nodes[2 * node + 1]);
    }

    void set(int index, long long value) {
        int node = index + leaves;
        nodes[node] = value;
        for (node /= 2; node > 0; node /= 2)
            nodes[node] = std::min(nodes[2 * node], nodes[2 * node + 1]);
    }

    long long minimum(int left, int right) const {
        long long result = std::numeric_limits<long long>::max();
        for (left += leaves, right += leaves + 1; left < right; left /= 2, right /= 2) {
            if (left % 2 == 1) result = std::min(result, nodes[left++]);
            if (right % 2 == 1) result = std::min(result, nodes[--right]);
        }
        return result;
    }
};

int main() {
    int n, q;
    std::cin >> n >> q;
    std::vector<long long> values(n);
    for (auto& value : values) std::cin >> value;
    SegmentTree tree(values);
    while (q-- > 0) {
        std::string word;
        long long first, second;
        std::cin >> word >> first >> second;
        if (word == "set")
            tree.set(static_cast<int>(first) - 1, second);
        else
            std::cout << tree.minimum(static_cast<int>(first) - 1, static_cast<int>(second) - 1) << '\n';
    }
}
