//! The rules of `proto/README.md` that a single file can break.

use std::collections::BTreeMap;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumOptions, FieldDescriptorProto, FileDescriptorProto,
    MessageOptions, MethodDescriptorProto,
};

use crate::walk;

/// A rule gives one sentence per breach.
type Rule = fn(&FileDescriptorProto) -> Vec<String>;

const RULES: [Rule; 6] = [layout, services, pages, names, enums, types];

/// Breaches of all rules in one file.
pub(crate) fn breaches(file: &FileDescriptorProto) -> Vec<String> {
    let sentences = RULES.iter().flat_map(|rule| rule(file));
    sentences
        .map(|it| format!("{}: {it}", file.name()))
        .collect()
}

/// Messages that more than one rpc takes or gives.
pub(crate) fn shared_messages(files: &[FileDescriptorProto]) -> Vec<String> {
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    let methods = files
        .iter()
        .flat_map(|file| &file.service)
        .flat_map(|it| &it.method);
    for method in methods {
        *uses.entry(method.input_type()).or_default() += 1;
        *uses.entry(method.output_type()).or_default() += 1;
    }
    let shared = uses.into_iter().filter(|(_, count)| *count > 1);
    shared
        .map(|(name, _)| format!("{name} is used by several rpcs"))
        .collect()
}

fn layout(file: &FileDescriptorProto) -> Vec<String> {
    let (folder, name) = file.name().rsplit_once('/').unwrap_or_default();
    let version = file.package().rsplit('.').next().unwrap_or_default();
    let stem = name.trim_end_matches(".proto");
    let service_count = file.service.len();
    let conditions = [
        (
            folder.replace('/', ".") == file.package(),
            "the package is not the folder",
        ),
        (is_version(version), "the package has no version"),
        (
            is_lower_snake(stem),
            "the file's name is not in lower snake case",
        ),
        (file.syntax() == "proto3", "the syntax is not proto3"),
        (service_count <= 1, "there is more than one service"),
        (
            stem.ends_with("_service") == (service_count == 1),
            "a service and a file named *_service.proto go together",
        ),
        (file.public_dependency.is_empty(), "an import is public"),
    ];
    broken(conditions)
}

fn services(file: &FileDescriptorProto) -> Vec<String> {
    let mut breaches = Vec::new();
    for service in &file.service {
        if !service.name().ends_with("Service") || !is_pascal(service.name()) {
            breaches.push(format!("{} is not named *Service", service.name()));
        }
        let rpcs = service.method.iter();
        breaches.extend(rpcs.flat_map(|method| rpc(method, file.package())));
    }
    breaches
}

fn rpc(method: &MethodDescriptorProto, package: &str) -> Vec<String> {
    let name = method.name();
    let word_count = name.chars().filter(char::is_ascii_uppercase).count();
    let request = format!(".{package}.{name}Request");
    let response = format!(".{package}.{name}Response");
    broken([
        (
            is_pascal(name) && word_count >= 2,
            format!("rpc {name} is not a verb and a noun"),
        ),
        (
            method.input_type() == request,
            format!("rpc {name} does not take {request}"),
        ),
        (
            method.output_type() == response,
            format!("rpc {name} does not give {response}"),
        ),
    ])
}

/// A list comes in pages from the first day.
fn pages(file: &FileDescriptorProto) -> Vec<String> {
    let mut breaches = Vec::new();
    for message in &file.message_type {
        let name = message.name();
        if name.starts_with("List") && name.ends_with("Request") {
            let is_paged = has_field(message, "page_size", Type::Int32)
                && has_field(message, "page_token", Type::String);
            breaches.extend(broken([(is_paged, format!("{name} has no page"))]));
        }
        if name.starts_with("List") && name.ends_with("Response") {
            let first = message.field.iter().find(|field| field.number() == 1);
            let is_paged = first.is_some_and(|field| field.label() == Label::Repeated)
                && has_field(message, "next_page_token", Type::String);
            breaches.extend(broken([(is_paged, format!("{name} has no page"))]));
        }
    }
    breaches
}

