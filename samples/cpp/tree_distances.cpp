// Answers distances in a tree by depths and lowest common ancestors.
// Input: n q, n-1 edges, q pairs. Output: the number of edges between each pair.
#include <iostream>
#include <utility>
#include <vector>

constexpr int kLevels = 18;

int main() {
    int n, q;
    std::cin >> n >> q;
    std::vector<std::vector<int>> tree(n + 1);
    for (int edge = 1; edge < n; ++edge) {
        int a, b;
        std::cin >> a >> b;
        tree[a].push_back(b);
        tree[b].push_back(a);
    }

    std::vector<int> depth(n + 1), order{1};
    std::vector<std::vector<int>> up(kLevels, std::vector<int>(n + 1, 1));
    for (std::size_t k = 0; k < order.size(); ++k) {
        int node = order[k];
        for (int child : tree[node]) {
            if (child == up[0][node]) continue;
            up[0][child] = node;
            depth[child] = depth[node] + 1;
            order.push_back(child);
        }
    }
    for (int level = 1; level < kLevels; ++level)
        for (int node = 1; node <= n; ++node) up[level][node] = up[level - 1][up[level - 1][node]];

    while (q-- > 0) {
        int a, b;
        std::cin >> a >> b;
        int depths = depth[a] + depth[b];
        if (depth[a] < depth[b]) std::swap(a, b);
        for (int level = kLevels - 1; level >= 0; --level)
            if (depth[a] - (1 << level) >= depth[b]) a = up[level][a];
        for (int level = kLevels - 1; level >= 0; --level)
            if (up[level][a] != up[level][b]) a = up[level][a], b = up[level][b];
        int ancestor = a == b ? a : up[0][a];
        std::cout << depths - 2 * depth[ancestor] << '\n';
    }
}
