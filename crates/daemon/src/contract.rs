//! What the contract of a service says: its methods, and which role each needs (`synthsmith.access.v1.role`).

use std::collections::HashMap;

use anyhow::Context as _;
use prost_reflect::{DescriptorPool, MethodDescriptor, Value};
use synthsmith_rpc::Methods;
use synthsmith_security::Role;

const OPTION: &str = "synthsmith.access.v1.role";

#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) methods: Methods,
    /// By the paths of methods; those whose contract names none are left out.
    pub(crate) roles: HashMap<String, Role>,
}

// === impl Contract ===

impl Contract {
    pub(crate) fn read(descriptors: &[u8], service: &str) -> anyhow::Result<Self> {
        let pool = DescriptorPool::decode(descriptors).context("the contracts cannot be read")?;
        let service = pool.get_service_by_name(service);
        let methods: Vec<MethodDescriptor> = service
            .iter()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .collect();
        Ok(Self {
            methods: Methods::new(methods.iter().map(path)),
            roles: methods
                .iter()
                .filter_map(|method| Some((path(method), role(&pool, method)?)))
                .collect(),
        })
    }
}

fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
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
