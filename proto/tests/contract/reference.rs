//! The reference of the contracts, made of their comments: `docs/api.md`.

use std::fmt::Write as _;
use std::path::Path;

use prost_reflect::{
    Cardinality, DescriptorPool, EnumDescriptor, FieldDescriptor, FileDescriptor, Kind,
    MessageDescriptor, MethodDescriptor, ServiceDescriptor,
};
use synthsmith_proto::FILE_DESCRIPTOR_SET;

const UPDATE: &str = "INSTA_UPDATE";
const HEAD: &str = "# The services, call by call\n\nMade of the comments in `proto/` by its tests; do not edit. Roles are those \
                    of [security.md](security.md), reasons of errors are in [errors.md](errors.md).\n";

#[test]
fn the_reference_is_up_to_date() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md");
    let made = reference();
    if std::env::var(UPDATE).is_ok_and(|value| value == "always") {
        std::fs::write(&page, &made).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        kept == made,
        "docs/api.md is old: {UPDATE}=always cargo test -p synthsmith-proto"
    );
}

fn reference() -> String {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build encoded it");
    let mut files: Vec<FileDescriptor> = pool
        .files()
        .filter(|file| !file.name().starts_with("google/"))
        .collect();
    // Services first; what they share afterwards.
    files.sort_by_key(|file| (file.services().len() == 0, file.name().to_owned()));
    let mut page = HEAD.to_owned();
    for file in &files {
        for service in file.services() {
            page += &of_service(&pool, &service);
        }
        if file.services().len() == 0 {
            let _ = write!(page, "\n## `{}`\n", file.name());
        }
        for message in file.messages() {
            of_message(&message, &mut page);
        }
        for it in file.enums() {
            of_enum(&it, &mut page);
        }
    }
    page
}

fn of_service(pool: &DescriptorPool, service: &ServiceDescriptor) -> String {
    let comment = comment(&service.parent_file(), service.path());
    let mut text = format!(
        "\n## `{}`\n\n{comment}\n\n| call | role | |\n|---|---|---|\n",
        service.full_name()
    );
    for method in service.methods() {
        let comment = self::comment(&service.parent_file(), method.path());
        let _ = writeln!(
            text,
            "| `{}` | {} | {comment} |",
            signature(&method),
            role(pool, &method)
        );
    }
    text
}

fn signature(method: &MethodDescriptor) -> String {
    let stream = |is_stream| if is_stream { "stream " } else { "" };
    let (input, output) = (method.input(), method.output());
    format!(
        "{}({}{}) → {}{}",
        method.name(),
        stream(method.is_client_streaming()),
        input.name(),
        stream(method.is_server_streaming()),
        output.name()
    )
}

fn role(pool: &DescriptorPool, method: &MethodDescriptor) -> String {
    let option = pool
        .get_extension_by_name("synthsmith.access.v1.role")
        .expect("it is declared");
    let number = method
        .options()
        .get_extension(&option)
        .as_enum_number()
        .unwrap_or_default();
    let roles = pool
        .get_enum_by_name("synthsmith.access.v1.Role")
        .expect("it is declared");
    let value = roles.get_value(number).expect("it is one of its values");
    value.name().trim_start_matches("ROLE_").to_lowercase()
}

fn of_message(message: &MessageDescriptor, page: &mut String) {
    let file = message.parent_file();
    let _ = write!(
        page,
        "\n### `{}`\n\n{}\n",
        message.name(),
        comment(&file, message.path())
    );
    if message.fields().len() > 0 {
        page.push_str("\n| field | type | |\n|---|---|---|\n");
    }
    for field in message.fields() {
        let comment = comment(&file, field.path());
        let _ = writeln!(
            page,
            "| `{}` | {} | {comment} |",
            field.name(),
            type_name(&field)
        );
    }
    for nested in message.child_messages() {
        of_message(&nested, page);
    }
    for nested in message.child_enums() {
        of_enum(&nested, page);
    }
}

fn of_enum(it: &EnumDescriptor, page: &mut String) {
    let file = it.parent_file();
    let _ = write!(
        page,
        "\n### `{}`\n\n{}\n\n| value | |\n|---|---|\n",
        it.name(),
        comment(&file, it.path())
    );
    for value in it.values() {
        let _ = writeln!(
            page,
            "| `{}` | {} |",
            value.name(),
            comment(&file, value.path())
        );
    }
}

fn type_name(field: &FieldDescriptor) -> String {
    let name = match field.kind() {
        Kind::Message(message) => message.name().to_owned(),
        Kind::Enum(it) => it.name().to_owned(),
        kind => format!("{kind:?}").to_lowercase(),
    };
    match field.cardinality() {
        Cardinality::Repeated => format!("repeated {name}"),
        _ if field.field_descriptor_proto().proto3_optional() => format!("optional {name}"),
        _ => match field.containing_oneof() {
            Some(oneof) => format!("{name}, one of `{}`", oneof.name()),
            None => name,
        },
    }
}

/// The comment above, on one line; a bar would end a cell of a table.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    let location =
        info.and_then(|info| info.location.iter().find(|location| location.path == path));
    let text = location
        .map(prost_types::source_code_info::Location::leading_comments)
        .unwrap_or_default();
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}
