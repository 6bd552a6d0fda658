// Counts the longest increasing subsequences, with a DP over positions.
// Input: n, then n integers. Output: the length and the count modulo 1000000007.
#include <algorithm>
#include <iostream>
#include <vector>

constexpr long long kModulus = 1'000'000'007;

int main() {
    int n;
    std::cin >> n;
    std::vector<long long> values(n);
    for (auto& value : values) std::cin >> value;

    std::vector<int> length(n, 1);
    std::vector<long long> count(n, 1);
    for (int end = 0; end < n; ++end) {
        for (int before = 0; before < end; ++before) {
            if (values[before] >= values[end]) continue;
            if (length[before] + 1 > length[end]) {
                length[end] = length[before] + 1;
                count[end] = count[before];
            } else if (length[before] + 1 == length[end]) {
                count[end] = (count[end] + count[before]) % kModulus;
            }
        }
    }

    int longest = *std::max_element(length.begin(), length.end());
    long long total = 0;
    for (int end = 0; end < n; ++end)
        if (length[end] == longest) total += count[end];
    std::cout << longest << ' ' << total % kModulus << '\n';
}
