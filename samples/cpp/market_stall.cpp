// Fills a cart from stalls with limited stock: bounded knapsack by binary splitting.
// Input: n capacity, then lines "weight value stock". Output: the largest value.
#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    int n, capacity;
    std::cin >> n >> capacity;
    std::vector<long long> best(capacity + 1);
    while (n-- > 0) {
        long long weight, value, stock;
        std::cin >> weight >> value >> stock;
        // Bundles of 1, 2, 4, ... and a rest make every number of pieces up to the stock.
        for (long long bundle = 1; stock > 0; bundle *= 2) {
            long long pieces = std::min(bundle, stock);
            stock -= pieces;
            long long bundle_weight = pieces * weight;
            long long bundle_value = pieces * value;
            for (long long room = capacity; room >= bundle_weight; --room)
                best[room] = std::max(best[room], best[room - bundle_weight] + bundle_value);
        }
    }
    std::cout << best[capacity] << '\n';
}
