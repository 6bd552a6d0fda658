use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::*;

struct Files {
    authority: Vec<u8>,
    certificate: Vec<u8>,
    private_key: Vec<u8>,
}

fn files(change: impl FnOnce(&mut CertificateParams)) -> Files {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    change(&mut params);
    let private_key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&private_key, &authority).unwrap();
    Files {
        authority: authority.pem().into_bytes(),
        certificate: certificate.pem().into_bytes(),
        private_key: private_key.serialize_pem().into_bytes(),
    }
}

fn error(result: Result<ServerConfig, TlsError>) -> String {
    let error = result.unwrap_err();
    match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[test]
fn a_server_and_a_client_are_made_of_files() {
    let Files {
        authority,
        certificate,
        private_key,
    } = files(|_| {});
    let config = server(&[certificate.clone(), private_key.clone()], "h2").unwrap();
    assert_eq!(config.alpn_protocols, [b"h2"]);
    server(
        &[certificate.clone(), private_key.clone(), authority.clone()],
        "h2",
    )
    .unwrap();
    client(std::slice::from_ref(&authority), "h2").unwrap();
    client(&[authority, certificate, private_key], "h2").unwrap();
}

#[test]
fn says_which_file_is_not_what_it_should_be() {
    let good = files(|_| {});
    let other = files(|_| {});
    let old = files(|params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
    let early = files(|params| params.not_before = rcgen::date_time_ymd(2090, 1, 1));
    let junk = b"junk".to_vec();
    let table = [
        (
            server(
                &[early.certificate.clone(), early.private_key.clone()],
                "h2",
            ),
            "not valid before 2090",
        ),
        (
            server(&[junk.clone(), good.private_key.clone()], "h2"),
            "certificate file holds no certificate",
        ),
        (
            server(&[good.certificate.clone(), junk.clone()], "h2"),
            "private key file is not PEM",
        ),
        (
            server(&[good.certificate.clone(), other.private_key], "h2"),
            "cannot be used together",
        ),
        (
            server(&[old.certificate, old.private_key], "h2"),
            "expired at 2020-01-01",
        ),
        (
            server(&[good.certificate, good.private_key, junk], "h2"),
            "authority file holds no certificate",
        ),
    ];
    for (result, part) in table {
        let text = error(result);
        assert!(text.contains(part), "{part}: {text}");
    }
}
