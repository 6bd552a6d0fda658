// Counts strongly connected components of a directed graph (Kosaraju's two passes).
// Input: n m, then m lines "from to". Output: the number of components, the largest size.
#include <algorithm>
#include <iostream>
#include <vector>

using Graph = std::vector<std::vector<int>>;

void finish_order(const Graph& links, int page, std::vector<bool>& seen, std::vector<int>& order) {
    seen[page] = true;
    for (int next : links[page])
        if (!seen[next]) finish_order(links, next, seen, order);
    order.push_back(page);
}

int component_size(const Graph& reversed, int page, std::vector<bool>& seen) {
    seen[page] = true;
    int size = 1;
    for (int next : reversed[page])
        if (!seen[next]) size += component_size(reversed, next, seen);
    return size;
}

int main() {
    int n, m;
    std::cin >> n >> m;
    Graph links(n + 1), reversed(n + 1);
    while (m-- > 0) {
        int from, to;
        std::cin >> from >> to;
        links[from].push_back(to);
        reversed[to].push_back(from);
    }

    std::vector<bool> seen(n + 1);
    std::vector<int> order;
    for (int page = 1; page <= n; ++page)
        if (!seen[page]) finish_order(links, page, seen, order);

    std::fill(seen.begin(), seen.end(), false);
    int components = 0, largest = 0;
    for (auto page = order.rbegin(); page != order.rend(); ++page) {
        if (seen[*page]) continue;
        ++components;
        largest = std::max(largest, component_size(reversed, *page, seen));
    }
    std::cout << components << ' ' << largest << '\n';
}
