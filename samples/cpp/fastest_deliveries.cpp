// Finds how many fastest ways lead to each place: Dijkstra that also counts paths.
// Input: n m, then one-way lines "a b minutes". Output per place: minutes and ways, or "-1 0".
#include <functional>
#include <iostream>
#include <queue>
#include <utility>
#include <vector>

constexpr long long kModulus = 1'000'000'007;

int main() {
    int n, m;
    std::cin >> n >> m;
    std::vector<std::vector<std::pair<int, long long>>> roads(n + 1);
    for (int road = 0; road < m; ++road) {
        int from, to;
        long long minutes;
        std::cin >> from >> to >> minutes;
        roads[from].push_back({to, minutes});
    }

    std::vector<long long> time(n + 1, -1), ways(n + 1);
    using Entry = std::pair<long long, int>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    time[1] = 0;
    ways[1] = 1;
    queue.push({0, 1});
    while (!queue.empty()) {
        auto [spent, place] = queue.top();
        queue.pop();
        if (spent != time[place]) continue;
        for (auto [next, minutes] : roads[place]) {
            long long total = spent + minutes;
            if (time[next] < 0 || total < time[next]) {
                time[next] = total;
                ways[next] = ways[place];
                queue.push({total, next});
            } else if (total == time[next]) {
                ways[next] = (ways[next] + ways[place]) % kModulus;
            }
        }
    }
    for (int place = 1; place <= n; ++place) std::cout << time[place] << ' ' << ways[place] << '\n';
}
