//! `synthsmith keys`.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use synthsmith_security::{Key, Keyring, Principal, Quota};

use crate::args::{KeysArgs, KeysCommand, NewKeyArgs, RoleArg};
use crate::exit::Failure;
use crate::output;

/// A key is one line; what is longer is something else.
const MAX_INPUT_BYTES: u64 = 4096;

pub(super) fn run(args: &KeysArgs, is_json: bool) -> anyhow::Result<()> {
    match &args.command {
        KeysCommand::New(new) => make(new, is_json),
        KeysCommand::Digest => digest(is_json),
        KeysCommand::List { file } => list(file, is_json),
    }
}

fn make(args: &NewKeyArgs, is_json: bool) -> anyhow::Result<()> {
    let key = Key::generate().context("the system has no random bytes")?;
    let before = match &args.file {
        Some(file) => read_or_empty(file)?,
        None => String::new(),
    };
    let entry = entry(args, &key, quota_of(&args.principal, &before));
    let after = format!("{before}{entry}");
    Keyring::parse(after.as_bytes()).map_err(|error| Failure::Usage(error.to_string()))?;
    if let Some(file) = &args.file {
        append(file, &entry)?;
    }
    if is_json {
        let digest = key.digest().to_string();
        return output::print_json(&json!({"key": key.reveal(), "digest": digest, "entry": entry}));
    }
    output::print(key.reveal());
    match &args.file {
        Some(file) => output::say(&format!(
            "added to {}; the key is not kept anywhere, so keep it now",
            file.display()
        )),
        None => output::say(&format!(
            "the key is not kept anywhere, so keep it now; add this to the file of keys:\n\n{entry}"
        )),
    }
    Ok(())
}

/// What the principal's other keys say; a file that makes no sense is refused afterwards.
fn quota_of(principal: &str, file: &str) -> Quota {
    let keyring = Keyring::parse(file.as_bytes()).unwrap_or_default();
    let mut principals = keyring.principals();
    let known = principals.find(|known| &*known.name == principal);
    known.map(|known| known.quota).unwrap_or_default()
}

fn entry(args: &NewKeyArgs, key: &Key, quota: Quota) -> String {
    let role = match args.role {
        RoleArg::Reader => "reader",
        RoleArg::Caller => "caller",
        RoleArg::Operator => "operator",
    };
    let principal = toml::Value::from(args.principal.as_str());
    let digest = key.digest();
    let until = args.days.map(|days| {
        let until = Timestamp::now() + SignedDuration::from_hours(24 * i64::from(days));
        let until = Timestamp::from_second(until.as_second()).unwrap_or(until);
        format!("expires = \"{until}\"\n")
    });
    let until = until.unwrap_or_default();
    let quota = quota_line(quota);
    format!(
        "[[keys]]\nprincipal = {principal}\nrole = \"{role}\"\ndigest = \"{digest}\"\n{until}{quota}"
    )
}

/// Nothing where nothing is bounded.
fn quota_line(quota: Quota) -> String {
    let bounds = [
        ("calls_per_minute", quota.calls_per_minute),
        ("max_calls", quota.max_calls),
    ];
    let bounds: Vec<String> = bounds
        .iter()
        .filter_map(|(name, bound)| bound.map(|bound| format!("{name} = {bound}")))
        .collect();
    if bounds.is_empty() {
        return String::new();
    }
    format!("quota = {{ {} }}\n", bounds.join(", "))
}

fn read_or_empty(file: &Path) -> anyhow::Result<String> {
    match fs::read_to_string(file) {
        Ok(text) if text.is_empty() || text.ends_with('\n') => Ok(text),
        Ok(text) => Ok(text + "\n"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => {
            Err(Failure::Usage(format!("cannot read {}: {error}", file.display())).into())
        }
    }
}

/// A daemon that reads the file meanwhile sees the entry whole or not at all, or refuses half of it.
fn append(file: &Path, entry: &str) -> anyhow::Result<()> {
    let write = || {
        let mut file = OpenOptions::new().create(true).append(true).open(file)?;
        file.write_all(format!("\n{entry}").as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", file.display()))
}

fn digest(is_json: bool) -> anyhow::Result<()> {
    let mut text = Vec::new();
    let input = std::io::stdin().lock().take(MAX_INPUT_BYTES);
    { input }
        .read_to_end(&mut text)
        .context("cannot read standard input")?;
    let key = Key::from_file(&text).map_err(|error| Failure::Usage(error.to_string()))?;
    let digest = key.digest().to_string();
    if is_json {
        return output::print_json(&json!({"digest": digest}));
    }
    output::print(&digest);
    Ok(())
}

fn list(file: &Path, is_json: bool) -> anyhow::Result<()> {
    let unusable = |what: String| Failure::Usage(format!("{}: {what}", file.display()));
    let bytes = fs::read(file).map_err(|error| unusable(error.to_string()))?;
    let keyring = Keyring::parse(&bytes).map_err(|error| unusable(error.to_string()))?;
    let now = Timestamp::now();
    let mut principals: Vec<&Principal> = keyring.principals().collect();
    principals.sort_by(|one, two| (&one.name, one.expires).cmp(&(&two.name, two.expires)));
    if is_json {
        let rows: Vec<Value> = principals.iter().map(|it| row(it, now)).collect();
        return output::print_json(&rows);
    }
    for principal in principals {
        let until = match principal.expires {
            Some(at) if at <= now => format!("expired {at}"),
            Some(at) => format!("until {at}"),
            None => "does not expire".to_owned(),
        };
        output::print(&format!(
            "{:<24} {:<10} {until}",
            principal.name,
            principal.role.to_string()
        ));
    }
    Ok(())
}

fn row(principal: &Principal, now: Timestamp) -> Value {
    json!({
        "principal": &*principal.name,
        "role": principal.role,
        "expires": principal.expires.map(|at| at.to_string()),
        "is_expired": principal.expires.is_some_and(|at| at <= now),
        "quota": principal.quota,
    })
}
