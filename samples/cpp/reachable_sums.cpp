// Lists how near two halves of a load can be: subset sums in a bit set.
// Input: n, then n weights with a total of at most 100000. Output: the least difference
// between two parts and the number of reachable sums.
#include <bitset>
#include <iostream>

constexpr int kLimit = 100'001;

int main() {
    int n;
    std::cin >> n;
    std::bitset<kLimit> reachable;
    reachable[0] = true;
    int total = 0;
    for (int k = 0; k < n; ++k) {
        int weight;
        std::cin >> weight;
        reachable |= reachable << weight;
        total += weight;
    }

    int half = total / 2;
    while (!reachable[half]) --half;
    std::cout << total - 2 * half << ' ' << reachable.count() << '\n';
}
