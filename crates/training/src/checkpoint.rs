//! Checkpoints: what a job needs to continue as if it had never stopped.
//!
//! A checkpoint is a folder with `state.json` and `tensors.safetensors`: what is trained and its
//! moments, exactly. Random numbers have no state of their own: they follow from the seed and the epoch.

mod folder;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::network::Network;
use crate::optimizer::Moments;
use crate::packing::Position;
use crate::settings::Settings;

const STATE: &str = "state.json";
const TENSORS: &str = "tensors.safetensors";

/// The layout of the files. Files of another one are refused.
const FORMAT: u32 = 1;

/// What belongs to a checkpoint besides tensors.
#[derive(Debug)]
pub(crate) struct State<'a> {
    pub(crate) settings: &'a Settings,
    /// The digest of all rows.
    pub(crate) rows: String,
    pub(crate) network: &'a Network,
    /// Values that are not trained, of which a digest is kept.
    pub(crate) frozen: &'a [f32],
    pub(crate) step: u64,
    pub(crate) position: Position,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    format: u32,
    step: u64,
    updates: u64,
    position: Position,
    settings: Settings,
    rows: String,
    model: String,
    frozen: String,
    values: String,
}

impl Record {
    /// `values` are what is trained and its moments.
    fn new(state: &State, updates: u64, values: [&[f32]; 3]) -> Self {
        Self {
            format: FORMAT,
            step: state.step,
            updates,
            position: state.position,
            settings: state.settings.clone(),
            rows: state.rows.clone(),
            model: format!("{:?}", state.network.config()),
            frozen: digest(&[state.frozen]),
            values: digest(&values),
        }
    }

    /// What keeps a job from continuing here.
    fn problem(&self, expected: &Self) -> Option<String> {
        let continued = Settings {
            threads: expected.settings.threads,
            checkpointing: expected.settings.checkpointing,
            device: expected.settings.device,
            ..self.settings.clone()
        };
        let differs = [
            ("format", self.format != expected.format),
            ("model", self.model != expected.model),
            ("settings", continued != expected.settings),
            ("rows", self.rows != expected.rows),
            ("frozen weights", self.frozen != expected.frozen),
            ("values", self.values != expected.values),
        ];
        let names: Vec<_> = differs
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(name, _)| name)
            .collect();
        match names[..] {
            [] => None,
            ["values"] => Some(format!("{TENSORS} is not the file that was written")),
            _ => Some(format!("other {} than the job's", names.join(", "))),
        }
    }
}

fn digest(values: &[&[f32]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for values in values {
        hasher.update(bytemuck::cast_slice(values));
    }
    hasher.finalize().to_hex().to_string()
}

/// Writes a checkpoint as a whole or not at all.
pub(crate) fn write(
    path: &Path,
    state: &State,
    trained: &[f32],
    moments: &Moments,
) -> Result<(), Error> {
    let values = [trained, &moments.first, &moments.second];
    let fill = |folder: &Path| {
        folder::serialize(&folder.join(TENSORS), state.network, values)?;
        let record = Record::new(state, moments.updates, values);
        fs::write(folder.join(STATE), serde_json::to_vec_pretty(&record)?)
    };
    folder::replace(path, fill).map_err(|source| Error::WriteCheckpoint {
        path: path.to_owned(),
        source,
    })
}

/// Reads a checkpoint into `trained` and `moments`; returns the step and the position in the rows.
/// `state` is that of the job which is to continue. After an error, the values are of no use.
pub(crate) fn read(
    path: &Path,
    state: &State,
    trained: &mut [f32],
    moments: &mut Moments,
) -> Result<(u64, Position), Error> {
    let misfit = |problem| Error::Checkpoint {
        path: path.to_owned(),
        problem,
    };
    let failed = |source| Error::ReadCheckpoint {
        path: path.to_owned(),
        source,
    };
    let record = folder::read(&path.join(STATE), 1 << 20).map_err(failed)?;
    let record: Record = serde_json::from_slice(&record)
        .map_err(|error| misfit(format!("{STATE} is damaged: {error}")))?;
    let most = 3 * size_of_val(trained) as u64 + (64 << 20);
    let tensors = folder::read(&path.join(TENSORS), most).map_err(failed)?;
    let values = [&mut *trained, &mut moments.first, &mut moments.second];
    folder::deserialize(state.network, &tensors, values)
        .map_err(|error| misfit(format!("{TENSORS} is damaged: {error}")))?;
    let values = [&*trained, &moments.first, &moments.second];
    if let Some(problem) = record.problem(&Record::new(state, record.updates, values)) {
        return Err(misfit(problem));
    }
    if record.step != record.updates || record.step > state.settings.steps {
        return Err(misfit(format!("its step {} cannot be", record.step)));
    }
    moments.updates = record.updates;
    Ok((record.step, record.position))
}
