// For each number, counts how many earlier ones are smaller, with coordinate compression
// and a Fenwick tree. Input: n, then n integers. Output: n counts, then their sum.
#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<long long> values(n);
    for (auto& value : values) std::cin >> value;

    std::vector<long long> distinct(values);
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());

    std::vector<int> tree(distinct.size() + 1);
    long long total = 0;
    for (long long value : values) {
        int rank = static_cast<int>(
            std::lower_bound(distinct.begin(), distinct.end(), value) - distinct.begin());
        int smaller = 0;
        for (int index = rank; index > 0; index -= index & -index) smaller += tree[index];
        for (int index = rank + 1; index < static_cast<int>(tree.size()); index += index & -index)
            ++tree[index];
        std::cout << smaller << ' ';
        total += smaller;
    }
    std::cout << '\n' << total << '\n';
}
