//! Every method of every service asks for a key.

use std::str::FromStr as _;
use std::time::Duration;

use http::uri::PathAndQuery;
use prost::bytes::{Buf as _, Bytes};
use prost_reflect::{DescriptorPool, MethodDescriptor};
use synthsmith_security::{Key, Role};
use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::Daemon;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::vault::Vault;

const DAEMONS: [&str; 7] = [
    "gateway",
    "feature-evolver",
    "task-synth",
    "solver",
    "test-gen",
    "orchestrator",
    "verifier",
];

/// Messages as bytes, since an empty one is valid for every method.
#[derive(Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, _: Bytes, _: &mut EncodeBuf<'_>) -> Result<(), Status> {
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, message: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(message.copy_to_bytes(message.remaining())))
    }
}

fn methods(daemon: &str) -> Vec<MethodDescriptor> {
    let pool = DescriptorPool::decode(synthsmith_proto::FILE_DESCRIPTOR_SET).unwrap();
    let package = format!("synthsmith.{}.v1", daemon.replace('-', "_"));
    let of_daemon = |service: &prost_reflect::ServiceDescriptor| service.package_name() == package;
    let services = pool.services().filter(of_daemon);
    services
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .collect()
}

/// The role that the contract names.
fn role(method: &MethodDescriptor) -> Role {
    let pool = method.parent_pool();
    let extension = pool
        .get_extension_by_name("synthsmith.access.v1.role")
        .unwrap();
    match method.options().get_extension(&extension).as_enum_number() {
        Some(1) => Role::Reader,
        Some(2) => Role::Caller,
        Some(3) => Role::Operator,
        other => panic!("{} names no role: {other:?}", method.full_name()),
    }
}

/// Calls with an empty message.
async fn call(
    channel: &Channel,
    method: &MethodDescriptor,
    authorization: Option<&str>,
) -> Result<(), Status> {
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let mut request = Request::new(futures::stream::iter([Bytes::new()]));
    request.set_timeout(Duration::from_secs(20));
    if let Some(authorization) = authorization {
        request
            .metadata_mut()
            .insert("authorization", authorization.parse().unwrap());
    }
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let path = PathAndQuery::from_str(&path).unwrap();
    let mut answers = client.streaming(request, path, Raw).await?.into_inner();
    answers.message().await.map(|_| ())
}

fn bearer(key: &Key) -> String {
    format!("Bearer {}", key.reveal())
}

fn is_refused(status: &Status, code: Code, reason: &str) -> bool {
    let info = status.get_details_error_info();
    status.code() == code && info.is_some_and(|info| info.reason == reason)
}

#[tokio::test]
async fn every_method_of_every_service_asks_for_a_key_with_its_role() {
    let test = "every_method_of_every_service_asks_for_a_key_with_its_role";
    if !engine_or_skip(test) {
        return;
    }
    let vault = Vault::new();
    let reader = vault.add_key("eyes", Role::Reader, false);
    let caller = vault.add_key("team", Role::Caller, false);
    let operator = vault.add_key("daemons", Role::Operator, false);
    let expired = vault.add_key("left", Role::Operator, true);
    let unknown = Key::generate().unwrap();
    let mut seen = 0;
    for name in DAEMONS {
        let keys = vault.setting("keys.toml");
        let daemon = Daemon::start(
            name,
            &[("SECURITY__KEYS_FILE", &keys), ("VERIFIER__POOL_SIZE", "0")],
        )
        .await;
        let channel = daemon.channel().await;
        for method in methods(name) {
            seen += 1;
            let needed = role(&method);
            let refusals = [
                (None, Code::Unauthenticated, "KEY_MISSING"),
                (
                    Some("Bearer".to_owned()),
                    Code::Unauthenticated,
                    "KEY_MALFORMED",
                ),
                (Some(bearer(&unknown)), Code::Unauthenticated, "KEY_UNKNOWN"),
                (Some(bearer(&expired)), Code::Unauthenticated, "KEY_EXPIRED"),
            ];
            for (shown, code, reason) in refusals {
                let status = call(&channel, &method, shown.as_deref()).await.unwrap_err();
                assert!(
                    is_refused(&status, code, reason),
                    "{} {reason}: {status:?}",
                    method.full_name()
                );
            }
            for (key, role) in [
                (&reader, Role::Reader),
                (&caller, Role::Caller),
                (&operator, Role::Operator),
            ] {
                let answer = call(&channel, &method, Some(&bearer(key))).await;
                let is_too_low = answer.is_err_and(|status| {
                    is_refused(&status, Code::PermissionDenied, "ROLE_TOO_LOW")
                });
                assert_eq!(
                    is_too_low,
                    role < needed,
                    "{} as {role}",
                    method.full_name()
                );
            }
        }
        // Probes have no keys.
        daemon.health().await;
        daemon.terminate();
        assert_eq!(
            daemon.exit_code(Duration::from_mins(1)).await,
            Some(0),
            "{name}"
        );
    }
    assert!(seen >= 20, "{seen} methods were seen");
}

#[tokio::test]
async fn keys_are_given_and_taken_back_while_the_daemon_runs() {
    let vault = Vault::new();
    let old = vault.add_key("team", Role::Operator, false);
    let keys = vault.setting("keys.toml");
    let settings = [
        ("SECURITY__KEYS_FILE", keys.as_str()),
        ("SECURITY__RELOAD_SECONDS", "1"),
    ];
    let daemon = Daemon::start("gateway", &settings).await;
    let channel = daemon.channel().await;
    let method = methods("gateway")
        .into_iter()
        .find(|method| method.name() == "GetUsage")
        .unwrap();
    let is_let_in = async |key: &Key| {
        let answer = call(&channel, &method, Some(&bearer(key))).await;
        answer.is_ok_and(|()| true)
            || call(&channel, &method, Some(&bearer(key)))
                .await
                .is_err_and(|status| status.code() != Code::Unauthenticated)
    };
    assert!(is_let_in(&old).await);
    vault.write("keys.toml", "this is no file of keys");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(is_let_in(&old).await, "a broken file changes nothing");
    vault.write("keys.toml", "");
    let new = vault.add_key("team", Role::Operator, false);
    while !is_let_in(&new).await {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(!is_let_in(&old).await);
    daemon.terminate();
    assert_eq!(daemon.exit_code(Duration::from_mins(1)).await, Some(0));
}
