//! The rule that a file imports what it uses, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::FileDescriptorProto;

use crate::walk;

/// Imports of ours that no field or rpc uses; `files` has to hold what they import too.
pub(crate) fn breaches(files: &[FileDescriptorProto]) -> Vec<String> {
    let homes = homes(files);
    let ours = files
        .iter()
        .filter(|file| !file.name().starts_with("google/"));
    ours.flat_map(|file| unused_imports(file, &homes)).collect()
}

/// The file in which each type is declared.
fn homes(files: &[FileDescriptorProto]) -> BTreeMap<String, &str> {
    let mut homes = BTreeMap::new();
    for file in files {
        let messages = walk::messages(file).into_iter().map(|found| found.name);
        let enums = walk::enums(file).into_iter().map(|found| found.name);
        homes.extend(messages.chain(enums).map(|name| (name, file.name())));
    }
    homes
}

fn unused_imports(file: &FileDescriptorProto, homes: &BTreeMap<String, &str>) -> Vec<String> {
    let used: BTreeSet<&str> = used_types(file)
        .iter()
        .filter_map(|name| homes.get(name.trim_start_matches('.')).copied())
        .collect();
    let unused = file
        .dependency
        .iter()
        .filter(|import| !used.contains(import.as_str()));
    let complaint = |import| format!("{}: imports {import} and does not use it", file.name());
    unused.map(complaint).collect()
}

fn used_types(file: &FileDescriptorProto) -> Vec<String> {
    let mut used = Vec::new();
    for found in walk::messages(file) {
        used.extend(
            found
                .it
                .field
                .iter()
                .map(|field| field.type_name().to_owned()),
        );
    }
    for extension in &file.extension {
        used.push(extension.extendee().to_owned());
        used.push(extension.type_name().to_owned());
    }
    if file
        .service
        .iter()
        .any(|service| !service.method.is_empty())
    {
        // The options of methods: `roles` holds that each names one.
        used.push(".synthsmith.access.v1.Role".to_owned());
    }
    for method in file.service.iter().flat_map(|service| &service.method) {
        used.push(method.input_type().to_owned());
        used.push(method.output_type().to_owned());
    }
    used
}

#[test]
fn an_import_that_is_not_used_is_found() {
    let mut files = crate::all_files();
    let file = files.last_mut().expect("there are contracts");
    file.dependency
        .push("synthsmith/gateway/v1/gateway_service.proto".to_owned());
    let found = breaches(&files);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("gateway_service.proto"), "{found:?}");
}
