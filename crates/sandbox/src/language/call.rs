//! Makes a program of a function that is called with the arguments on standard input.

use serde::{Deserialize, Serialize};

/// What stands before and after the source; `{function}` in it becomes the name of the function.
///
/// In a configuration, one of those that come with the sandbox is told by its name alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Told", into = "Told")]
pub struct CallHarness {
    pub before: String,
    pub after: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Told {
    Name(String),
    Texts { before: String, after: String },
}

const FUNCTION: &str = "{function}";
const OWN: [(&str, &str, &str); 2] = [
    (
        "python",
        include_str!("call/python.before"),
        include_str!("call/python.after"),
    ),
    (
        "cpp",
        include_str!("call/cpp.before"),
        include_str!("call/cpp.after"),
    ),
];

impl CallHarness {
    /// For programs of Python 3, whatever runs them.
    pub fn python() -> Self {
        Self::own(&OWN[0])
    }

    /// For C++ since 2017.
    pub fn cpp() -> Self {
        Self::own(&OWN[1])
    }

    fn own(&(_, before, after): &(&str, &str, &str)) -> Self {
        Self {
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }

    pub(super) fn around(&self, source: &str, function: &str) -> String {
        let [before, after] =
            [&self.before, &self.after].map(|text| text.replace(FUNCTION, function));
        [&before, source, "\n", &after].concat()
    }

    pub(super) fn flaw(&self) -> Option<&'static str> {
        let calls = self.before.contains(FUNCTION) || self.after.contains(FUNCTION);
        (!calls).then_some("has a harness that never names {function}")
    }
}

impl TryFrom<Told> for CallHarness {
    type Error = String;

    fn try_from(told: Told) -> Result<Self, String> {
        match told {
            Told::Texts { before, after } => Ok(Self { before, after }),
            Told::Name(name) => OWN
                .iter()
                .find(|(known, _, _)| *known == name)
                .map(Self::own)
                .ok_or_else(|| format!("there is no call harness {name}, only python and cpp")),
        }
    }
}

impl From<CallHarness> for Told {
    fn from(harness: CallHarness) -> Self {
        let own = OWN.iter().find(|own| CallHarness::own(own) == harness);
        match own {
            Some((name, _, _)) => Self::Name((*name).to_owned()),
            None => Self::Texts {
                before: harness.before,
                after: harness.after,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Language;

    #[test]
    fn only_the_harness_names_the_function_and_the_source_stays_as_it_is() {
        let call = CallHarness {
            before: "# {function}\n".to_owned(),
            after: "print({function}())".to_owned(),
        };
        let row = Language {
            call: Some(call),
            ..Language::python3()
        };
        assert_eq!(
            row.called("def solve(): return '{function}'", "solve"),
            Some("# solve\ndef solve(): return '{function}'\nprint(solve())".to_owned())
        );
    }

    #[test]
    fn own_harnesses_are_told_by_name_and_others_by_their_texts() {
        for (harness, told) in [
            (CallHarness::python(), json!("python")),
            (CallHarness::cpp(), json!("cpp")),
            (
                CallHarness {
                    before: String::new(),
                    after: "{function}".to_owned(),
                },
                json!({"before": "", "after": "{function}"}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&harness).unwrap(), told);
            assert_eq!(
                serde_json::from_value::<CallHarness>(told).unwrap(),
                harness
            );
            assert_eq!(harness.flaw(), None);
        }
        for wrong in [json!("perl"), json!({"before": ""}), json!(1)] {
            assert!(serde_json::from_value::<CallHarness>(wrong).is_err());
        }
    }

    #[test]
    fn a_language_without_a_harness_calls_nothing() {
        let row = Language {
            call: None,
            ..Language::python3()
        };
        assert_eq!(row.called("x", "f"), None);
    }
}
