//! Functions that are called, instead of programs that read.

use synthsmith_proto::corpus::v1::{OutcomeStatus, Verdict};
use synthsmith_proto::verifier::v1 as pb;

use crate::server::{judge, program, small, tests, verdicts, with_engine};

const PYTHON: &str = r#"
class Solution:
    def twoSum(self, nums, target):
        print("looking")
        seen = {}
        for index, number in enumerate(nums):
            if target - number in seen:
                return [seen[target - number], index]
            seen[number] = index
        return []
"#;

const CPP: &str = r#"
#include <iostream>
#include <vector>
class Solution {
public:
    std::vector<int> twoSum(const std::vector<int>& nums, int target) {
        std::cout << "looking\n";
        for (int j = 0; j < (int)nums.size(); j++)
            for (int i = 0; i < j; i++)
                if (nums[i] + nums[j] == target) return {i, j};
        return {};
    }
};
"#;

#[tokio::test]
async fn a_function_is_called_with_the_values_of_the_input() {
    let test = "a_function_is_called_with_the_values_of_the_input";
    let Some((running, mut client)) = with_engine(test, small()).await else {
        return;
    };
    for (language, source) in [("python3", PYTHON), ("cpp17", CPP)] {
        let mut request = pb::JudgeProgramRequest {
            program: Some(program(language, source)),
            tests: tests(&[
                ("[2, 7, 11, 15]\n9\n", "[0, 1]\n"),
                ("[3,3]\n6", "[0,1]"),
                ("[1]\n2\n", "[]"),
                ("[3,3]\n6", "[1,0]"),
                ("[3,3]\n", "[0,1]"),
            ]),
            function: "twoSum".to_owned(),
            ..Default::default()
        };
        let response = judge(&mut client, request.clone()).await;
        let all = [
            Verdict::Ac,
            Verdict::Ac,
            Verdict::Ac,
            Verdict::Wa,
            Verdict::Re,
        ];
        assert_eq!(verdicts(&response), all, "{language}: {response:?}");
        let last = response.tests[4].outcome.as_ref().unwrap();
        assert_eq!(last.status(), OutcomeStatus::RuntimeError);
        assert!(!last.stderr_excerpt.is_empty());

        request.function = "threeSum".to_owned();
        let missing = judge(&mut client, request).await.verdict();
        assert!(
            matches!(missing, Verdict::Re | Verdict::Ce),
            "{language}: {missing:?}"
        );
    }
    running.drain().await.unwrap();
}
