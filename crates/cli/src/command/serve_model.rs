//! `synthsmith serve-model`: a model in a folder as an endpoint, until Ctrl-C.

use std::path::{Path, PathBuf};

use serde_json::json;
use synthsmith_daemon::{Security, ServerConfig, Shutdown, launch};
use synthsmith_model_server::{Component, Config};

use super::Session;
use crate::args::ServeModelArgs;
use crate::cluster::cores;
use crate::exit::Failure;
use crate::output;

pub(super) async fn run(session: &Session, args: &ServeModelArgs) -> anyhow::Result<()> {
    let config = Config {
        model: model_folder(&args.model),
        name: args.name.clone(),
        api_key: args.api_key_env.as_deref().map(key).transpose()?,
        threads: args.threads.unwrap_or_else(cores),
        ..session.settings.section("model-server")?
    };
    let address = ServerConfig {
        listen: args.listen,
        ..ServerConfig::default()
    };
    let mut signals = Shutdown::listen()?;
    let security = Security::default();
    let mut served = launch::<Component>(config, &address, &security, &session.telemetry).await?;
    let url = format!("{}/v1", served.url());
    if session.is_json {
        output::print_json(&json!({"url": url}))?;
    } else {
        output::print(&url);
        output::say("serving; Ctrl-C ends it");
    }
    let broke_down = tokio::select! {
        ended = served.ended() => ended.err(),
        () = signals.received() => None,
    };
    signals.then_exit();
    served.drain().await?;
    broke_down.map_or(Ok(()), Err)
}

/// The model itself, or that in the output folder of a training.
pub(super) fn model_folder(path: &Path) -> PathBuf {
    let inner = path.join("model");
    if !path.join("config.json").exists() && inner.join("config.json").exists() {
        return inner;
    }
    path.to_owned()
}

fn key(name: &str) -> anyhow::Result<String> {
    let key = std::env::var(name).ok().filter(|key| !key.is_empty());
    Ok(key.ok_or_else(|| Failure::Usage(format!("the environment variable {name} is not set")))?)
}
