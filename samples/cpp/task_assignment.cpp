// Assigns one task to each worker at least total cost: a DP over sets of tasks.
// Input: n (at most 18), then an n x n cost matrix (worker by task). Output: the cost.
#include <algorithm>
#include <iostream>
#include <limits>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<std::vector<long long>> cost(n, std::vector<long long>(n));
    for (auto& row : cost)
        for (auto& value : row) std::cin >> value;

    const long long infinite = std::numeric_limits<long long>::max();
    std::vector<long long> best(1u << n, infinite);
    best[0] = 0;
    for (unsigned taken = 0; taken + 1 < (1u << n); ++taken) {
        // The workers are served in order, so their number is the number of tasks taken.
        int worker = __builtin_popcount(taken);
        for (int task = 0; task < n; ++task) {
            if (taken >> task & 1u) continue;
            unsigned extended = taken | (1u << task);
            best[extended] = std::min(best[extended], best[taken] + cost[worker][task]);
        }
    }
    std::cout << best.back() << '\n';
}
