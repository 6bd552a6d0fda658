//! What is to decide whether an output is right.

use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule as Wire;

use super::Decoder;
use crate::compare::Rule;
use crate::judge::Checker;

impl Decoder<'_> {
    pub(super) fn checker(
        &mut self,
        checker: Option<pb::Checker>,
        is_call: bool,
    ) -> Option<Checker> {
        let usual = if is_call { Rule::Json } else { Rule::Lines };
        match checker.and_then(|checker| checker.rule) {
            None => Some(Checker::Rule(usual)),
            Some(Wire::Comparison(number)) => self.comparison(number, usual).map(Checker::Rule),
            Some(Wire::Tolerance(tolerance)) => self.tolerance(tolerance).map(Checker::Rule),
            Some(Wire::Program(program)) => {
                let program = self.program("checker.program", Some(program))?;
                let limits = self.config.default_limits();
                Some(Checker::Program(Box::new(program.within(limits))))
            }
        }
    }

    fn comparison(&mut self, number: i32, usual: Rule) -> Option<Rule> {
        Some(match pb::Comparison::try_from(number) {
            Ok(pb::Comparison::Unspecified) => usual,
            Ok(pb::Comparison::Exact) => Rule::Exact,
            Ok(pb::Comparison::Lines) => Rule::Lines,
            Ok(pb::Comparison::Tokens) => Rule::Tokens,
            Ok(pb::Comparison::UnorderedLines) => Rule::UnorderedLines,
            Ok(pb::Comparison::Json) => Rule::Json,
            Err(_) => {
                let reason = format!("is {number}, which is not on the list");
                self.violations.add("checker.comparison", reason);
                return None;
            }
        })
    }

    fn tolerance(&mut self, tolerance: pb::FloatTolerance) -> Option<Rule> {
        let pb::FloatTolerance { absolute, relative } = tolerance;
        let rule = Rule::Tolerance { absolute, relative };
        match rule.flaw() {
            None => Some(rule),
            Some(flaw) => {
                self.violations.add("checker.tolerance", flaw);
                None
            }
        }
    }
}
