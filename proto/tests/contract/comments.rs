//! The rule that everything in a contract says what it is.

use std::collections::BTreeSet;

use prost_types::{DescriptorProto, FileDescriptorProto};

use crate::walk::{self, step, tag};

/// Whatever of `file` has no comment above it.
pub(crate) fn missing(file: &FileDescriptorProto) -> Vec<String> {
    let explained = explained(file);
    let is_missing = |(_, path): &(String, Vec<i32>)| !explained.contains(path.as_slice());
    let complaint = |(name, _)| format!("{}: {name} has no comment", file.name());
    named(file)
        .into_iter()
        .filter(is_missing)
        .map(complaint)
        .collect()
}

fn explained(file: &FileDescriptorProto) -> BTreeSet<&[i32]> {
    let locations = file.source_code_info.iter().flat_map(|it| &it.location);
    locations
        .filter(|location| !location.leading_comments().trim().is_empty())
        .map(|location| location.path.as_slice())
        .collect()
}

/// Everything that has a name, with the path to its comment.
fn named(file: &FileDescriptorProto) -> Vec<(String, Vec<i32>)> {
    let mut named = Vec::new();
    for found in walk::messages(file) {
        named.extend(named_in_message(found.it, &found.name, &found.path));
        named.push((found.name, found.path));
    }
    for found in walk::enums(file) {
        for (index, value) in found.it.value.iter().enumerate() {
            let path = step(&found.path, tag::ENUM_VALUE, index);
            named.push((value.name().to_owned(), path));
        }
        named.push((found.name, found.path));
    }
    for (index, service) in file.service.iter().enumerate() {
        let path = step(&[], tag::FILE_SERVICE, index);
        for (index, method) in service.method.iter().enumerate() {
            let path = step(&path, tag::SERVICE_METHOD, index);
            named.push((method.name().to_owned(), path));
        }
        named.push((service.name().to_owned(), path));
    }
    named
}

fn named_in_message(
    message: &DescriptorProto,
    name: &str,
    path: &[i32],
) -> Vec<(String, Vec<i32>)> {
    let fields = (0..).zip(&message.field).map(|(index, field)| {
        let path = step(path, tag::MESSAGE_FIELD, index);
        (format!("{name}.{}", field.name()), path)
    });
    // An optional field has a oneof of its own, named with '_', that nobody wrote.
    let written = (0..)
        .zip(&message.oneof_decl)
        .filter(|(_, oneof)| !oneof.name().starts_with('_'));
    let oneofs = written.map(|(index, oneof)| {
        let path = step(path, tag::MESSAGE_ONEOF, index);
        (format!("{name}.{}", oneof.name()), path)
    });
    fields.chain(oneofs).collect()
}

#[test]
fn a_thing_without_a_comment_is_found() {
    let mut file = crate::our_files().pop().expect("there are contracts");
    assert_eq!(missing(&file), Vec::<String>::new());
    let all = named(&file).len();
    let locations = &mut file.source_code_info.as_mut().expect("it is kept").location;
    for location in locations {
        location.leading_comments = Some(" \n".to_owned());
    }
    assert_eq!(missing(&file).len(), all);
}
