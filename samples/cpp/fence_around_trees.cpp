// Finds the convex hull of points: the shortest fence around trees.
// Input: n, then points "x y". Output: the corners counter-clockwise from the leftmost one.
#include <algorithm>
#include <iostream>
#include <utility>
#include <vector>

using Point = std::pair<long long, long long>;

long long turn(const Point& a, const Point& b, const Point& c) {
    return (b.first - a.first) * (c.second - a.second) -
           (b.second - a.second) * (c.first - a.first);
}

void extend(std::vector<Point>& chain, const Point& point, std::size_t floor) {
    while (chain.size() >= floor + 2 && turn(chain[chain.size() - 2], chain.back(), point) <= 0)
        chain.pop_back();
    chain.push_back(point);
}

int main() {
    int n;
    std::cin >> n;
    std::vector<Point> points(n);
    for (auto& [x, y] : points) std::cin >> x >> y;
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());

    std::vector<Point> hull;
    for (const Point& point : points) extend(hull, point, 0);
    std::size_t lower = hull.size() - 1;
    for (auto point = points.rbegin() + 1; point != points.rend(); ++point)
        extend(hull, *point, lower);
    if (hull.size() > 1) hull.pop_back();

    std::cout << hull.size() << '\n';
    for (const auto& [x, y] : hull) std::cout << x << ' ' << y << '\n';
}
