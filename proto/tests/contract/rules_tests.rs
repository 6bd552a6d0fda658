//! Breaks each rule once.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{EnumValueDescriptorProto, ServiceDescriptorProto};

use super::*;

fn field(name: &str, kind: Type) -> FieldDescriptorProto {
    FieldDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(1),
        label: Some(Label::Optional.into()),
        r#type: Some(kind.into()),
        ..FieldDescriptorProto::default()
    }
}

fn typed(name: &str, type_name: &str) -> FieldDescriptorProto {
    FieldDescriptorProto {
        type_name: Some(type_name.to_owned()),
        ..field(name, Type::Message)
    }
}

fn message(name: &str, fields: Vec<FieldDescriptorProto>) -> DescriptorProto {
    DescriptorProto {
        name: Some(name.to_owned()),
        field: fields,
        ..DescriptorProto::default()
    }
}

fn an_enum(name: &str, values: &[&str], allow_alias: bool) -> EnumDescriptorProto {
    let value = |(number, name): (i32, &&str)| EnumValueDescriptorProto {
        name: Some((*name).to_owned()),
        number: Some(number),
        ..EnumValueDescriptorProto::default()
    };
    EnumDescriptorProto {
        name: Some(name.to_owned()),
        value: (0..).zip(values).map(value).collect(),
        options: Some(EnumOptions {
            allow_alias: Some(allow_alias),
            ..EnumOptions::default()
        }),
        ..EnumDescriptorProto::default()
    }
}

fn method(name: &str, input: &str, output: &str) -> MethodDescriptorProto {
    MethodDescriptorProto {
        name: Some(name.to_owned()),
        input_type: Some(input.to_owned()),
        output_type: Some(output.to_owned()),
        ..MethodDescriptorProto::default()
    }
}

fn service(name: &str, methods: Vec<MethodDescriptorProto>) -> ServiceDescriptorProto {
    ServiceDescriptorProto {
        name: Some(name.to_owned()),
        method: methods,
        ..ServiceDescriptorProto::default()
    }
}

/// A file that keeps every rule as long as `change` does not.
fn file_with(change: impl FnOnce(&mut FileDescriptorProto)) -> FileDescriptorProto {
    let mut file = FileDescriptorProto {
        name: Some("synthsmith/a/v1/a_service.proto".to_owned()),
        package: Some("synthsmith.a.v1".to_owned()),
        syntax: Some("proto3".to_owned()),
        service: vec![service(
            "AService",
            vec![method(
                "GetIt",
                ".synthsmith.a.v1.GetItRequest",
                ".synthsmith.a.v1.GetItResponse",
            )],
        )],
        message_type: vec![message("GetItRequest", vec![field("name", Type::String)])],
        enum_type: vec![an_enum(
            "TheKind",
            &["THE_KIND_UNSPECIFIED", "THE_KIND_A"],
            false,
        )],
        ..FileDescriptorProto::default()
    };
    change(&mut file);
    file
}

fn count(change: impl FnOnce(&mut FileDescriptorProto)) -> usize {
    breaches(&file_with(change)).len()
}

#[test]
fn a_file_that_keeps_the_rules_has_no_breach() {
    assert_eq!(breaches(&file_with(|_| {})), Vec::<String>::new());
}

#[test]
fn a_wrong_layout_is_found() {
    assert_eq!(
        count(|it| it.name = Some("synthsmith/b/v1/a_service.proto".to_owned())),
        1
    );
    assert_eq!(
        count(|it| it.name = Some("synthsmith/a/v1/A_service.proto".to_owned())),
        1
    );
    assert_eq!(
        count(|it| it.name = Some("synthsmith/a/v1/a.proto".to_owned())),
        1
    );
    assert_eq!(count(|it| it.syntax = None), 1);
    assert_eq!(count(|it| it.public_dependency = vec![0]), 1);
    assert_eq!(count(|it| it.service.push(service("BService", vec![]))), 2);
    let unversioned = |it: &mut FileDescriptorProto| {
        it.name = Some("synthsmith/a/a_service.proto".to_owned());
        it.package = Some("synthsmith.a".to_owned());
        it.service[0].method.clear();
    };
    assert_eq!(count(unversioned), 1);
}

#[test]
fn versions_are_told_from_other_names() {
    for (text, expected) in [
        ("v1", true),
        ("v12", true),
        ("v1alpha1", true),
        ("v2beta3", true),
        ("v", false),
        ("v1alpha", false),
        ("one", false),
        ("1", false),
    ] {
        assert_eq!(is_version(text), expected, "{text}");
    }
}

