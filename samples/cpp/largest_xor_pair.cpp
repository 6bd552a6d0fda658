// Finds the pair of numbers with the largest exclusive or, using a trie of bits.
// Input: n, then n non-negative integers below 2^30. Output: the largest xor of two of them.
#include <algorithm>
#include <array>
#include <iostream>
#include <vector>

constexpr int kHighestBit = 29;

int main() {
    int n;
    std::cin >> n;
    std::vector<std::array<int, 2>> trie(1);
    int best = 0;
    for (int k = 0; k < n; ++k) {
        int value;
        std::cin >> value;

        int node = 0;
        for (int bit = kHighestBit; bit >= 0; --bit) {
            int digit = value >> bit & 1;
            if (trie[node][digit] == 0) {
                trie[node][digit] = static_cast<int>(trie.size());
                trie.push_back({});
            }
            node = trie[node][digit];
        }

        // Walk towards the opposite digit wherever some number went there.
        int mixed = 0;
        node = 0;
        for (int bit = kHighestBit; bit >= 0; --bit) {
            int wanted = 1 - (value >> bit & 1);
            if (trie[node][wanted] != 0)
                mixed |= 1 << bit;
            else
                wanted = 1 - wanted;
            node = trie[node][wanted];
        }
        best = std::max(best, mixed);
    }
    std::cout << best << '\n';
}
