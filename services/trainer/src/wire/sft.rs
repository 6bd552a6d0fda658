//! Specifications of training, in and out.

use synthsmith_proto::trainer::v1 as pb;
use synthsmith_rpc::Violations;

use super::{digest, digest_out};
use crate::spec::{Base, Lora, ModelName, NewModel, SftSpec};

/// A specification; every field out of range is noted.
pub(super) fn read(spec: &pb::SftSpec, violations: &mut Violations) -> Option<SftSpec> {
    ranges(spec, violations);
    let data = digest(&spec.data_digest, "sft.data_digest", violations);
    let base = base(spec.base.as_ref(), violations);
    violations.is_empty().then_some(())?;
    Some(SftSpec {
        data: data?,
        base: base?,
        lora: spec.lora.map(|lora| Lora {
            rank: lora.rank as u32,
            alpha: lora.alpha,
        }),
        steps: spec.step_count as u64,
        sequences: spec.sequence_count as u32,
        length: spec.sequence_length as u32,
        learning_rate: spec.learning_rate,
        warmup_steps: spec.warmup_step_count as u64,
        weight_decay: spec.weight_decay,
        max_grad_norm: spec.max_grad_norm,
        seed: spec.seed as u64,
        checkpoint_steps: spec.checkpoint_step_count as u64,
        recomputes_layers: spec.recomputes_layers,
        threads: spec.thread_count as u32,
    })
}

fn ranges(spec: &pb::SftSpec, violations: &mut Violations) {
    const STEPS: i64 = 10_000_000;
    let mut within = |value: i64, low: i64, high: i64, field: &str| {
        let holds = (low..=high).contains(&value);
        violations.require(holds, field, format!("must be between {low} and {high}"));
    };
    within(spec.step_count, 1, STEPS, "sft.step_count");
    within(spec.sequence_count.into(), 1, 65_536, "sft.sequence_count");
    within(
        spec.sequence_length.into(),
        2,
        131_072,
        "sft.sequence_length",
    );
    within(spec.warmup_step_count, 0, STEPS, "sft.warmup_step_count");
    within(
        spec.checkpoint_step_count,
        1,
        STEPS,
        "sft.checkpoint_step_count",
    );
    within(spec.thread_count.into(), 0, 1024, "sft.thread_count");
    let tokens = i64::from(spec.sequence_count) * i64::from(spec.sequence_length);
    within(
        tokens,
        2,
        1 << 24,
        "sft.sequence_count * sft.sequence_length",
    );
    if let Some(lora) = spec.lora {
        within(lora.rank.into(), 1, 1024, "sft.lora.rank");
        let is_scale = lora.alpha.is_finite() && lora.alpha > 0.0;
        violations.require(is_scale, "sft.lora.alpha", "must be a number above 0");
    }
    for (value, field) in [
        (spec.learning_rate, "sft.learning_rate"),
        (spec.max_grad_norm, "sft.max_grad_norm"),
    ] {
        let holds = value.is_finite() && value > 0.0;
        violations.require(holds, field, "must be a number above 0");
    }
    let holds = spec.weight_decay.is_finite() && spec.weight_decay >= 0.0;
    violations.require(holds, "sft.weight_decay", "must be a number from 0 on");
}

fn base(base: Option<&pb::sft_spec::Base>, violations: &mut Violations) -> Option<Base> {
    match base {
        None => {
            violations.add("sft.base", "is required");
            None
        }
        Some(pb::sft_spec::Base::NewModel(shape)) => Some(Base::New(new_model(shape, violations))),
        Some(pb::sft_spec::Base::Model(name)) => {
            model_name(name, "sft.model", violations).map(Base::Model)
        }
    }
}

/// The name of a model that the trainer has; what is none is noted.
pub(super) fn model_name(
    name: &str,
    field: &str,
    violations: &mut Violations,
) -> Option<ModelName> {
    let read = ModelName::try_from(name.to_owned());
    read.map_err(|error| violations.add(field, error.to_string()))
        .ok()
}

fn new_model(shape: &pb::NewModel, violations: &mut Violations) -> NewModel {
    let mut within = |value: i32, low: u32, high: u32, field: &str| {
        let holds = u32::try_from(value).is_ok_and(|value| (low..=high).contains(&value));
        let field = format!("sft.new_model.{field}");
        violations.require(holds, &field, format!("must be between {low} and {high}"));
        value.max(1) as u32
    };
    let model = NewModel {
        vocabulary: within(shape.vocabulary_size, 300, 262_144, "vocabulary_size"),
        hidden: within(shape.hidden_size, 2, 16_384, "hidden_size"),
        intermediate: within(shape.intermediate_size, 2, 65_536, "intermediate_size"),
        layers: within(shape.layer_count, 1, 256, "layer_count"),
        heads: within(shape.head_count, 1, 256, "head_count"),
        kv_heads: within(shape.kv_head_count, 1, 256, "kv_head_count"),
        head: within(shape.head_size, 2, 1024, "head_size"),
        max_length: within(shape.max_length, 2, 131_072, "max_length"),
    };
    let divides = model.heads.is_multiple_of(model.kv_heads);
    let field = "sft.new_model.kv_head_count";
    violations.require(divides, field, "must divide head_count");
    let field = "sft.new_model.head_size";
    violations.require(model.head.is_multiple_of(2), field, "must be even");
    model
}

