// Finds the shortest block whose repetition makes a word, with the Z function.
// Input: one word. Output: the block and how often it is repeated.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

// z[i] is how many letters from i on agree with the beginning of the word.
std::vector<int> z_function(const std::string& word) {
    int n = static_cast<int>(word.size());
    std::vector<int> z(n);
    int left = 0, right = 0;
    for (int i = 1; i < n; ++i) {
        if (i < right) z[i] = std::min(right - i, z[i - left]);
        while (i + z[i] < n && word[z[i]] == word[i + z[i]]) ++z[i];
        if (i + z[i] > right) {
            left = i;
            right = i + z[i];
        }
    }
    return z;
}

int main() {
    std::string word;
    std::cin >> word;
    std::vector<int> z = z_function(word);
    int n = static_cast<int>(word.size());
    int period = n;
    for (int length = 1; length < n; ++length) {
        if (n % length == 0 && length + z[length] == n) {
            period = length;
            break;
        }
    }
    std::cout << word.substr(0, period) << ' ' << n / period << '\n';
}