#[test]
fn wrong_names_of_services_and_rpcs_are_found() {
    assert_eq!(count(|it| it.service[0].name = Some("Wrong".to_owned())), 1);
    assert_eq!(
        count(|it| it.service[0].method[0].input_type = Some(".a.B".to_owned())),
        1
    );
    assert_eq!(
        count(|it| it.service[0].method[0].output_type = Some(".a.B".to_owned())),
        1
    );
    // Its messages no longer fit either.
    assert_eq!(
        count(|it| it.service[0].method[0].name = Some("Get".to_owned())),
        3
    );
}

#[test]
fn a_message_used_by_several_rpcs_is_found() {
    let one = file_with(|_| {});
    assert_eq!(
        shared_messages(std::slice::from_ref(&one)),
        Vec::<String>::new()
    );
    let twice = file_with(|it| {
        let again = method("AskIt", ".synthsmith.a.v1.GetItRequest", ".b.AskItResponse");
        it.service[0].method.push(again);
    });
    assert_eq!(shared_messages(&[twice]).len(), 1);
}

#[test]
fn a_list_without_pages_is_found() {
    let request = |fields| message("ListItsRequest", fields);
    let response = |fields| message("ListItsResponse", fields);
    let size = || field("page_size", Type::Int32);
    let token = || field("page_token", Type::String);
    let next = || field("next_page_token", Type::String);
    let repeated = FieldDescriptorProto {
        label: Some(Label::Repeated.into()),
        ..field("its", Type::String)
    };
    let cases = [
        (request(vec![size(), token()]), 0),
        (request(vec![size()]), 1),
        (request(vec![token()]), 1),
        (response(vec![repeated.clone(), next()]), 0),
        (response(vec![repeated]), 1),
        (response(vec![next()]), 1),
    ];
    for (message, expected) in cases {
        let shown = format!("{message:?}");
        assert_eq!(
            count(|it| it.message_type.push(message)),
            expected,
            "{shown}"
        );
    }
}

#[test]
fn wrong_names_of_messages_and_fields_are_found() {
    assert_eq!(
        count(|it| it.message_type.push(message("lower", vec![]))),
        1
    );
    assert_eq!(
        count(|it| it.message_type[0].field[0].name = Some("camelCase".to_owned())),
        1
    );
    assert_eq!(
        count(|it| it.message_type[0].field[0].name = Some("two__lines".to_owned())),
        1
    );
    let nested = |it: &mut FileDescriptorProto| {
        it.message_type[0].nested_type = vec![message("Snake_Case", vec![])];
    };
    assert_eq!(count(nested), 1);
}

#[test]
fn wrong_enums_are_found() {
    let cases = [
        (an_enum("Kind", &["KIND_UNSPECIFIED"], true), 1),
        (an_enum("Kind", &["KIND_NONE", "KIND_A"], false), 1),
        (an_enum("Kind", &["KIND_UNSPECIFIED", "A"], false), 1),
        (an_enum("Kind", &[], false), 1),
        (an_enum("kind", &["KIND_UNSPECIFIED"], false), 1),
    ];
    for (it, expected) in cases {
        let shown = format!("{it:?}");
        assert_eq!(
            count(|file| file.enum_type = vec![it.clone()]),
            expected,
            "{shown}"
        );
        let within = |file: &mut FileDescriptorProto| file.message_type[0].enum_type = vec![it];
        assert_eq!(count(within), expected, "{shown}");
    }
}

#[test]
fn wrong_types_are_found() {
    let cases = [
        (field("a", Type::Uint32), 1),
        (field("a", Type::Uint64), 1),
        (field("a", Type::Fixed32), 1),
        (field("a", Type::Int64), 0),
        (typed("a", ".google.protobuf.Any"), 1),
        (typed("created", ".google.protobuf.Timestamp"), 1),
        (typed("create_time", ".google.protobuf.Timestamp"), 0),
    ];
    for (it, expected) in cases {
        let shown = format!("{it:?}");
        assert_eq!(
            count(|file| file.message_type[0].field.push(it)),
            expected,
            "{shown}"
        );
    }
    let map = |file: &mut FileDescriptorProto| {
        file.message_type[0].options = Some(MessageOptions {
            map_entry: Some(true),
            ..MessageOptions::default()
        });
    };
    assert_eq!(count(map), 1);
}
