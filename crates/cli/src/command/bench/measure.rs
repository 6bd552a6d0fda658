//! The measurement: floors, levels and empty containers in turns, as often as the median needs.

mod probe;
mod reward;
mod rounds;
mod stage;

use std::time::Instant;

use synthsmith_daemon::Shutdown;
use synthsmith_verifier::Config;

use super::checks::{self, Measured};
use super::floors::{self, Band, Bands, Floor, Standing};
use super::machine::Machine;
use super::report::{FloorRow, Floors, LeftOut, Report};
use super::service::{self, Service};
use super::{Setting, statistics, table};
use crate::args::Level;
use crate::exit::Failure;
use crate::output::{self, say};
use rounds::{Found, Rounds};
use stage::Stage;

/// The name of gVisor's runtime.
const GVISOR: &str = "runsc";

pub(super) async fn run(setting: &Setting<'_>, mut signals: Shutdown) -> anyhow::Result<()> {
    let began = Instant::now();
    let machine = Machine::look();
    let bands = Bands::read(&setting.args.bands)?;
    let config: Config = setting.session.settings.section("verifier")?;
    let overrides = [("cell_containers", cells(&config).to_string())];
    let file = setting.settings_file;
    if setting.args.record_bands {
        let work = async |service: &Service| rounds::floors(setting, service).await;
        let found = service::during(file, &overrides, &mut signals, work).await?;
        return record(setting, &machine, bands, &found);
    }
    let work = async |service: &Service| usual(setting, service).await;
    let mut outcome = service::during(file, &overrides, &mut signals, work).await?;
    if setting.args.full && knows_gvisor(setting) {
        let overrides = [
            ("cell_containers", "0".to_owned()),
            ("runtime", GVISOR.to_owned()),
        ];
        let found = &mut outcome.found;
        let work = async |service: &Service| gvisor(setting, service, found).await;
        if let Err(error) = service::during(file, &overrides, &mut signals, work).await {
            if error.is::<Failure>() {
                return Err(error);
            }
            outcome.left_out.push(LeftOut {
                what: Level::Gvisor.name().to_owned(),
                reason: format!("{error:#}"),
            });
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let report = report(setting, machine, &bands, outcome, seconds);
    tell(setting, &report)
}

/// All that was found with the verifier as it is configured.
struct Outcome {
    found: Found,
    counted: (&'static str, Option<String>),
    other_containers: usize,
    steps: [Option<super::report::RewardStep>; 2],
    left_out: Vec<LeftOut>,
}

async fn usual(setting: &Setting<'_>, service: &Service) -> anyhow::Result<Outcome> {
    let levels = [Level::Container, Level::Cell].into_iter();
    let wanted: Vec<Level> = levels
        .filter(|level| setting.args.level.is_none_or(|only| only == *level))
        .collect();
    let (mut stage, mut left_out) = Stage::set(setting, service, &wanted).await?;
    let before = setting.engine.others_running(service.id()).await?;
    let found = Rounds::new(&mut stage).run().await?;
    let steps = reward::steps(&stage, &mut left_out).await?;
    let after = setting.engine.others_running(service.id()).await?;
    // The container of the floors is one of ours.
    let other_containers = before.max(after).saturating_sub(1);
    Ok(Outcome {
        found,
        counted: (
            stage.counter.name(),
            stage.counter.reason().map(str::to_owned),
        ),
        other_containers,
        steps,
        left_out,
    })
}

async fn gvisor(setting: &Setting<'_>, service: &Service, found: &mut Found) -> anyhow::Result<()> {
    say("measuring gVisor");
    let (mut stage, left_out) = Stage::set(setting, service, &[Level::Gvisor]).await?;
    if let Some(left_out) = left_out.into_iter().next() {
        anyhow::bail!(left_out.reason);
    }
    let more = Rounds::new(&mut stage).run().await?;
    found.add_levels_of(more);
    Ok(())
}

fn cells(config: &Config) -> usize {
    match config.cell_containers {
        0 => config.slots,
        configured => configured,
    }
}

fn knows_gvisor(setting: &Setting<'_>) -> bool {
    let runtimes = &setting.engine.about.runtimes;
    setting.args.level.is_none() && runtimes.iter().any(|runtime| runtime == GVISOR)
}

fn record(
    setting: &Setting<'_>,
    machine: &Machine,
    mut bands: Bands,
    found: &Found,
) -> anyhow::Result<()> {
    for floor in Floor::ALL {
        bands.record(&machine.processor, floor, found.floor(floor).rates());
    }
    let file = &setting.args.bands;
    bands.write(file)?;
    say(&format!(
        "the floors of {} are recorded in {}",
        machine.processor,
        file.display()
    ));
    Ok(())
}

fn report(
    setting: &Setting<'_>,
    machine: Machine,
    bands: &Bands,
    outcome: Outcome,
    seconds: f64,
) -> Report {
    let about = setting.engine.about.clone();
    let found = outcome.found;
    let floors = Floors {
        source_digest: floors::digest(),
        measured: Floor::ALL
            .map(|floor| floor_row(floor, &found, bands.band(&machine.processor, floor)))
            .into(),
    };
    let rows = found.rows();
    let [reward_step, reward_step_in_containers] = outcome.steps;
    let empty = found.empty();
    let repetitions = found.repetitions();
    let checks = checks::all(&Measured {
        rows: &rows,
        floors: &floors.measured,
        empty: empty.as_ref(),
        reward: reward_step.as_ref(),
        seconds,
        is_full: setting.args.full,
    });
    Report {
        version: env!("CARGO_PKG_VERSION"),
        machine,
        engine: about,
        tools: found.tools,
        cpu_counted: outcome.counted.0,
        cpu_counted_reason: outcome.counted.1,
        other_containers: outcome.other_containers,
        repetitions,
        floors,
        workloads: rows,
        empty_container: empty,
        reward_step,
        reward_step_in_containers,
        left_out: outcome.left_out,
        checks,
        seconds: statistics::rounded(seconds),
    }
}

fn floor_row(floor: Floor, found: &Found, band: Option<Band>) -> FloorRow {
    let rate = found.floor(floor).rate();
    let standing = Standing::of(rate, band);
    FloorRow {
        floor: floor.name(),
        tests_per_cpu_second: statistics::rounded(rate),
        band,
        standing: standing.text(),
        is_out_of_band: matches!(standing, Standing::Out(_)),
    }
}

/// A reward step with failures was told, and is a bad result all the same.
fn tell(setting: &Setting<'_>, report: &Report) -> anyhow::Result<()> {
    if setting.session.is_json {
        output::print_json(report)?;
    } else {
        output::print(&output::printable(&table::text(report)));
    }
    let steps = [&report.reward_step, &report.reward_step_in_containers];
    if steps.into_iter().flatten().any(|step| step.failures > 0) {
        return Err(Failure::Told.into());
    }
    Ok(())
}
