// Decides for pairs of straight roads whether they meet, by orientation tests.
// Input: q, then lines with the ends of two segments "x1 y1 x2 y2 x3 y3 x4 y4".
// Output: "cross", "touch" or "apart".
#include <algorithm>
#include <iostream>

struct Point {
    long long x, y;
};

int side(const Point& a, const Point& b, const Point& c) {
    long long area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    return (area > 0) - (area < 0);
}

bool is_on(const Point& a, const Point& b, const Point& c) {
    return side(a, b, c) == 0 && std::min(a.x, b.x) <= c.x && c.x <= std::max(a.x, b.x) &&
           std::min(a.y, b.y) <= c.y && c.y <= std::max(a.y, b.y);
}

const char* relation(const Point& a, const Point& b, const Point& c, const Point& d) {
    bool splits_ab = side(a, b, c) * side(a, b, d) < 0;
    bool splits_cd = side(c, d, a) * side(c, d, b) < 0;
    if (splits_ab && splits_cd) return "cross";
    bool touches = is_on(a, b, c) || is_on(a, b, d) || is_on(c, d, a) || is_on(c, d, b);
    return touches ? "touch" : "apart";
}

int main() {
    int q;
    std::cin >> q;
    while (q-- > 0) {
        Point a, b, c, d;
        std::cin >> a.x >> a.y >> b.x >> b.y >> c.x >> c.y >> d.x >> d.y;
        std::cout << relation(a, b, c, d) << '\n';
    }
}
