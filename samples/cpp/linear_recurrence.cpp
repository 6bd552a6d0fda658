// Computes a term of the recurrence f(k) = a*f(k-1) + b*f(k-2) by matrix exponentiation.
// Input: a b f(0) f(1) k. Output: f(k) modulo 1000000007.
#include <array>
#include <iostream>

constexpr long long kModulus = 1'000'000'007;
using Matrix = std::array<std::array<long long, 2>, 2>;

Matrix multiply(const Matrix& left, const Matrix& right) {
    Matrix product{};
    for (int row = 0; row < 2; ++row)
        for (int column = 0; column < 2; ++column)
            for (int inner = 0; inner < 2; ++inner)
                product[row][column] =
                    (product[row][column] + left[row][inner] * right[inner][column]) % kModulus;
    return product;
}

Matrix power(Matrix base, long long exponent) {
    Matrix result{{{1, 0}, {0, 1}}};
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1) result = multiply(result, base);
        base = multiply(base, base);
    }
    return result;
}

int main() {
    long long a, b, first, second, k;
    std::cin >> a >> b >> first >> second >> k;
    Matrix step{{{a % kModulus, b % kModulus}, {1, 0}}};
    Matrix jump = power(step, k);
    // The jump maps (f(1), f(0)) to (f(k+1), f(k)).
    long long term = (jump[1][0] * (second % kModulus) + jump[1][1] * (first % kModulus)) % kModulus;
    std::cout << (term + kModulus) % kModulus << '\n';
}
