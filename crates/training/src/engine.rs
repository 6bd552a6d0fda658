//! The loss of a batch and its gradient, on the processor's threads or on a device.

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::error::Error;
use crate::network::{Batch, Network, Worker};
use crate::ops::heads::Rotation;
use crate::optimizer::add_all;
use crate::settings::Settings;

/// Tokens that a worker takes through all layers together: few enough for the cache, enough for the
/// products to run at full speed.
const PIECE_TOKENS: usize = 512;

/// Bytes that all gradients of workers may take. Where they would take more, fewer workers share the
/// threads, each product on several of them.
const GRADIENT_BYTES: usize = 4 << 30;

/// Computes the network elsewhere than on the processor.
pub(crate) trait Accelerator: std::fmt::Debug + Send + Sync {
    /// Returns the loss of the batch and writes the gradient of what is trained.
    fn learn(
        &mut self,
        network: &Network,
        parameters: &[f32],
        batch: &Batch,
        gradient: &mut [f32],
    ) -> Result<f64, Error>;
}

/// Computes gradients.
#[derive(Debug)]
pub(crate) struct Engine {
    pool: ThreadPool,
    network: Network,
    workers: Vec<Worker>,
    rotation: Rotation,
    accelerator: Option<Box<dyn Accelerator>>,
}

impl Engine {
    pub(crate) fn new(network: Network, settings: &Settings) -> Result<Self, Error> {
        let threads = settings.threads;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("training-{index}"))
            .build()
            .map_err(|source| Error::Threads { threads, source })?;
        let accelerator = settings.device.accelerator()?;
        let gradient = size_of::<f32>() * network.trained().len().max(1);
        let count = match accelerator {
            Some(_) => 1,
            None => (GRADIENT_BYTES / gradient).clamp(1, threads),
        };
        let workers = (0..count)
            .map(|_| Worker::new(&network, settings.checkpointing, threads / count))
            .collect();
        let rotation = network.rotation(settings.length);
        Ok(Self {
            pool,
            network,
            workers,
            rotation,
            accelerator,
        })
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    /// The pool to run everything else of a step in.
    pub(crate) fn pool(&self) -> &ThreadPool {
        &self.pool
    }

    /// The gradient that [`Engine::learn`] left.
    pub(crate) fn gradient(&self) -> &[f32] {
        self.workers[0].gradient().values()
    }

    /// Returns the loss of the batch; its gradient is then in [`Engine::gradient`].
    pub(crate) fn learn(&mut self, parameters: &[f32], batch: &Batch) -> Result<f64, Error> {
        if let Some(accelerator) = &mut self.accelerator {
            let gradient = self.workers[0].gradient_mut().values_mut();
            return accelerator.learn(&self.network, parameters, batch, gradient);
        }
        let shares = share(batch.pieces(PIECE_TOKENS), self.workers.len());
        let Self {
            pool,
            network,
            workers,
            rotation,
            ..
        } = self;
        Ok(pool.install(|| {
            let losses: Vec<f64> = workers
                .par_iter_mut()
                .zip(shares)
                .map(|(worker, pieces)| {
                    worker.gradient_mut().values_mut().fill(0.0);
                    let pieces = pieces.iter();
                    pieces
                        .map(|piece| worker.learn(network, parameters, rotation, piece))
                        .sum()
                })
                .collect();
            if let Some((first, others)) = workers.split_first_mut() {
                let others: Vec<&[f32]> = others
                    .iter()
                    .map(|other| other.gradient().values())
                    .collect();
                add_all(first.gradient_mut().values_mut(), &others);
            }
            losses.iter().sum()
        }))
    }
}

/// Gives every piece to the worker that has the fewest tokens so far: the same on every run.
fn share(pieces: Vec<Batch>, workers: usize) -> Vec<Vec<Batch>> {
    let mut shares: Vec<Vec<Batch>> = vec![Vec::new(); workers];
    let mut tokens = vec![0; workers];
    for piece in pieces {
        let least = (0..workers)
            .min_by_key(|&worker| tokens[worker])
            .unwrap_or(0);
        tokens[least] += piece.tokens.len();
        shares[least].push(piece);
    }
    shares
}
