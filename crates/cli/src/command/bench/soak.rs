//! Many small submissions, and what of the machine they leave in use.

mod census;
mod growth;
mod submission;

use std::time::Instant;

use futures::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use synthsmith_daemon::Shutdown;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_rpc::client::ItemChannel;
use synthsmith_verifier::Config;

use super::Setting;
use super::load;
use super::plan::REFERENCE_IN_FLIGHT;
use super::service::{self, Service};
use super::statistics::rounded;
use crate::args::Level;
use crate::exit::Failure;
use crate::output::{self, say};
use census::Census;
use growth::Growth;
use submission::{Answer, Submission};

/// Submissions between two looks at the machine.
const BETWEEN_LOOKS: u64 = 1_000;
/// Full before the first look: a cache on its way to its bound looks like a leak.
const SMALL_CACHE_BYTES: u64 = 256 << 10;
/// Submissions that are judged again at the end.
const REPEATED: u64 = 200;

#[derive(Debug, Serialize)]
struct Report {
    level: Level,
    submissions: u64,
    tests_per_submission: usize,
    seconds: f64,
    censuses: Vec<Census>,
    repeated: u64,
    /// Submissions whose verdicts were others the second time.
    changed: Vec<u64>,
    grew: Vec<Growth>,
}

pub(super) async fn run(setting: &Setting<'_>, mut signals: Shutdown) -> anyhow::Result<()> {
    let config: Config = setting.session.settings.section("verifier")?;
    let cells = config.cell_containers.max(config.slots).to_string();
    let overrides = [
        ("cell_containers", cells),
        ("compile_cache_bytes", SMALL_CACHE_BYTES.to_string()),
    ];
    let work = async |service: &Service| soak(setting, service).await;
    let file = setting.settings_file;
    let report = service::during(file, &overrides, &mut signals, work).await?;
    if setting.session.is_json {
        output::print_json(&report)?;
    } else {
        output::print(&summary(&report));
    }
    if report.changed.is_empty() && report.grew.is_empty() {
        return Ok(());
    }
    Err(Failure::Told.into())
}

async fn soak(setting: &Setting<'_>, service: &Service) -> anyhow::Result<Report> {
    let config: Config = setting.session.settings.section("verifier")?;
    let soak = Soak {
        setting,
        service,
        client: load::client(service.address())?,
        level: setting.args.level.unwrap_or(Level::Cell),
        pool_size: config.pool_size,
        began: Instant::now(),
    };
    let count = setting.args.submissions;
    say(Census::HEADING);
    // The first ones fill pools and caches.
    let mut first = soak.submit(0..count.min(BETWEEN_LOOKS)).await?;
    first.truncate(REPEATED as usize);
    let mut censuses = vec![soak.look(count.min(BETWEEN_LOOKS)).await?];
    let mut done = BETWEEN_LOOKS;
    while done < count {
        let end = (done + BETWEEN_LOOKS).min(count);
        soak.submit(done..end).await?;
        censuses.push(soak.look(end).await?);
        done = end;
    }
    let again = soak.submit(0..first.len() as u64).await?;
    let differs = |index: &u64| first[*index as usize] != again[*index as usize];
    Ok(Report {
        level: soak.level,
        submissions: count,
        tests_per_submission: submission::TESTS,
        seconds: rounded(soak.began.elapsed().as_secs_f64()),
        grew: growth::between(&censuses),
        censuses,
        repeated: first.len() as u64,
        changed: (0..first.len() as u64).filter(differs).collect(),
    })
}

struct Soak<'a> {
    setting: &'a Setting<'a>,
    service: &'a Service,
    client: VerifierServiceClient<ItemChannel>,
    level: Level,
    pool_size: usize,
    began: Instant,
}

impl Soak<'_> {
    /// The answers in order; one that is not as it must be ends the soak.
    async fn submit(&self, range: std::ops::Range<u64>) -> anyhow::Result<Vec<Answer>> {
        futures::stream::iter(range)
            .map(|index| self.submit_one(index))
            .buffered(REFERENCE_IN_FLIGHT)
            .try_collect()
            .await
    }

    async fn submit_one(&self, index: u64) -> anyhow::Result<Answer> {
        let submission = Submission::number(index);
        let request = submission.request(self.level);
        let answer = self.client.clone().judge_program(request).await?;
        submission.check(answer.get_ref())
    }

    async fn look(&self, submissions: u64) -> anyhow::Result<Census> {
        let engine = &self.setting.engine;
        let process_id = self.service.id();
        engine.at_rest(process_id, self.pool_size).await?;
        let containers = engine.containers_of(process_id).await?.len();
        let seconds = self.began.elapsed().as_secs_f64();
        let census = Census::take(process_id, submissions, seconds, containers);
        say(&census.line());
        Ok(census)
    }
}

fn summary(report: &Report) -> String {
    let mut lines = vec![format!(
        "{} submissions of {} tests in {} took {:.0} s; every verdict was right",
        report.submissions,
        report.tests_per_submission,
        report.level.name(),
        report.seconds
    )];
    lines.push(match report.changed.len() {
        0 => format!(
            "{} were judged again, with the same verdicts",
            report.repeated
        ),
        count => format!("{count} of {} changed their verdicts", report.repeated),
    });
    if report.grew.is_empty() {
        lines.push("nothing grew".to_owned());
    }
    for growth in &report.grew {
        lines.push(format!(
            "{} grew from {} to {}",
            growth.what, growth.from, growth.to
        ));
    }
    lines.join("\n")
}
