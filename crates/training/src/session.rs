//! A training job, a step at a time.

use std::path::Path;
use std::time::Instant;

use synthsmith_transformer::{Adapter, Config, Weights};

use crate::checkpoint::{self, State};
use crate::engine::Engine;
use crate::error::Error;
use crate::network::Network;
use crate::optimizer::{Moments, norm, update};
use crate::packing::{Position, Row, Rows};
use crate::schedule::learning_rate;
use crate::settings::{Method, Settings};

/// A model in training.
#[derive(Debug)]
pub struct Session {
    settings: Settings,
    engine: Engine,
    rows: Rows,
    values: Vec<f32>,
    moments: Moments,
    step: u64,
    position: Position,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepReport {
    /// The number of the step, from 1.
    pub step: u64,
    /// The mean loss of the tokens to be predicted, in nats, before the step.
    pub loss: f64,
    /// The norm of the gradient before clipping.
    pub grad_norm: f64,
    pub learning_rate: f64,
    /// Tokens read.
    pub tokens: usize,
    /// Tokens predicted.
    pub learned_tokens: usize,
    pub seconds: f64,
}

impl Session {
    /// Begins a job.
    pub fn new(
        config: &Config,
        weights: Weights,
        settings: Settings,
        rows: Vec<Row>,
    ) -> Result<Self, Error> {
        settings.check()?;
        if settings.length > config.max_position_embeddings {
            return Err(Error::Setting {
                setting: "length",
                found: settings.length.to_string(),
                expected: "at most the model's max_position_embeddings",
            });
        }
        let network = Network::new(config, &settings.method)?;
        let Settings {
            sequences,
            length,
            seed,
            ..
        } = settings;
        let rows = Rows::new(rows, config.vocab_size, sequences, length, seed)?;
        let values = network.values(weights, seed)?;
        Ok(Self {
            moments: Moments::new(network.trained().len()),
            engine: Engine::new(network, &settings)?,
            settings,
            rows,
            values,
            step: 0,
            position: Position::default(),
        })
    }

    /// Continues a job from a checkpoint. The arguments are those the job began with; of the
    /// settings, `threads`, `checkpointing` and `device` may be others.
    pub fn resume(
        path: &Path,
        config: &Config,
        weights: Weights,
        settings: Settings,
        rows: Vec<Row>,
    ) -> Result<Self, Error> {
        let mut session = Self::new(config, weights, settings, rows)?;
        let trained = session.engine.network().trained().clone();
        let (frozen, values) = session.values.split_at_mut(trained.start);
        let state = State {
            settings: &session.settings,
            rows: session.rows.digest(),
            network: session.engine.network(),
            frozen,
            step: 0,
            position: Position::default(),
        };
        (session.step, session.position) =
            checkpoint::read(path, &state, values, &mut session.moments)?;
        Ok(session)
    }

    /// Makes one step; none when all steps are made.
    ///
    /// # Errors
    ///
    /// [`Error::Diverged`] if the loss or the gradient is no number. The session is then as it was
    /// before the step.
    pub fn step(&mut self) -> Result<Option<StepReport>, Error> {
        if self.step >= self.settings.steps {
            return Ok(None);
        }
        let start = Instant::now();
        let (batch, position) = self.rows.batch(self.position);
        let loss = self.engine.learn(&self.values, &batch)?;
        self.finite("a loss", loss)?;
        let gradient = self.engine.gradient();
        let grad_norm = self.engine.pool().install(|| norm(gradient));
        self.finite("a gradient of norm", grad_norm)?;
        let learning_rate = learning_rate(&self.settings, self.step);
        self.update(learning_rate, grad_norm);
        self.step += 1;
        self.position = position;
        Ok(Some(StepReport {
            step: self.step,
            loss,
            grad_norm,
            learning_rate,
            tokens: batch.tokens.len(),
            learned_tokens: batch.targets_count(),
            seconds: start.elapsed().as_secs_f64(),
        }))
    }

    fn update(&mut self, learning_rate: f64, grad_norm: f64) {
        let Self {
            engine,
            settings,
            moments,
            values,
            ..
        } = self;
        let network = engine.network();
        let values = &mut values[network.trained().clone()];
        let tensors = network.trained_tensors();
        engine.pool().install(|| {
            update(
                moments,
                settings,
                learning_rate,
                grad_norm,
                tensors,
                values,
                engine.gradient(),
            );
        });
    }

    fn finite(&self, what: &'static str, value: f64) -> Result<(), Error> {
        if value.is_finite() {
            return Ok(());
        }
        Err(Error::Diverged {
            step: self.step + 1,
            what,
            value,
        })
    }

    /// Writes all that is needed to continue to the folder `path`, which is there as a whole or not
    /// at all. One that is there already is replaced.
    pub fn checkpoint(&self, path: &Path) -> Result<(), Error> {
        let network = self.engine.network();
        let (frozen, trained) = self.values.split_at(network.trained().start);
        let state = State {
            settings: &self.settings,
            rows: self.rows.digest(),
            network,
            frozen,
            step: self.step,
            position: self.position,
        };
        checkpoint::write(path, &state, trained, &self.moments)
    }

    /// The weights as they are now, adapters merged into them.
    pub fn weights(&self) -> Weights {
        self.engine.network().weights(&self.values)
    }

    /// The adapters as they are now, for the model as it was; none where all weights are trained.
    pub fn adapter(&self) -> Option<Adapter> {
        let Method::Lora(lora) = &self.settings.method else {
            return None;
        };
        let targets = lora.targets.iter().map(|target| target.name().to_owned());
        Some(Adapter {
            base: None,
            rank: lora.rank,
            alpha: lora.alpha,
            targets: targets.collect(),
            weights: self.engine.network().adapters(&self.values),
        })
    }

    /// Steps made.
    pub fn steps_made(&self) -> u64 {
        self.step
    }

    /// Where in the rows the next step begins.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Rows that are learnt from.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Rows that were left out since they are longer than a sequence.
    pub fn rows_left_out(&self) -> usize {
        self.rows.left_out()
    }

    /// Values that are trained.
    pub fn trained_values(&self) -> usize {
        self.engine.network().trained().len()
    }
}
