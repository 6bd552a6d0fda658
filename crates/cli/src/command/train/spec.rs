//! What the flags ask the trainer for.

use synthsmith_proto::trainer::v1 as pb;

use super::existing;
use crate::args::SftArgs;
use crate::exit::Failure;

pub(super) fn of(args: &SftArgs, data_digest: String) -> anyhow::Result<pb::SftSpec> {
    let schedule = args.schedule;
    Ok(pb::SftSpec {
        data_digest,
        base: Some(base(args)?),
        lora: args.lora.map(|rank| pb::Lora {
            rank,
            alpha: args.lora_alpha.unwrap_or(2.0 * f64::from(rank)),
        }),
        step_count: schedule.steps,
        sequence_count: schedule.sequences,
        sequence_length: schedule.length,
        learning_rate: schedule.learning_rate.unwrap_or_else(|| usual_rate(args)),
        warmup_step_count: schedule.warmup,
        weight_decay: schedule.weight_decay,
        max_grad_norm: schedule.max_grad_norm,
        seed: schedule.seed,
        checkpoint_step_count: schedule.checkpoint_every,
        recomputes_layers: args.recompute_layers,
        thread_count: args.threads.unwrap_or(0),
    })
}

fn usual_rate(args: &SftArgs) -> f64 {
    match (&args.base, args.lora) {
        (None, _) => 2e-3,
        (Some(_), Some(_)) => 1e-4,
        (Some(_), None) => 1e-5,
    }
}

fn base(args: &SftArgs) -> anyhow::Result<pb::sft_spec::Base> {
    let Some(base) = &args.base else {
        let shape = args.new_model;
        return Ok(pb::sft_spec::Base::NewModel(pb::NewModel {
            vocabulary_size: shape.vocabulary,
            hidden_size: shape.hidden,
            intermediate_size: shape.intermediate,
            layer_count: shape.layers,
            head_count: shape.heads,
            kv_head_count: shape.kv_heads,
            head_size: shape.head,
            max_length: shape.max_length,
        }));
    };
    let path = match args.connect {
        Some(_) => base.clone(),
        None => existing(base)?,
    };
    let name = match args.connect {
        Some(_) => path.to_str(),
        None => path.file_name().and_then(|name| name.to_str()),
    };
    let shown = base.display();
    let name = name.ok_or_else(|| Failure::Usage(format!("{shown} is not the name of a model")))?;
    Ok(pb::sft_spec::Base::Model(name.to_owned()))
}
