// Finds the rectangle with the largest sum in a grid: Kadane's pass per pair of rows.
// Input: rows columns, then the grid. Output: the sum.
#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    int rows, columns;
    std::cin >> rows >> columns;
    std::vector<std::vector<long long>> grid(rows, std::vector<long long>(columns));
    for (auto& row : grid)
        for (auto& cell : row) std::cin >> cell;

    long long best = grid[0][0];
    for (int top = 0; top < rows; ++top) {
        std::vector<long long> strip(columns);
        for (int bottom = top; bottom < rows; ++bottom) {
            long long current = 0;
            for (int column = 0; column < columns; ++column) {
                strip[column] += grid[bottom][column];
                current = std::max(current, 0LL) + strip[column];
                best = std::max(best, current);
            }
        }
    }
    std::cout << best << '\n';
}
