//! How many inputs and tests a request may have, and how large they may be.

use std::collections::HashMap;

use synthsmith_proto::corpus::v1 as pb;
use synthsmith_rpc::Violations;

use super::Decoder;
use crate::Error;

/// Fields of one list that are named; more would not fit into the headers of a response.
const MAX_NAMED: usize = 8;
const MAX_ID_BYTES: usize = 256;

/// Of a list that is too long to be read at all.
pub(crate) fn too_many(field: &str, max_count: usize) -> Error {
    let mut violations = Violations::default();
    let reason = format!("are far more than the limit of {max_count} (max_inputs)");
    violations.add(field, reason);
    Error::InvalidRequest(violations)
}

impl Decoder<'_> {
    pub(super) fn inputs(&mut self, field: &str, inputs: &[Vec<u8>]) {
        self.count(field, inputs.len());
        let sizes = inputs.iter().map(|input| ("", input.len()));
        self.sizes(field, sizes.enumerate());
    }

    pub(super) fn tests(&mut self, field: &str, tests: &[pb::TestCase]) {
        self.count(field, tests.len());
        let sizes = tests.iter().enumerate().flat_map(|(index, test)| {
            [
                (index, (".input", test.input.len())),
                (index, (".expected_output", test.expected_output.len())),
            ]
        });
        self.sizes(field, sizes);
        self.ids(field, tests);
    }

    fn ids(&mut self, field: &str, tests: &[pb::TestCase]) {
        let mut seen = HashMap::new();
        let mut flaws = Vec::new();
        for (index, test) in tests.iter().enumerate() {
            if test.id.len() > MAX_ID_BYTES {
                flaws.push((index, format!("is longer than {MAX_ID_BYTES} bytes")));
            } else if !test.id.is_empty()
                && let Some(first) = seen.insert(test.id.as_str(), index)
            {
                flaws.push((index, format!("is also the id of {field}[{first}]")));
            }
        }
        for (index, reason) in flaws.into_iter().take(MAX_NAMED) {
            self.violations.add(format!("{field}[{index}].id"), reason);
        }
    }

    fn count(&mut self, field: &str, count: usize) {
        let max_count = self.config.max_inputs;
        self.violations
            .require(count > 0, field, "must not be empty");
        let reason = format!("are {count}, more than the limit of {max_count} (max_inputs)");
        self.violations.require(count <= max_count, field, reason);
    }

    /// Checks each part, named by its position and the field in it, and all of them together.
    fn sizes<'b>(
        &mut self,
        field: &str,
        parts: impl Iterator<Item = (usize, (&'b str, usize))> + Clone,
    ) {
        let total = parts.clone().map(|(_, (_, size))| size).sum();
        self.at_most(field, total, self.config.max_suite_bytes, "max_suite_bytes");
        let max_bytes = self.config.max_input_bytes;
        let too_large = parts.filter(|(_, (_, size))| *size > max_bytes);
        for (index, (part, size)) in too_large.take(MAX_NAMED) {
            self.at_most(
                &format!("{field}[{index}]{part}"),
                size,
                max_bytes,
                "max_input_bytes",
            );
        }
    }

    pub(super) fn at_most(&mut self, field: &str, size: usize, max: usize, setting: &str) {
        if size > max {
            let reason = format!("is {size} bytes, more than the limit of {max} ({setting})");
            self.violations.add(field, reason);
        }
    }
}
