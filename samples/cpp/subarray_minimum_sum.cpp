// Sums the minimum of every contiguous subarray with monotone stacks.
// Input: n, then n integers. Output: the sum modulo 1000000007.
#include <iostream>
#include <vector>

constexpr long long kModulus = 1'000'000'007;

int main() {
    int n;
    std::cin >> n;
    std::vector<long long> values(n);
    for (auto& value : values) std::cin >> value;

    // Each value is the minimum of the subarrays between its smaller neighbours; of equal
    // values the leftmost one counts.
    std::vector<int> left(n, -1), right(n, n), stack;
    for (int index = 0; index < n; ++index) {
        while (!stack.empty() && values[stack.back()] > values[index]) {
            right[stack.back()] = index;
            stack.pop_back();
        }
        if (!stack.empty()) left[index] = stack.back();
        stack.push_back(index);
    }

    long long total = 0;
    for (int index = 0; index < n; ++index) {
        long long spans = 1LL * (index - left[index]) * (right[index] - index) % kModulus;
        total = (total + spans * (values[index] % kModulus)) % kModulus;
    }
    std::cout << (total + kModulus) % kModulus << '\n';
}
