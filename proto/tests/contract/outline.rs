//! All of a contract that a peer can depend on, as text: one line per rpc, field and value.

use std::fmt::Write as _;

use prost_types::field_descriptor_proto::Label;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    MethodDescriptorProto, ServiceDescriptorProto,
};

use crate::walk;

/// The outline of `files`, one after the other.
pub(crate) fn of(files: &[FileDescriptorProto]) -> String {
    files.iter().map(file).collect::<Vec<_>>().join("\n")
}

fn file(file: &FileDescriptorProto) -> String {
    let mut text = format!("{}\n", file.name());
    for it in &file.service {
        service(it, file.package(), &mut text);
    }
    for found in walk::messages(file) {
        message(found.it, &found.name, &mut text);
    }
    for found in walk::enums(file) {
        values(found.it, &found.name, &mut text);
    }
    text
}

fn service(service: &ServiceDescriptorProto, package: &str, text: &mut String) {
    line(text, &format!("  service {package}.{}", service.name()));
    for method in &service.method {
        line(text, &format!("    {}", rpc(method)));
    }
}

fn rpc(method: &MethodDescriptorProto) -> String {
    let stream = |is_stream| if is_stream { "stream " } else { "" };
    format!(
        "{}({}{}) -> {}{}",
        method.name(),
        stream(method.client_streaming()),
        method.input_type().trim_start_matches('.'),
        stream(method.server_streaming()),
        method.output_type().trim_start_matches('.'),
    )
}

fn message(message: &DescriptorProto, name: &str, text: &mut String) {
    line(text, &format!("  message {name}"));
    for it in &message.field {
        line(
            text,
            &format!("    {} = {}", field(it, message), it.number()),
        );
    }
    for range in &message.reserved_range {
        line(
            text,
            &format!("    reserved {} to {}", range.start(), range.end() - 1),
        );
    }
    for name in &message.reserved_name {
        line(text, &format!("    reserved {name}"));
    }
}

/// "repeated int32 name", "optional int32 name", "result: pkg.Message name" in a oneof.
fn field(field: &FieldDescriptorProto, message: &DescriptorProto) -> String {
    let label = match (field.label(), field.oneof_index) {
        (Label::Repeated, _) => "repeated ".to_owned(),
        _ if field.proto3_optional() => "optional ".to_owned(),
        (_, Some(index)) => format!("{}: ", oneof_name(message, index)),
        _ => String::new(),
    };
    format!("{label}{} {}", type_name(field), field.name())
}

fn oneof_name(message: &DescriptorProto, index: i32) -> &str {
    let index = usize::try_from(index).expect("an index is not negative");
    message.oneof_decl[index].name()
}

fn type_name(field: &FieldDescriptorProto) -> String {
    if field.type_name().is_empty() {
        let name = field.r#type().as_str_name();
        return name.trim_start_matches("TYPE_").to_lowercase();
    }
    field.type_name().trim_start_matches('.').to_owned()
}

fn values(it: &EnumDescriptorProto, name: &str, text: &mut String) {
    line(text, &format!("  enum {name}"));
    for value in &it.value {
        line(text, &format!("    {} = {}", value.name(), value.number()));
    }
    for range in &it.reserved_range {
        line(
            text,
            &format!("    reserved {} to {}", range.start(), range.end()),
        );
    }
    for name in &it.reserved_name {
        line(text, &format!("    reserved {name}"));
    }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes what is written to it");
}
