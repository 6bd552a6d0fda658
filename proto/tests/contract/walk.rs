//! Goes through a file's messages and enums, the nested ones too.

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

/// Numbers of fields in `descriptor.proto`, of which the paths to comments are made.
pub(crate) mod tag {
    pub(crate) const FILE_MESSAGE: i32 = 4;
    pub(crate) const FILE_ENUM: i32 = 5;
    pub(crate) const FILE_SERVICE: i32 = 6;
    pub(crate) const MESSAGE_FIELD: i32 = 2;
    pub(crate) const MESSAGE_NESTED: i32 = 3;
    pub(crate) const MESSAGE_ENUM: i32 = 4;
    pub(crate) const MESSAGE_ONEOF: i32 = 8;
    pub(crate) const ENUM_VALUE: i32 = 2;
    pub(crate) const SERVICE_METHOD: i32 = 2;
}

/// Something with its full name and the path to its comment.
#[derive(Debug)]
pub(crate) struct Found<T> {
    pub(crate) name: String,
    pub(crate) path: Vec<i32>,
    pub(crate) it: T,
}

/// `path` with one more step: the field `tag`, its element `index`.
pub(crate) fn step(path: &[i32], tag: i32, index: usize) -> Vec<i32> {
    let index = i32::try_from(index).expect("descriptors are small");
    [path, &[tag, index]].concat()
}

/// The messages of a file, each followed by those within it.
pub(crate) fn messages(file: &FileDescriptorProto) -> Vec<Found<&DescriptorProto>> {
    let mut found = Vec::new();
    for (index, message) in file.message_type.iter().enumerate() {
        let path = step(&[], tag::FILE_MESSAGE, index);
        collect(message, file.package(), &path, &mut found);
    }
    found
}

fn collect<'a>(
    message: &'a DescriptorProto,
    scope: &str,
    path: &[i32],
    found: &mut Vec<Found<&'a DescriptorProto>>,
) {
    let name = format!("{scope}.{}", message.name());
    found.push(Found {
        name: name.clone(),
        path: path.to_owned(),
        it: message,
    });
    for (index, nested) in message.nested_type.iter().enumerate() {
        collect(
            nested,
            &name,
            &step(path, tag::MESSAGE_NESTED, index),
            found,
        );
    }
}

/// The enums of a file: its own, then those of its messages.
pub(crate) fn enums(file: &FileDescriptorProto) -> Vec<Found<&EnumDescriptorProto>> {
    let mut found = found_enums(&file.enum_type, file.package(), &[], tag::FILE_ENUM);
    for message in messages(file) {
        let enums = &message.it.enum_type;
        let nested = found_enums(enums, &message.name, &message.path, tag::MESSAGE_ENUM);
        found.extend(nested);
    }
    found
}

fn found_enums<'a>(
    enums: &'a [EnumDescriptorProto],
    scope: &str,
    path: &[i32],
    tag: i32,
) -> Vec<Found<&'a EnumDescriptorProto>> {
    let found = |(index, it): (usize, &'a EnumDescriptorProto)| Found {
        name: format!("{scope}.{}", it.name()),
        path: step(path, tag, index),
        it,
    };
    enums.iter().enumerate().map(found).collect()
}
