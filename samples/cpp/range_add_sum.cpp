// Adds to ranges and sums ranges with a lazy segment tree.
// Input: n q, then "add l r x" or "sum l r" (1-based) on an array of zeros. Output: each sum.
#include <iostream>
#include <string>
#include <vector>

struct LazyTree {
    int size;
    std::vector<long long> sum, pending;

    explicit LazyTree(int n) : size(n), sum(4 * n), pending(4 * n) {}

    void apply(int node, int length, long long amount) {
        sum[node] += amount * length;
        pending[node] += amount;
    }

    void push(int node, int low, int high) {
        int middle = (low + high) / 2;
        apply(2 * node, middle - low + 1, pending[node]);
        apply(2 * node + 1, high - middle, pending[node]);
        pending[node] = 0;
    }

    // Adds `amount` on [left, right] and returns the sum there; an amount of 0 only asks.
    long long visit(int node, int low, int high, int left, int right, long long amount) {
        if (right < low || high < left) return 0;
        if (left <= low && high <= right) {
            apply(node, high - low + 1, amount);
            return sum[node];
        }
        push(node, low, high);
        int middle = (low + high) / 2;
        long long total = visit(2 * node, low, middle, left, right, amount) +
                          visit(2 * node + 1, middle + 1, high, left, right, amount);
        sum[node] = sum[2 * node] + sum[2 * node + 1];
        return total;
    }
};

int main() {
    int n, q;
    std::cin >> n >> q;
    LazyTree tree(n);
    while (q-- > 0) {
        std::string word;
        int left, right;
        long long amount = 0;
        std::cin >> word >> left >> right;
        if (word == "add") std::cin >> amount;
        long long total = tree.visit(1, 1, n, left, right, amount);
        if (word == "sum") std::cout << total << '\n';
    }
}
