// Answers range maximum and range gcd queries in constant time from a sparse table.
// Input: n q, n positive integers, then q lines "l r" (1-based). Output: maximum and gcd.
#include <algorithm>
#include <iostream>
#include <numeric>
#include <vector>

using Table = std::vector<std::vector<long long>>;

template <typename Join>
Table build(const std::vector<long long>& values, Join join) {
    Table table{values};
    for (std::size_t width = 1; 2 * width <= values.size(); width *= 2) {
        const auto& below = table.back();
        std::vector<long long> row(values.size() - 2 * width + 1);
        for (std::size_t start = 0; start < row.size(); ++start)
            row[start] = join(below[start], below[start + width]);
        table.push_back(row);
    }
    return table;
}

int main() {
    int n, q;
    std::cin >> n >> q;
    std::vector<long long> values(n);
    for (auto& value : values) std::cin >> value;
    auto larger = [](long long a, long long b) { return std::max(a, b); };
    auto divisor = [](long long a, long long b) { return std::gcd(a, b); };
    Table maxima = build(values, larger), divisors = build(values, divisor);
    while (q-- > 0) {
        int left, right;
        std::cin >> left >> right;
        --left;
        // Two overlapping blocks of a power of two cover the range.
        int level = 31 - __builtin_clz(right - left);
        int second = right - (1 << level);
        std::cout << larger(maxima[level][left], maxima[level][second]) << ' '
                  << divisor(divisors[level][left], divisors[level][second]) << '\n';
    }
}
