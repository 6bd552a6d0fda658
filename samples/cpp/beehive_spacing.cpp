// Places hives on a line so that the least gap is as wide as possible:
// binary search on the answer. Input: n hives, then n positions. Output: the gap.
#include <algorithm>
#include <iostream>
#include <vector>

bool fits(const std::vector<long long>& places, int hives, long long gap) {
    int placed = 1;
    long long last = places.front();
    for (long long place : places) {
        if (place - last >= gap) {
            ++placed;
            last = place;
        }
    }
    return placed >= hives;
}

int main() {
    int n, hives;
    std::cin >> n >> hives;
    std::vector<long long> places(n);
    for (auto& place : places) std::cin >> place;
    std::sort(places.begin(), places.end());

    long long low = 0, high = places.back() - places.front();
    while (low < high) {
        long long gap = (low + high + 1) / 2;
        if (fits(places, hives, gap))
            low = gap;
        else
            high = gap - 1;
    }
    std::cout << low << '\n';
}
