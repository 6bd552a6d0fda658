//! The model server on the chassis.

use std::path::Path;

use anyhow::Context as _;
use synthsmith_daemon::{Context, Parts};
use synthsmith_sampling::open;
use synthsmith_transformer::sampler::Settings;

use crate::config::Config;
use crate::server::{Served, router};

/// The model server as a daemon; it speaks HTTP.
#[derive(Debug)]
pub struct Component;

impl synthsmith_daemon::Component for Component {
    const NAME: &'static str = "model-server";
    const DEFAULT_PORT: u16 = 7181;
    type Config = Config;

    async fn start(config: Config, _: Context) -> anyhow::Result<Parts> {
        let served = tokio::task::spawn_blocking(move || served(config)).await??;
        Ok(Parts::http(router(served)))
    }
}

fn served(config: Config) -> anyhow::Result<Served> {
    let settings = Settings {
        threads: config.threads as usize,
        cache_bytes: (config.cache_mib as usize) << 20,
        max_sequences: config.max_sequences as usize,
    };
    let room = (config.max_sequences + config.max_queue) as usize;
    let count = |tokens| {
        metrics::counter!("synthsmith_model_server_tokens_total").increment(tokens);
    };
    let ready = open(&config.model, settings, room, count)
        .with_context(|| format!("cannot serve {}", config.model.display()))?;
    Ok(Served {
        name: match config.name.as_str() {
            "" => folder_name(&config.model),
            name => name.to_owned(),
        },
        ready,
        config,
    })
}

fn folder_name(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.map_or_else(|| "model".to_owned(), std::borrow::Cow::into_owned)
}
