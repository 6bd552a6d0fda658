//! Programs and test suites that are put, and requests that name them by their digests.

use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_rpc::Violations;

use super::Decoder;
use super::program::Checked;
use crate::Error;
use crate::judge::{Test, Tests};
use crate::kept::{Digest, Source, Suite};

const PROGRAM: &str = "program";
const PROGRAM_DIGEST: &str = "program_digest";
const TESTS: &str = "tests";
const SUITE_DIGEST: &str = "test_suite_digest";
const LIMIT: &str = "max_kept_bytes";

/// Of a request whose suite went while it waited.
pub(crate) fn unknown_suite(digest: &Digest) -> Error {
    let mut unknown = Violations::default();
    unknown.add(SUITE_DIGEST, names_nothing(digest));
    Error::DigestUnknown(unknown)
}

fn names_nothing(digest: &Digest) -> String {
    format!("{digest} names nothing that is kept")
}

impl Decoder<'_> {
    pub(crate) fn source(mut self, request: pb::PutProgramRequest) -> Result<Source, Error> {
        let source = self.program(PROGRAM, request.program);
        let source = source.map(Checked::into_source);
        if let Some(source) = &source {
            self.keepable(PROGRAM, source.size_bytes());
        }
        self.valid(source)
    }

    pub(crate) fn suite(mut self, request: pb::PutTestSuiteRequest) -> Result<Suite, Error> {
        self.tests(TESTS, &request.tests);
        let suite = suite(request.tests);
        self.keepable(TESTS, suite.size_bytes());
        self.valid(Some(suite))
    }

    fn keepable(&mut self, field: &str, bytes: u64) {
        let max_bytes = self.config.max_kept_bytes;
        let reason = format!("takes {bytes} bytes, more than the limit of {max_bytes} ({LIMIT})");
        self.violations.require(bytes <= max_bytes, field, reason);
    }

    pub(super) fn program_or_digest(
        &mut self,
        program: Option<corpus_pb::Program>,
        digest: &str,
    ) -> Option<Checked> {
        self.either(PROGRAM, program.is_some(), PROGRAM_DIGEST, digest)?;
        if program.is_some() {
            return self.program(PROGRAM, program);
        }
        let digest = self.digest(PROGRAM_DIGEST, digest)?;
        let source = self.kept.source(&digest);
        if source.is_none() {
            self.unknown.add(PROGRAM_DIGEST, names_nothing(&digest));
        }
        self.in_language(PROGRAM_DIGEST, source?)
    }

    pub(super) fn tests_or_digest(
        &mut self,
        tests: Vec<corpus_pb::TestCase>,
        digest: &str,
    ) -> Option<Tests> {
        self.either(TESTS, !tests.is_empty(), SUITE_DIGEST, digest)?;
        if !tests.is_empty() {
            self.tests(TESTS, &tests);
            return Some(Tests::Given(suite(tests).tests));
        }
        let digest = self.digest(SUITE_DIGEST, digest)?;
        if !self.kept.has_tests(&digest) {
            self.unknown.add(SUITE_DIGEST, names_nothing(&digest));
        }
        Some(Tests::Kept(digest))
    }

    /// Exactly one of the two must be given.
    fn either(&mut self, whole: &str, has_whole: bool, named: &str, digest: &str) -> Option<()> {
        let has_digest = !digest.is_empty();
        if has_whole != has_digest {
            return Some(());
        }
        for (field, other) in [(whole, named), (named, whole)] {
            self.violations.add(
                field,
                if has_whole {
                    format!("cannot be given together with {other}")
                } else {
                    format!("is required where {other} is not given")
                },
            );
        }
        None
    }

    fn digest(&mut self, field: &str, text: &str) -> Option<Digest> {
        self.violations.take(field, text.parse())
    }
}

fn suite(tests: Vec<corpus_pb::TestCase>) -> Suite {
    let (ids, tests): (_, Vec<_>) = tests
        .into_iter()
        .map(|test| {
            let corpus_pb::TestCase {
                input,
                expected_output,
                id,
            } = test;
            let test = Test {
                input: input.into(),
                expected_output: expected_output.into(),
            };
            (id, test)
        })
        .unzip();
    Suite {
        ids,
        tests: tests.into(),
    }
}
