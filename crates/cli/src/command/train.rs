//! `synthsmith train sft`: a model from a data set.

mod follow;
mod page;
mod report;
mod rows;
mod spec;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use synthsmith_daemon::Shutdown;
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_rpc::client::Connector;

use super::Session;
use crate::args::{SftArgs, Train, TrainArgs};
use crate::claimed_folder::{ClaimedFolder, Purpose};
use crate::cluster::{self, Cluster};
use crate::exit::Failure;
use crate::output::{self, say};
use crate::trainer::Trainer;

static TRAINING: Purpose = Purpose {
    noun: "training",
    command: "synthsmith train sft",
};

/// What the folder remembers, to go on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    job_id: String,
    connect: Option<String>,
    /// Where the model to begin with lies, for a trainer of this process.
    models: Option<PathBuf>,
}

pub(super) async fn run(session: &Session, args: &TrainArgs) -> anyhow::Result<()> {
    let Train::Sft(args) = &args.command;
    let report = sft(session, args).await?;
    if session.is_json {
        output::print_json(&report)?;
    }
    Ok(())
}

/// Trains, or goes on with it; the answer is the report.
pub(super) async fn sft(session: &Session, args: &SftArgs) -> anyhow::Result<Value> {
    if let Some(device) = args.device {
        let checked = device.check().map_err(anyhow::Error::from);
        checked.map_err(|error| Failure::Usage(format!("{error:#}")))?;
    }
    let folder = ClaimedFolder::new(&args.out, &TRAINING);
    let remembered = if args.resume {
        folder.recall()?
    } else {
        claimed(&folder, args)?
    };
    let lock = folder.lock()?;
    let trained = Training {
        session,
        args,
        folder: &folder,
        remembered,
    };
    let report = trained.work().await?;
    drop(lock);
    if !session.is_json {
        report::tell(&folder, &report);
    }
    Ok(report)
}

fn claimed(folder: &ClaimedFolder, args: &SftArgs) -> anyhow::Result<Remembered> {
    let base = args.base.as_deref().filter(|_| args.connect.is_none());
    let base = base.map(existing).transpose()?;
    let remembered = Remembered {
        job_id: format!("sft-{:x}", std::process::id()),
        connect: args.connect.clone(),
        models: base.and_then(|base| base.parent().map(Path::to_owned)),
    };
    folder.claim(&remembered)?;
    Ok(remembered)
}

/// The path stays right when the next process starts elsewhere.
fn existing(base: &Path) -> anyhow::Result<PathBuf> {
    std::fs::canonicalize(base).map_err(|error| {
        let shown = base.display();
        Failure::Usage(format!("there is no model in {shown}: {error}")).into()
    })
}

struct Training<'a> {
    session: &'a Session,
    args: &'a SftArgs,
    folder: &'a ClaimedFolder,
    remembered: Remembered,
}

impl Training<'_> {
    async fn work(self) -> anyhow::Result<Value> {
        let mut signals = Shutdown::listen()?;
        let cluster = match self.remembered.connect {
            Some(_) => None,
            None => Some(self.own_trainer().await.inspect_err(|_| self.abandon())?),
        };
        let ended = tokio::select! {
            ended = self.trained(cluster.as_ref()) => ended,
            () = signals.received() => {
                signals.then_exit();
                say("stopping at a checkpoint");
                Err(Failure::Interrupted(format!("interrupted{}", self.advice())).into())
            }
        };
        if let Some(cluster) = cluster {
            cluster.stop().await;
        }
        // What was refused at once has left nothing to go on with.
        ended.inspect_err(|error| {
            if matches!(error.downcast_ref(), Some(Failure::Usage(_))) {
                self.abandon();
            }
        })
    }

    fn abandon(&self) {
        if !self.args.resume {
            self.folder.abandon();
        }
    }

    async fn own_trainer(&self) -> anyhow::Result<Cluster> {
        let plan = cluster::TrainerPlan {
            store: self.folder.state().join("trainer"),
            models: self.remembered.models.clone(),
            threads: self
                .args
                .threads
                .and_then(|threads| u32::try_from(threads).ok()),
            device: self.args.device,
        };
        let Session {
            settings,
            telemetry,
            ..
        } = self.session;
        cluster::start_trainer(settings, plan, telemetry).await
    }

    async fn trained(&self, cluster: Option<&Cluster>) -> anyhow::Result<Value> {
        let (connector, address) = match (cluster, &self.remembered.connect) {
            (Some(cluster), _) => (Connector::default(), cluster.address.clone()),
            (None, connect) => (
                self.session.connector()?,
                connect.clone().unwrap_or_default(),
            ),
        };
        let mut trainer = Trainer::at(&connector, &address)?;
        let id = &self.remembered.job_id;
        if self.args.resume {
            trainer.resume(id).await?;
        } else {
            self.begin(&mut trainer).await?;
        }
        let advice = self.advice();
        let is_quiet = self.session.is_json;
        let told = follow::to_the_end(&mut trainer, id, is_quiet, &advice).await?;
        trainer.deliver(id, self.folder.path()).await?;
        report::write(self.folder, &told)
    }

    async fn begin(&self, trainer: &mut Trainer) -> anyhow::Result<()> {
        let data = self.args.data.as_ref();
        let data = data.ok_or_else(|| Failure::Usage("DATA is required".to_owned()))?;
        let put = rows::put(trainer, data).await?;
        let spec = pb::create_job_request::Spec::Sft(spec::of(self.args, put.digest)?);
        let job = trainer.create(&self.remembered.job_id, spec).await?;
        if !self.session.is_json {
            say(&format!("{} rows; job {}", put.row_count, job.name));
        }
        Ok(())
    }

    fn advice(&self) -> String {
        let shown = self.folder.path().display();
        format!("; go on by `synthsmith train sft --resume --out {shown}`")
    }
}
