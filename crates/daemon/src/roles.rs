//! Which role a method needs, as its contract says (`synthsmith.access.v1.role`).

use std::collections::HashMap;

use anyhow::Context as _;
use prost_reflect::{DescriptorPool, MethodDescriptor, Value};
use synthsmith_security::Role;

const OPTION: &str = "synthsmith.access.v1.role";

/// The roles of the methods of `service`, by their paths; methods whose contract names none are left out.
pub(crate) fn read(descriptors: &[u8], service: &str) -> anyhow::Result<HashMap<String, Role>> {
    let pool = DescriptorPool::decode(descriptors).context("the contracts cannot be read")?;
    let Some(service) = pool.get_service_by_name(service) else {
        return Ok(HashMap::new());
    };
    let roles = service.methods().filter_map(|method| {
        let path = format!("/{}/{}", service.full_name(), method.name());
        Some((path, role(&pool, &method)?))
    });
    Ok(roles.collect())
}

fn role(pool: &DescriptorPool, method: &MethodDescriptor) -> Option<Role> {
    let extension = pool.get_extension_by_name(OPTION)?;
    let options = method.options();
    let value = options.get_extension(&extension);
    let Value::EnumNumber(number) = *value else {
        return None;
    };
    match number {
        1 => Some(Role::Reader),
        2 => Some(Role::Caller),
        3 => Some(Role::Operator),
        _ => None,
    }
}
