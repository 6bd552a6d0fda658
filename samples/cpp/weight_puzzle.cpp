// Keeps weight differences in a union find structure and spots contradictions.
// Input: n q, then "is a b d" (a is d heavier than b) or "ask a b".
// Output: "conflict" for an impossible statement; the difference or "unknown" for a question.
#include <iostream>
#include <string>
#include <utility>
#include <vector>

struct Scales {
    std::vector<int> parent;
    std::vector<long long> above;  // weight of the node minus that of its parent

    explicit Scales(int n) : parent(n + 1), above(n + 1) {
        for (int node = 0; node <= n; ++node) parent[node] = node;
    }

    std::pair<int, long long> find(int node) {
        if (parent[node] == node) return {node, 0};
        auto [root, rest] = find(parent[node]);
        above[node] += rest;
        parent[node] = root;
        return {root, above[node]};
    }
};

int main() {
    int n, q;
    std::cin >> n >> q;
    Scales scales(n);
    while (q-- > 0) {
        std::string word;
        int a, b;
        long long difference = 0;
        std::cin >> word >> a >> b;
        if (word == "is") std::cin >> difference;
        auto [root_a, over_a] = scales.find(a);
        auto [root_b, over_b] = scales.find(b);
        if (word == "ask") {
            if (root_a == root_b)
                std::cout << over_a - over_b << '\n';
            else
                std::cout << "unknown\n";
        } else if (root_a != root_b) {
            scales.parent[root_a] = root_b;
            scales.above[root_a] = difference + over_b - over_a;
        } else if (over_a - over_b != difference) {
            std::cout << "conflict\n";
        }
    }
}