fn names(file: &FileDescriptorProto) -> Vec<String> {
    let mut breaches = Vec::new();
    for found in walk::messages(file) {
        let name = found.name;
        let fields = found.it.field.iter().map(FieldDescriptorProto::name);
        let oneofs = found
            .it
            .oneof_decl
            .iter()
            .map(|it| it.name().trim_start_matches('_'));
        for part in fields.chain(oneofs).filter(|part| !is_lower_snake(part)) {
            breaches.push(format!("{name}.{part} is not in lower snake case"));
        }
        if !is_pascal(found.it.name()) {
            breaches.push(format!("{name} is not in Pascal case"));
        }
    }
    breaches
}

fn enums(file: &FileDescriptorProto) -> Vec<String> {
    let found = walk::enums(file);
    found
        .iter()
        .flat_map(|found| enum_breaches(found.it, &found.name))
        .collect()
}

fn enum_breaches(it: &EnumDescriptorProto, name: &str) -> Vec<String> {
    let prefix = format!("{}_", upper_snake(it.name()));
    let zero = format!("{prefix}UNSPECIFIED");
    let first = it.value.first();
    let starts_unspecified = first.is_some_and(|it| it.name() == zero && it.number() == 0);
    let has_prefix = it
        .value
        .iter()
        .all(|value| value.name().starts_with(&prefix));
    let has_alias = it.options.as_ref().is_some_and(EnumOptions::allow_alias);
    broken([
        (
            is_pascal(it.name()),
            format!("{name} is not in Pascal case"),
        ),
        (
            starts_unspecified,
            format!("{name} does not begin with {zero} = 0"),
        ),
        (
            has_prefix,
            format!("{name} has a value not named {prefix}*"),
        ),
        (!has_alias, format!("{name} allows aliases")),
    ])
}

fn types(file: &FileDescriptorProto) -> Vec<String> {
    let mut breaches = Vec::new();
    for found in walk::messages(file) {
        for field in &found.it.field {
            let name = format!("{}.{}", found.name, field.name());
            breaches.extend(field_breaches(field, &name));
        }
        let is_map = found
            .it
            .options
            .as_ref()
            .is_some_and(MessageOptions::map_entry);
        breaches.extend(broken([(!is_map, format!("{} is a map", found.name))]));
    }
    breaches
}

fn field_breaches(field: &FieldDescriptorProto, name: &str) -> Vec<String> {
    let unsigned = [Type::Uint32, Type::Uint64, Type::Fixed32, Type::Fixed64];
    let is_time = field.type_name() == ".google.protobuf.Timestamp";
    let is_any = field.type_name() == ".google.protobuf.Any";
    broken([
        (
            !unsigned.contains(&field.r#type()),
            format!("{name} is unsigned"),
        ),
        (!is_any, format!("{name} can be anything")),
        (
            !is_time || field.name().ends_with("_time"),
            format!("{name} is not named *_time"),
        ),
    ])
}

/// The sentences whose condition does not hold.
fn broken<const N: usize>(conditions: [(bool, impl Into<String>); N]) -> Vec<String> {
    let broken = conditions.into_iter().filter(|(holds, _)| !holds);
    broken.map(|(_, sentence)| sentence.into()).collect()
}

fn has_field(message: &DescriptorProto, name: &str, kind: Type) -> bool {
    let mut fields = message.field.iter();
    fields.any(|field| field.name() == name && field.r#type() == kind)
}

fn is_version(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let number = text.strip_prefix('v').unwrap_or_default();
    match number.split_once("alpha").or(number.split_once("beta")) {
        Some((major, minor)) => digits(major) && digits(minor),
        None => digits(number),
    }
}

fn is_lower_snake(text: &str) -> bool {
    let is_word = |word: &str| {
        let has_case = word
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        !word.is_empty() && has_case
    };
    text.split('_').all(is_word)
}

fn is_pascal(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_uppercase())
        && text.bytes().all(|it| it.is_ascii_alphanumeric())
}

/// `FinishReason` as `FINISH_REASON`.
fn upper_snake(pascal: &str) -> String {
    let mut snake = String::new();
    for char in pascal.chars() {
        if char.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(char.to_ascii_uppercase());
    }
    snake
}

#[path = "rules_tests.rs"]
mod rules_tests;
