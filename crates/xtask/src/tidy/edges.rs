//! Rules on where gRPC may be named: at the edge of a service, never in its domain modules.

use super::RustFile;
use crate::finding::Finding;
use crate::rust_source;

/// Modules at the edge; a folder of such a name holds parts of the module.
const EDGE_MODULES: [&str; 5] = ["service", "wire", "error", "component", "clients"];

/// Further files at the edge: adapters that call another service.
const EDGE_FILES: [&str; 1] = ["services/test-gen/src/verifier.rs"];

const EDGE_CRATES: [&str; 2] = ["tonic", "synthsmith_proto"];

pub(super) fn check(file: &RustFile<'_>, findings: &mut Vec<Finding>) {
    let guarded = guarded_crates(file);
    for (number, line) in file.production_lines() {
        for name in guarded {
            if rust_source::names(&line.code, name) {
                let sentence = format!("names {name} outside the modules at the edge");
                findings.push(file.finding(number, sentence));
            }
        }
    }
}

/// The crates that `file` may not name.
fn guarded_crates(file: &RustFile<'_>) -> &'static [&'static str] {
    let path = file.file;
    let is_source = path.folders().any(|folder| folder == "src");
    if path.is_below("crates/corpus") && is_source && !path.stem().starts_with("wire") {
        return &EDGE_CRATES;
    }
    let is_edge = path
        .folders()
        .chain([path.stem()])
        .any(|name| EDGE_MODULES.contains(&name))
        || EDGE_FILES.contains(&path.path.as_str());
    if path.is_below("services") && is_source && !is_edge {
        return &EDGE_CRATES;
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::found;

    const TEXT: &str = "use tonic::Status;\nuse synthsmith_proto::solver::v1 as pb;\n";

    #[test]
    fn finds_grpc_in_domain_modules() {
        for path in [
            "services/solver/src/solve.rs",
            "services/solver/src/lib.rs",
            "crates/corpus/src/task.rs",
        ] {
            assert_eq!(found(check, path, TEXT).len(), 2, "{path}");
        }
    }

    #[test]
    fn leaves_the_edge_alone() {
        for path in [
            "services/solver/src/service.rs",
            "services/solver/src/wire/task.rs",
            "services/solver/src/clients.rs",
            "services/solver/tests/solve_task.rs",
            "crates/corpus/src/wire_verdict.rs",
            "crates/rpc/src/server.rs",
        ] {
            assert_eq!(found(check, path, TEXT), Vec::<String>::new(), "{path}");
        }
    }

    #[test]
    fn leaves_comments_and_unit_tests_alone() {
        let text = "// tonic\n\n#[cfg(test)]\nmod tests {\n    use tonic::Status;\n}\n";
        let path = "services/solver/src/solve.rs";
        assert_eq!(found(check, path, text), Vec::<String>::new());
    }
}
