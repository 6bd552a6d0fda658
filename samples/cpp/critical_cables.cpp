// Finds the bridges of a network: cables whose loss disconnects it.
// Input: n m, then m cables "a b". Output: their number, then the cable numbers in order.
#include <algorithm>
#include <iostream>
#include <utility>
#include <vector>

struct Network {
    std::vector<std::vector<std::pair<int, int>>> cables;  // neighbour, cable number
    std::vector<int> entered, lowest, bridges;
    int clock = 0;

    explicit Network(int n) : cables(n + 1), entered(n + 1), lowest(n + 1) {}

    void explore(int node, int arrival) {
        entered[node] = lowest[node] = ++clock;
        for (auto [next, cable] : cables[node]) {
            if (cable == arrival) continue;
            if (entered[next]) {
                lowest[node] = std::min(lowest[node], entered[next]);
                continue;
            }
            explore(next, cable);
            lowest[node] = std::min(lowest[node], lowest[next]);
            if (lowest[next] > entered[node]) bridges.push_back(cable);
        }
    }
};

int main() {
    int n, m;
    std::cin >> n >> m;
    Network network(n);
    for (int cable = 1; cable <= m; ++cable) {
        int a, b;
        std::cin >> a >> b;
        network.cables[a].push_back({b, cable});
        network.cables[b].push_back({a, cable});
    }
    for (int node = 1; node <= n; ++node)
        if (!network.entered[node]) network.explore(node, 0);

    std::sort(network.bridges.begin(), network.bridges.end());
    std::cout << network.bridges.size() << '\n';
    for (int cable : network.bridges) std::cout << cable << ' ';
    std::cout << '\n';
}
