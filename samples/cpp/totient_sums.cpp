// Sums Euler's totient up to each asked number, from a linear sieve.
// Input: q, then q numbers up to 1000000. Output: one sum per number.
#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    int q;
    std::cin >> q;
    std::vector<int> queries(q);
    for (int& query : queries) std::cin >> query;
    int limit = *std::max_element(queries.begin(), queries.end());

    std::vector<int> totient(limit + 1), primes;
    std::vector<bool> is_composite(limit + 1);
    if (limit >= 1) totient[1] = 1;
    for (int number = 2; number <= limit; ++number) {
        if (!is_composite[number]) {
            primes.push_back(number);
            totient[number] = number - 1;
        }
        for (int prime : primes) {
            long long product = 1LL * number * prime;
            if (product > limit) break;
            is_composite[product] = true;
            if (number % prime == 0) {
                totient[product] = totient[number] * prime;
                break;
            }
            totient[product] = totient[number] * (prime - 1);
        }
    }

    std::vector<long long> sums(limit + 1);
    for (int number = 1; number <= limit; ++number) sums[number] = sums[number - 1] + totient[number];
    for (int query : queries) std::cout << sums[query] << '\n';
}
