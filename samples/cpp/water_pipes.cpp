// Finds the largest flow from node 1 to node n by shortest augmenting paths (Edmonds-Karp).
// Input: n m, then one-way lines "a b capacity". Output: the flow.
#include <algorithm>
#include <iostream>
#include <limits>
#include <queue>
#include <vector>

int main() {
    int n, m;
    std::cin >> n >> m;
    std::vector<std::vector<long long>> spare(n + 1, std::vector<long long>(n + 1));
    while (m-- > 0) {
        int a, b;
        long long capacity;
        std::cin >> a >> b >> capacity;
        spare[a][b] += capacity;
    }

    long long flow = 0;
    while (true) {
        std::vector<int> previous(n + 1);
        std::queue<int> queue;
        queue.push(1);
        previous[1] = 1;
        while (!queue.empty() && previous[n] == 0) {
            int node = queue.front();
            queue.pop();
            for (int next = 1; next <= n; ++next) {
                if (previous[next] == 0 && spare[node][next] > 0) {
                    previous[next] = node;
                    queue.push(next);
                }
            }
        }
        if (previous[n] == 0) break;

        long long narrowest = std::numeric_limits<long long>::max();
        for (int node = n; node != 1; node = previous[node])
            narrowest = std::min(narrowest, spare[previous[node]][node]);
        for (int node = n; node != 1; node = previous[node]) {
            spare[previous[node]][node] -= narrowest;
            spare[node][previous[node]] += narrowest;
        }
        flow += narrowest;
    }
    std::cout << flow << '\n';
}
