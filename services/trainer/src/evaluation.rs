//! Evaluation as a job: a model's answers, graded by the verifier, and the report on them.

mod asked;
mod own_model;
mod report;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use synthsmith_evaluation::Problem;
use synthsmith_evaluation::files::LedgerFile;
use synthsmith_evaluation::grading::{Fidelity, Options};
use synthsmith_evaluation::settings::{ProblemsDigest, Settings};
use synthsmith_evaluator::{Grader, Progress, Trouble, Work};
use synthsmith_models::{ChatModel, GatewayModel};
use synthsmith_rpc::client::{Connector, InvalidAddress, ItemChannel};
use tokio::sync::watch;

use crate::backend::{Ending, Failure};
use crate::config::Config;
use crate::desk::Desk;
use crate::inputs::problems;
use crate::places::Places;
use crate::spec::{EvaluationSpec, Subject};
use crate::store::StoreError;
use asked::Asked;

/// An answer may take so long; a model without a GPU is slow.
const PATIENCE: Duration = Duration::from_hours(2);
/// How far an evaluation is is written at most this often.
const INTERVAL: Duration = Duration::from_millis(200);

/// Evaluates with what is around. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Evaluator {
    verifier: ItemChannel,
    gateway: Arc<dyn ChatModel>,
    config: Arc<Config>,
}

/// An evaluation with all it needs.
struct Begun {
    settings: Settings,
    problems: Vec<Problem>,
    asked: Asked,
    ledger: LedgerFile,
}

impl Evaluator {
    pub(crate) fn new(config: &Config, connector: &Connector) -> Result<Self, InvalidAddress> {
        let gateway = GatewayModel::connect(connector, &config.gateway_address, PATIENCE)?;
        Ok(Self {
            verifier: connector.connect(&config.verifier_address)?,
            gateway: Arc::new(gateway),
            config: Arc::new(config.clone()),
        })
    }

    /// Goes on with an evaluation to its end. What is graded is in the job's ledger whenever this is dropped.
    pub(crate) async fn evaluated(
        &self,
        spec: &EvaluationSpec,
        places: &Places,
        desk: &Desk,
    ) -> Result<Result<Ending, Failure>, StoreError> {
        let begun = match self.begun(spec, places, &desk.id).await {
            Ok((begun, left_out)) => {
                let count = begun.problems.len() as u64;
                desk.store.opened(&desk.id, count, left_out).await?;
                begun
            }
            Err(failure) => return Ok(Err(failure)),
        };
        let (told, progress) = watch::channel(Progress::default());
        let (graded, written) = tokio::join!(
            self.graded(spec, begun, places.made(&desk.id), told),
            write(desk, progress)
        );
        written.map(|()| graded.map(|()| Ending::Done))
    }

    async fn begun(
        &self,
        spec: &EvaluationSpec,
        places: &Places,
        id: &str,
    ) -> Result<(Begun, u64), Failure> {
        let (problems, left_out) = read(spec, places, id).await?;
        let asked = Asked::new(self, spec, places, id).await?;
        let (spec, folder) = (spec.clone(), places.job(id));
        let opening = move || {
            let settings = settings(&spec, &problems);
            let ledger = ledger(&folder, &settings)?;
            Ok(Begun {
                settings,
                problems,
                asked,
                ledger,
            })
        };
        Ok((apart(opening).await??, left_out))
    }

    async fn graded(
        &self,
        spec: &EvaluationSpec,
        begun: Begun,
        made: PathBuf,
        told: watch::Sender<Progress>,
    ) -> Result<(), Failure> {
        let work = Work {
            problems: &begun.problems,
            samples: spec.samples,
            concurrency: self.concurrency(spec),
        };
        let grader = Grader::new(self.verifier.clone(), options(spec));
        let tell = |progress| {
            told.send_replace(progress);
        };
        let done = work.done(&begun.asked, &grader, begun.ledger, tell).await;
        let (ledger, trouble) = done.map_err(|error| Failure::mendable(&error))?;
        if let Some(trouble) = trouble {
            return Err(unfinished(&trouble));
        }
        let (spec, settings, problems) = (spec.clone(), begun.settings, begun.problems);
        let reporting = move || {
            let report = report::of(&spec, &settings, &problems, ledger.ledger());
            report::write(&report, &made)
        };
        apart(reporting).await?
    }

    fn concurrency(&self, spec: &EvaluationSpec) -> usize {
        let concurrency = match spec.concurrency {
            0 => self.config.concurrency,
            concurrency => concurrency,
        };
        concurrency as usize
    }
}

/// Writes how far the evaluation is, until it has ended.
async fn write(desk: &Desk, mut progress: watch::Receiver<Progress>) -> Result<(), StoreError> {
    let mut before: Option<Progress> = None;
    while progress.changed().await.is_ok() {
        let now = *progress.borrow_and_update();
        let new = before.map_or(0, |before| now.graded - before.graded);
        metrics::counter!("synthsmith_trainer_graded_samples_total").increment(new);
        before = Some(now);
        desk.store.progressed(&desk.id, now).await?;
        desk.changed();
        tokio::time::sleep(INTERVAL).await;
    }
    Ok(())
}

async fn read(
    spec: &EvaluationSpec,
    places: &Places,
    id: &str,
) -> Result<(Vec<Problem>, u64), Failure> {
    let mendable = |error| Failure::artifacts(&error);
    let data = places.data(&spec.data, id).await.map_err(mendable)?;
    let tests = match &spec.tests {
        Some(tests) => Some(places.data(tests, id).await.map_err(mendable)?),
        None => None,
    };
    let spec = spec.clone();
    let read = apart(move || problems::read(&spec, &data, tests.as_deref())).await?;
    read.map_err(|error| Failure::fatal(&error))
}

fn ledger(folder: &Path, settings: &Settings) -> Result<LedgerFile, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::mendable(&error))?;
    let opened = LedgerFile::open(&folder.join(report::LEDGER), settings.fingerprint());
    opened.map_err(|error| Failure::mendable(&error))
}

/// Work that takes as long as the problems are many, on a thread of its own.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(|panic| Failure::broke_down("evaluation", &panic))
}

fn settings(spec: &EvaluationSpec, problems: &[Problem]) -> Settings {
    Settings {
        model: match &spec.subject {
            Subject::Model(name) => name.to_string(),
            Subject::Gateway(name) if name.is_empty() => "default".to_owned(),
            Subject::Gateway(name) => name.clone(),
        },
        sampling: spec.sampling(),
        benchmark: problems[0].benchmark,
        problems: ProblemsDigest::of(problems),
        grading: options(spec),
    }
}

fn options(spec: &EvaluationSpec) -> Options {
    Options {
        fidelity: if spec.is_exact {
            Fidelity::LcbRunner
        } else {
            Fidelity::BuiltIn
        },
        ..Options::default()
    }
}

fn unfinished(trouble: &Trouble) -> Failure {
    Failure {
        message: trouble.to_string(),
        can_resume: true,
    }
}
