//! From code samples to one feature set per item.

use synthsmith_corpus::FeatureTree;

use super::{WorkError, Worker, input};
use crate::clients::FeaturesOrReason;
use crate::facts::{Features, pack, unpack};
use crate::stage::Stage;
use crate::store::{Completion, Job, Join, NewJob};

/// Items planned at a time, so that a run over very many items does not begin with all of them.
pub(crate) const ITEMS_PER_PLAN: u64 = 256;
/// New nodes merged at a time: a bound on the size of one request, since a name is short.
const NODES_PER_MERGE: usize = 100_000;

impl Worker {
    pub(super) async fn extract(&self, job: &Job) -> Result<Completion, WorkError> {
        let position = job.key.part;
        let sample = self.store.sample(&self.run_id, position).await?;
        let seed = self.seed(Stage::Extract, u64::from(position));
        let origin = self.origin(Stage::Extract, None);
        let found = self.clients.extract_features(sample, seed, origin).await?;
        let mut completion = learnt(found);
        completion.join = Some(Join {
            waits_for: vec![(Stage::Extract, 0)],
            then: NewJob::new(Stage::Grow, 0, 0),
        });
        Ok(completion)
    }

    pub(super) async fn evolve(&self, job: &Job) -> Result<Completion, WorkError> {
        let (round, step) = (job.key.item, u64::from(job.key.part));
        let seed = self.seed(Stage::Evolve, round << 32 | step);
        let origin = self.origin(Stage::Evolve, None);
        let grown = self
            .clients
            .evolve_features(input(job)?, seed, origin)
            .await?;
        let mut completion = learnt(grown);
        completion.join = Some(Join {
            waits_for: vec![(Stage::Evolve, round)],
            then: NewJob::new(Stage::Grow, round + 1, 0),
        });
        Ok(completion)
    }

    /// Round 0 merges what was extracted, each later round what was evolved since the one before.
    pub(super) async fn grow(&self, job: &Job) -> Result<Completion, WorkError> {
        let round = job.key.item;
        let (base, stage, group) = if round == 0 {
            (FeatureTree::default(), Stage::Extract, 0)
        } else {
            let before: Features = self.fact(Stage::Grow, round - 1).await?;
            (before.tree.unwrap_or_default(), Stage::Evolve, round - 1)
        };
        let results = self.store.results(&self.run_id, stage, group).await?;
        let mut trees = Vec::with_capacity(results.len());
        for packed in &results {
            trees.extend(unpack::<Features>(packed)?.tree);
        }
        let found = format!("{} of {} gave features", trees.len(), results.len());
        let tree = self.merge(base, trees).await?;
        if tree.is_empty() {
            return Err(WorkError::NoFeatures(found));
        }
        let next = if round < u64::from(self.spec.evolution_rounds) {
            self.evolution_steps(round, tree.clone()).await?
        } else {
            vec![NewJob::new(Stage::Plan, 0, 0)]
        };
        Ok(Completion {
            result: pack(&Features { tree: Some(tree) }),
            next,
            ..Completion::default()
        })
    }

    async fn merge(
        &self,
        base: FeatureTree,
        trees: Vec<FeatureTree>,
    ) -> Result<FeatureTree, WorkError> {
        let mut merged = base;
        for batch in batches(trees) {
            let trees = std::iter::once(merged).chain(batch).collect();
            merged = self.clients.merge_feature_trees(trees).await?;
        }
        Ok(merged)
    }

    async fn evolution_steps(
        &self,
        round: u64,
        tree: FeatureTree,
    ) -> Result<Vec<NewJob>, WorkError> {
        let seed = self.seed(Stage::Grow, round);
        let steps = self.spec.evolution_steps;
        let subtrees = self.clients.sample_subtrees(tree, steps, seed).await?;
        let job = |(step, subtree): (usize, FeatureTree)| {
            NewJob::new(Stage::Evolve, round, step as u32).with_input(pack(&subtree))
        };
        Ok(subtrees.into_iter().enumerate().map(job).collect())
    }

    /// Draws the feature sets of one block of items.
    pub(super) async fn plan(&self, job: &Job) -> Result<Completion, WorkError> {
        let last_round = u64::from(self.spec.evolution_rounds);
        let grown: Features = self.fact(Stage::Grow, last_round).await?;
        let first = job.key.item * ITEMS_PER_PLAN;
        let count = ITEMS_PER_PLAN.min(self.spec.item_count - first);
        let sets = self
            .clients
            .sample_feature_sets(
                grown.tree.unwrap_or_default(),
                first,
                count as u32,
                self.spec.seed,
            )
            .await?;
        let mut next: Vec<NewJob> = sets
            .iter()
            .zip(first..)
            .map(|(set, item)| NewJob::new(Stage::Synthesize, item, 0).with_input(pack(set)))
            .collect();
        if first + count < self.spec.item_count {
            next.push(NewJob::new(Stage::Plan, job.key.item + 1, 0));
        }
        Ok(Completion {
            new_items: (first..first + count).collect(),
            next,
            ..Completion::default()
        })
    }
}

/// Trees in their order, parted so that none but a single huge one exceeds the bound.
fn batches(trees: Vec<FeatureTree>) -> Vec<Vec<FeatureTree>> {
    let mut batches: Vec<Vec<FeatureTree>> = Vec::new();
    let mut nodes = NODES_PER_MERGE;
    for tree in trees {
        nodes += tree.node_count();
        if nodes > NODES_PER_MERGE {
            nodes = tree.node_count();
            batches.push(Vec::new());
        }
        if let Some(batch) = batches.last_mut() {
            batch.push(tree);
        }
    }
    batches
}

fn learnt(found: FeaturesOrReason) -> Completion {
    let rejected = found.as_ref().err().copied().unwrap_or_default();
    Completion {
        result: pack(&Features { tree: found.ok() }),
        rejected,
        ..Completion::default()
    }
}

#[cfg(test)]
mod tests {
    use synthsmith_corpus::FeatureNode;

    use super::*;

    #[test]
    fn trees_are_parted_in_order_by_their_size() {
        let of_size = |nodes: usize| FeatureTree {
            roots: (0..nodes)
                .map(|n| FeatureNode::leaf(n.to_string()))
                .collect(),
        };
        let sizes = [60_000, 40_000, 1, 150_000, 2];
        let parted = batches(sizes.into_iter().map(of_size).collect());
        let counts: Vec<Vec<usize>> = parted
            .iter()
            .map(|batch| batch.iter().map(FeatureTree::node_count).collect())
            .collect();
        assert_eq!(
            counts,
            [vec![60_000, 40_000], vec![1], vec![150_000], vec![2]]
        );
        assert!(batches(Vec::new()).is_empty());
    }
}
