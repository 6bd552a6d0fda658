// Finds the longest palindrome in linear time (Manacher's algorithm).
// Input: one word. Output: its length and the first longest palindrome.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::string word;
    std::cin >> word;

    // Separators between letters turn even palindromes into odd ones.
    std::string spread = "|";
    for (char letter : word) {
        spread += letter;
        spread += '|';
    }

    int n = static_cast<int>(spread.size());
    std::vector<int> radius(n);
    int centre = 0, reach = 0;
    for (int i = 0; i < n; ++i) {
        if (i < reach) radius[i] = std::min(reach - i, radius[2 * centre - i]);
        while (i - radius[i] - 1 >= 0 && i + radius[i] + 1 < n &&
               spread[i - radius[i] - 1] == spread[i + radius[i] + 1])
            ++radius[i];
        if (i + radius[i] > reach) {
            centre = i;
            reach = i + radius[i];
        }
    }

    int best = static_cast<int>(std::max_element(radius.begin(), radius.end()) - radius.begin());
    int length = radius[best];
    std::cout << length << ' ' << word.substr((best - length) / 2, length) << '\n';
}
