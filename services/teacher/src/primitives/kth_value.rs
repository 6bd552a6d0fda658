//! The k-th smallest number.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "kth_value",
    family: "sorting",
    features: &["order statistics", "quickselect", "sorting", "selection algorithm"],
    shape: Shape::List,
    phrases: [
        "the k-th smallest number of the list, where equal numbers are counted as often as they occur",
        "which number stands at position k when the list is written from the smallest number to the largest, repetitions included",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-1_000_000, 1_000_000),
    accepts: ANY,
    arg: Arg::UpToSize,
    python: Code {
        naive: "
rest = list(a)
for _ in range(k - 1):
    rest.remove(min(rest))
return min(rest)",
        efficient: "
order = sorted(a)
return order[k - 1]",
        idiomatic: "
return heapq.nsmallest(k, a)[-1]",
    },
    cpp: Code {
        naive: "
for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++)
        if (a[j] < a[i]) swap(a[i], a[j]);
return a[k - 1];",
        efficient: "
vector<ll> order = a;
sort(order.begin(), order.end());
return order[k - 1];",
        idiomatic: "
nth_element(a.begin(), a.begin() + (k - 1), a.end());
return a[k - 1];",
    },
    slips: &[
        Slip { python: ("order[k - 1]", "order[k % n]"), cpp: ("order[k - 1]", "order[k % n]") },
        Slip {
            python: ("sorted(a)", "sorted(a, reverse=True)"),
            cpp: ("order.begin(), order.end()", "order.rbegin(), order.rend()"),
        },
    ],
    solve: |given| {
        let mut order = given.numbers.clone();
        order.sort_unstable();
        Answer::Number(order[given.k as usize - 1])
    },
};