pub(super) fn out(spec: &SftSpec) -> pb::SftSpec {
    pb::SftSpec {
        data_digest: digest_out(&spec.data),
        base: Some(base_out(&spec.base)),
        lora: spec.lora.map(|lora| pb::Lora {
            rank: lora.rank as i32,
            alpha: lora.alpha,
        }),
        step_count: spec.steps as i64,
        sequence_count: spec.sequences as i32,
        sequence_length: spec.length as i32,
        learning_rate: spec.learning_rate,
        warmup_step_count: spec.warmup_steps as i64,
        weight_decay: spec.weight_decay,
        max_grad_norm: spec.max_grad_norm,
        seed: spec.seed as i64,
        checkpoint_step_count: spec.checkpoint_steps as i64,
        recomputes_layers: spec.recomputes_layers,
        thread_count: spec.threads as i32,
    }
}

fn base_out(base: &Base) -> pb::sft_spec::Base {
    match base {
        Base::New(shape) => pb::sft_spec::Base::NewModel(pb::NewModel {
            vocabulary_size: shape.vocabulary as i32,
            hidden_size: shape.hidden as i32,
            intermediate_size: shape.intermediate as i32,
            layer_count: shape.layers as i32,
            head_count: shape.heads as i32,
            kv_head_count: shape.kv_heads as i32,
            head_size: shape.head as i32,
            max_length: shape.max_length as i32,
        }),
        Base::Model(name) => pb::sft_spec::Base::Model(name.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> pb::SftSpec {
        out(&SftSpec {
            data: "0a".repeat(32),
            base: Base::New(NewModel::default()),
            lora: None,
            steps: 10,
            sequences: 4,
            length: 64,
            learning_rate: 1e-3,
            warmup_steps: 2,
            weight_decay: 0.0,
            max_grad_norm: 1.0,
            seed: 7,
            checkpoint_steps: 5,
            recomputes_layers: false,
            threads: 0,
        })
    }

    fn checked(spec: &pb::SftSpec) -> Result<SftSpec, String> {
        let mut violations = Violations::default();
        let spec = read(spec, &mut violations);
        spec.filter(|_| violations.is_empty())
            .ok_or_else(|| violations.to_string())
    }

    #[test]
    fn a_specification_survives_the_journey() {
        for model in ["jobs/a-1", "qwen2.5-coder_0"] {
            let base = Some(pb::sft_spec::Base::Model(model.to_owned()));
            let lora = Some(pb::Lora {
                rank: 8,
                alpha: 16.0,
            });
            let spec = pb::SftSpec {
                base,
                lora,
                ..good()
            };
            assert_eq!(out(&checked(&spec).unwrap()), spec);
        }
        assert_eq!(out(&checked(&good()).unwrap()), good());
    }

    #[test]
    fn every_field_out_of_range_is_named_at_once() {
        let error = checked(&pb::SftSpec {
            data_digest: "sha256:1".to_owned(),
            base: None,
            learning_rate: f64::NAN,
            weight_decay: -1.0,
            sequence_length: 1,
            ..good()
        });
        let error = error.unwrap_err();
        for field in [
            "data_digest",
            "base",
            "learning_rate",
            "weight_decay",
            "sequence_length",
        ] {
            assert!(error.contains(field), "{field} in {error}");
        }
    }

    #[test]
    fn a_new_model_has_a_shape_and_another_one_a_name() {
        let base = Some(pb::sft_spec::Base::Model("../x".to_owned()));
        assert!(checked(&pb::SftSpec { base, ..good() }).is_err());
        let shape = pb::NewModel {
            vocabulary_size: 512,
            hidden_size: 64,
            intermediate_size: 64,
            layer_count: 1,
            head_count: 3,
            kv_head_count: 2,
            head_size: 31,
            max_length: -5,
        };
        let base = Some(pb::sft_spec::Base::NewModel(shape));
        let error = checked(&pb::SftSpec { base, ..good() }).unwrap_err();
        for field in ["kv_head_count", "head_size", "max_length"] {
            assert!(error.contains(field), "{field} in {error}");
        }
    }
}
