//! The rule that every method names the role that it needs.

use prost_reflect::DescriptorPool;
use synthsmith_proto::FILE_DESCRIPTOR_SET;

#[test]
fn every_method_names_the_role_it_needs() {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build encoded it");
    let option = pool
        .get_extension_by_name("synthsmith.access.v1.role")
        .expect("the contracts declare it");
    let methods = pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>());
    let unnamed: Vec<String> = methods
        .filter(|method| !method.options().has_extension(&option))
        .map(|method| method.full_name().to_owned())
        .collect();
    assert!(unnamed.is_empty(), "{}", unnamed.join("\n"));
}
