#include <cstdio>

int main() {
    int count;
    if (scanf("%d", &count) != 1) {
        return 1;
    }
    long long sum = 0;
    for (int i = 0; i < count; i++) {
        long long number;
        if (scanf("%lld", &number) != 1) {
            return 1;
        }
        sum += number;
    }
    printf("%lld\n", sum);
}
