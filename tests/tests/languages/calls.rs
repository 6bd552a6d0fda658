//! Functions called with JSON values: alike in every language, whatever the program prints besides.

use futures::future::join_all;
use synthsmith_proto::corpus::v1::{Limits, Outcome, OutcomeStatus, Verdict};
use synthsmith_testkit::engine_or_skip;

use crate::verifier::{Source, Verifier};

const PYTHON: [&str; 2] = ["python3", "pypy3"];
const CPP: [&str; 2] = ["cpp17", "cpp20"];

/// A task, solved in both kinds of language.
struct Example {
    python: &'static str,
    cpp: &'static str,
    /// Inputs, with what is printed.
    runs: &'static [(&'static str, &'static str)],
}

const EXAMPLES: [Example; 5] = [
    // A method beside others, names that need no import, white space between and in the lines.
    Example {
        python: "class Solution:
    def solve(self, nums: List[int], target: int) -> Optional[List[int]]:
        seen = defaultdict(int)
        for i, x in enumerate(nums):
            if target - x in seen: return [seen[target - x], i]
            seen[x] = i",
        cpp: "class Solution {
    int unused = 0;
public:
    static bool less(int a, int b) { return a < b; }
    optional<vector<int>> solve(vector<int>& nums, int target) {
        unordered_map<int, int> seen;
        for (int i = 0; i < (int)nums.size(); i++) {
            if (seen.count(target - nums[i])) return vector<int>{seen[target - nums[i]], i};
            seen[nums[i]] = i;
        }
        return nullopt;
    }
};",
        runs: &[
            ("[2,7,11,15]\n9\n", "[0,1]\n"),
            ("\n [ 3 , 3 ]\r\n\r\n6", "[0,1]\n"),
            ("[]\n0", "null\n"),
        ],
    },
    // A function outside a class, names that the harness might use, a main part that must not matter, and texts.
    Example {
        python: "import sys
list = str = json = open = None
def solve(words: List[str], flip: bool) -> List[str]:
    return [w[::-1] if flip else w for w in words]
if __name__ == '__main__':
    print('read', len(sys.stdin.read()))",
        cpp: "#define int long long
#define all(x) x.begin(), x.end()
vector<string> solve(const vector<string> &words, bool flip) {
    vector<string> answer(all(words));
    if (flip) for (auto &w : answer) reverse(all(w));
    return answer;
}
signed main() { int n; cin >> n; cout << n; }",
        runs: &[
            (
                "[\"ab\",\"\",\"c\\\"\\\\\"]\ntrue",
                "[\"ba\",\"\",\"\\\\\\\"c\"]\n",
            ),
            (
                r#"["é\u00e9\ud83d\ude00\/\u007f","\ud800x\n\u0001"]
false"#,
                "[\"éé😀/\u{7f}\",\"\\ud800x\\n\\u0001\"]\n",
            ),
        ],
    },
    // Fractions have the same digits everywhere.
    Example {
        python: "def solve(x: float, parts: List[float]) -> List[float]:
    return [x / part for part in parts]",
        cpp: "vector<double> solve(double x, vector<double> parts) {
    for (auto &part : parts) part = x / part;
    return parts;
}",
        runs: &[
            (
                "1\n[1,3,-4,1e-16,1e5]",
                "[1.0,0.3333333333333333,-0.25,1e+16,1e-05]\n",
            ),
            (
                "1.0E2\n[0.01,1e-13,1e-14,7e4,-1e300]",
                "[10000.0,1000000000000000.0,1e+16,0.0014285714285714286,-1e-298]\n",
            ),
            ("0\n[-1]", "[-0.0]\n"),
        ],
    },
    // Nothing is returned: the first argument is the answer.
    Example {
        python: "class Solution:
    def solve(self, board: List[List[str]]) -> None:
        board[0].reverse()",
        cpp: "struct Solution {
    void solve(vector<vector<char>>& board) { reverse(board[0].begin(), board[0].end()); }
};",
        runs: &[("[[\"a\",\"b\"],[]]", "[[\"b\",\"a\"],[]]\n")],
    },
    // No arguments, values of several types in one list, and what is printed meanwhile.
    Example {
        python: "print('while it is loaded')
def solve():
    print('while it is called', flush=True)
    return (-9223372036854775808, True, [None, 'x'])",
        cpp: "static int loaded = (cout << \"while it is loaded\", 0);
tuple<long long, bool, pair<optional<int>, string>> solve() {
    cout << \"while it is called\" << endl;
    puts(\"and again\");
    return {LLONG_MIN, true, {nullopt, \"x\"}};
}",
        runs: &[
            ("", "[-9223372036854775808,true,[null,\"x\"]]\n"),
            ("\n \n", "[-9223372036854775808,true,[null,\"x\"]]\n"),
        ],
    },
];

#[tokio::test]
async fn functions_are_called_alike_in_every_language() {
    if !engine_or_skip("functions_are_called_alike_in_every_language") {
        return;
    }
    let verifier = Verifier::start(&[]).await;
    for example in &EXAMPLES {
        let python = PYTHON.map(|language| (language, example.python));
        let cpp = CPP.map(|language| (language, example.cpp));
        let checks = python.into_iter().chain(cpp);
        let checks = checks.map(|(language, text)| check(&verifier, language, text, example.runs));
        join_all(checks).await;
    }
    verifier.end().await;
}

async fn check(verifier: &Verifier, language: &str, text: &str, runs: &[(&str, &str)]) {
    let inputs: Vec<&str> = runs.iter().map(|(input, _)| *input).collect();
    let (compilation, outcomes) = verifier.execute(solve(language, text), &inputs).await;
    let messages = String::from_utf8_lossy(&compilation.messages);
    assert!(compilation.succeeded, "{language}: {messages}\n{text}");
    assert_eq!(outcomes.len(), runs.len());
    for (outcome, (input, expected)) in outcomes.iter().zip(runs) {
        let output = String::from_utf8_lossy(&outcome.output);
        let complaint = complaint(outcome);
        assert_eq!(
            output, *expected,
            "{language} of {input}: {complaint}\n{text}"
        );
        assert_eq!(
            outcome.status(),
            OutcomeStatus::Ok,
            "{language}: {complaint}"
        );
    }
}

#[tokio::test]
async fn what_does_not_fit_is_a_runtime_error_that_says_why() {
    if !engine_or_skip("what_does_not_fit_is_a_runtime_error_that_says_why") {
        return;
    }
    let verifier = Verifier::start(&[]).await;
    let python = "def solve(x): return {x} if x == 1 else x / 0.0 if x == 2 else float('inf')";
    let told = [
        "not JSON serializable",
        "ZeroDivisionError",
        "not JSON compliant",
        "1 required",
        "takes 1",
        "JSONDecodeError",
        "NaN is not JSON",
    ];
    for language in PYTHON {
        fails(
            &verifier,
            solve(language, python),
            &["1", "2", "3", "", "1\n2", "x", "NaN"],
            &told,
        )
        .await;
    }
    let cpp = "double solve(int x) { if (x == 1) throw 5; return 1.0 / (x - 2); }";
    let told = [
        "terminate called",
        "JSON does not have",
        "takes 1 arguments, was given 0",
        "was given 2",
        "lacks digits",
        "does not fit",
        "more than one JSON value",
        "leading zero",
    ];
    for language in CPP {
        let inputs = ["1", "2", "", "1\n2", "x", "2147483648", "1.5", "01"];
        fails(&verifier, solve(language, cpp), &inputs, &told).await;
    }
    verifier.end().await;
}

/// Each input, with a part of what standard error says of it.
async fn fails(verifier: &Verifier, source: Source<'_>, inputs: &[&str], told: &[&str]) {
    let (compilation, outcomes) = verifier.execute(source, inputs).await;
    assert!(compilation.succeeded, "{compilation:?}");
    assert_eq!(outcomes.len(), told.len());
    for (outcome, told) in outcomes.iter().zip(told) {
        let complaint = complaint(outcome);
        let language = source.language;
        assert_eq!(
            outcome.status(),
            OutcomeStatus::RuntimeError,
            "{language}: {outcome:?}"
        );
        assert!(
            complaint.contains(told),
            "{language} says {complaint}, not {told}"
        );
        assert_eq!(outcome.output_size_bytes, 0, "{language}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_function_that_is_missing_is_named() {
    if !engine_or_skip("a_function_that_is_missing_is_named") {
        return;
    }
    let verifier = Verifier::start(&[]).await;
    for language in PYTHON {
        let source = solve(language, "class Solution:\n    def other(self): pass");
        fails(&verifier, source, &["1"], &["there is no function solve"]).await;
    }
    for text in [
        "class Solution { public: int other() { return 1; } };",
        "int solve(int); int solve(long);",
        "class Solution { int solve(int x) { return x; } };",
    ] {
        let (compilation, outcomes) = verifier.execute(solve("cpp17", text), &["1"]).await;
        let messages = String::from_utf8_lossy(&compilation.messages);
        assert!(
            !compilation.succeeded
                && outcomes
                    .iter()
                    .all(|outcome| outcome.status() == OutcomeStatus::NotRun)
        );
        assert!(messages.contains("solve"), "{text}: {messages}");
    }
    verifier.end().await;
}

#[tokio::test]
async fn the_result_is_judged_as_json() {
    if !engine_or_skip("the_result_is_judged_as_json") {
        return;
    }
    let verifier = Verifier::start(&[]).await;
    let programs = [
        (
            "def solve(x): return {'b': [x, 0.5], 'a': None}",
            Verdict::Ac,
        ),
        (
            "def solve(x): return {'b': [x, 0.25], 'a': None}",
            Verdict::Wa,
        ),
        ("def solve(x): raise KeyError(x)", Verdict::Re),
        ("def solve(x):\n    while True: pass", Verdict::Tle),
        ("def solve(x) return x", Verdict::Ce),
    ];
    for (text, verdict) in programs {
        let test = ("7", "{\"a\": null, \"b\": [7, 5e-1]}");
        let judged = verifier
            .judge(solve("python3", text), test, Limits::default())
            .await;
        assert_eq!(judged.verdict(), verdict, "{text}: {judged:?}");
    }
    verifier.end().await;
}

fn solve<'a>(language: &'a str, text: &'a str) -> Source<'a> {
    Source {
        language,
        function: "solve",
        text,
    }
}

fn complaint(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stderr_excerpt).into_owned()
}
