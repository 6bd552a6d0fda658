//! Protected connections.

use std::time::Duration;

use synthsmith_proto::gateway::v1::GetUsageRequest;
use synthsmith_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use synthsmith_rpc::client::{Connector, connect};
use synthsmith_security::ClientFiles;
use synthsmith_tests::Daemon;
use tonic::{Code, Status};

use crate::vault::{Authority, Vault};

const HOUR: Duration = Duration::from_hours(1);

async fn usage(connector: &Connector, address: &str) -> Result<(), Status> {
    let mut client = GatewayServiceClient::new(connector.connect(address).unwrap());
    let request = GetUsageRequest {
        run_id: "none".to_owned(),
    };
    client.get_usage(request).await.map(|_| ())
}

fn connector(vault: &Vault, authority: &str, identity: Option<&str>) -> Connector {
    let files = ClientFiles {
        authority: vault.path(authority),
        identity: identity.map(|name| {
            (
                vault.path(&format!("{name}.pem")),
                vault.path(&format!("{name}-key.pem")),
            )
        }),
    };
    Connector::new(None, Some(files.watch("h2", HOUR).unwrap()))
}

/// The usage of a run that nobody knows is empty, or an error of the service: the connection was made.
fn is_connected(answer: &Result<(), Status>) -> bool {
    match answer {
        Ok(()) => true,
        // What is no gRPC breaks the protocol, which is told as internal.
        Err(status) => !matches!(status.code(), Code::Unavailable | Code::Internal),
    }
}

#[tokio::test]
async fn only_who_shows_a_certificate_of_the_authority_is_connected() {
    let vault = Vault::new();
    let (ours, theirs) = (Authority::new(), Authority::new());
    vault.write("ours.pem", &ours.pem());
    vault.write("theirs.pem", &theirs.pem());
    vault.write_identity("server", &ours);
    vault.write_identity("client", &ours);
    vault.write_identity("stranger", &theirs);
    let daemon = Daemon::start(
        "gateway",
        &[
            ("SECURITY__CERTIFICATE_FILE", &vault.setting("server.pem")),
            (
                "SECURITY__PRIVATE_KEY_FILE",
                &vault.setting("server-key.pem"),
            ),
            ("SECURITY__AUTHORITY_FILE", &vault.setting("ours.pem")),
            ("SECURITY__REQUIRE_CLIENT_CERTIFICATE", "true"),
        ],
    )
    .await;
    let address = format!("https://{}", daemon.authority());
    let good = usage(&connector(&vault, "ours.pem", Some("client")), &address).await;
    assert!(is_connected(&good), "{good:?}");
    let refused = [
        ("ours.pem", None),
        ("ours.pem", Some("stranger")),
        ("theirs.pem", Some("client")),
    ];
    for (authority, identity) in refused {
        let answer = usage(&connector(&vault, authority, identity), &address).await;
        assert!(
            !is_connected(&answer),
            "{authority} {identity:?}: {answer:?}"
        );
    }
    let plain = usage(
        &Connector::default(),
        &format!("http://{}", daemon.authority()),
    )
    .await;
    assert!(!is_connected(&plain), "{plain:?}");
    daemon.terminate();
    assert_eq!(daemon.exit_code(Duration::from_mins(1)).await, Some(0));
}

#[tokio::test]
async fn those_who_open_connections_and_say_nothing_keep_nobody_out() {
    let vault = Vault::new();
    let ours = Authority::new();
    vault.write("ours.pem", &ours.pem());
    vault.write_identity("server", &ours);
    let certificate = vault.setting("server.pem");
    let private_key = vault.setting("server-key.pem");
    let settings = [
        ("SECURITY__CERTIFICATE_FILE", certificate.as_str()),
        ("SECURITY__PRIVATE_KEY_FILE", private_key.as_str()),
    ];
    let daemon = Daemon::start("gateway", &settings).await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        let connection = tokio::net::TcpStream::connect(daemon.authority()).await;
        silent.push(connection.unwrap());
    }
    let address = format!("https://{}", daemon.authority());
    let connector = connector(&vault, "ours.pem", None);
    let answer = tokio::time::timeout(Duration::from_secs(5), usage(&connector, &address)).await;
    assert!(is_connected(&answer.expect("nobody waits for the silent")));
    daemon.terminate();
    assert_eq!(daemon.exit_code(Duration::from_mins(1)).await, Some(0));
}

#[tokio::test]
async fn a_new_certificate_is_shown_without_a_restart() {
    let vault = Vault::new();
    let (old, new) = (Authority::new(), Authority::new());
    vault.write("old.pem", &old.pem());
    vault.write("new.pem", &new.pem());
    vault.write_identity("server", &old);
    let daemon = Daemon::start(
        "gateway",
        &[
            ("SECURITY__CERTIFICATE_FILE", &vault.setting("server.pem")),
            (
                "SECURITY__PRIVATE_KEY_FILE",
                &vault.setting("server-key.pem"),
            ),
            ("SECURITY__RELOAD_SECONDS", "1"),
        ],
    )
    .await;
    let address = format!("https://{}", daemon.authority());
    let answer = usage(&connector(&vault, "old.pem", None), &address).await;
    assert!(is_connected(&answer), "{answer:?}");
    vault.write_identity("server", &new);
    while !is_connected(&usage(&connector(&vault, "new.pem", None), &address).await) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let answer = usage(&connector(&vault, "old.pem", None), &address).await;
    assert!(!is_connected(&answer), "{answer:?}");
    daemon.terminate();
    assert_eq!(daemon.exit_code(Duration::from_mins(1)).await, Some(0));
}

#[tokio::test]
async fn a_protected_address_needs_an_authority() {
    let error = connect("https://localhost:7106").unwrap_err().to_string();
    assert!(error.contains("security.authority_file"), "{error}");
}
