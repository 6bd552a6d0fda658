//! Jobs as a service drives them: they learn, stop, continue, and fail without harm.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use synthsmith_training::{
    Error, Lora, Method, Row, Session, Settings, StepReport, Target, initial_weights,
};
use synthsmith_transformer::{Architecture, Config, Weights};

fn config() -> Config {
    Config {
        architecture: Architecture::Qwen3,
        vocab_size: 32,
        hidden_size: 16,
        intermediate_size: 24,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        num_key_value_heads: 1,
        head_dim: 8,
        max_position_embeddings: 64,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: true,
    }
}

fn weights() -> Weights {
    initial_weights(&config(), 3).unwrap()
}

/// Rows that count up from different numbers; the first half is given, the second is learnt.
fn rows() -> Vec<Row> {
    let row = |start: u32| {
        let length = 6 + start % 7;
        Row {
            tokens: (0..length)
                .map(|i| (start * 5 + i * (1 + start % 3)) % 32)
                .collect(),
            learned: (0..length).map(|i| i >= length / 2).collect(),
        }
    };
    (0..40).map(row).collect()
}

fn settings() -> Settings {
    Settings {
        steps: 60,
        sequences: 8,
        length: 16,
        learning_rate: 1e-2,
        warmup_steps: 5,
        threads: 2,
        ..Settings::default()
    }
}

fn begin(settings: Settings) -> Session {
    Session::new(&config(), weights(), settings, rows()).unwrap()
}

fn resume(path: &Path, settings: Settings) -> Result<Session, Error> {
    Session::resume(path, &config(), weights(), settings, rows())
}

fn steps(session: &mut Session, count: usize) -> Vec<StepReport> {
    (0..count)
        .map(|_| session.step().unwrap().unwrap())
        .collect()
}

fn lora() -> Settings {
    let lora = Lora {
        rank: 2,
        alpha: 4.0,
        targets: vec![Target::QProj, Target::DownProj],
    };
    Settings {
        method: Method::Lora(lora),
        ..settings()
    }
}

#[test]
fn a_job_learns_its_rows_and_ends_after_its_steps() {
    let mut session = begin(Settings {
        steps: 200,
        ..settings()
    });
    let reports = steps(&mut session, 200);
    assert_eq!(session.step().unwrap(), None);
    assert!(reports[0].loss > 3.0, "{:?}", reports[0]);
    let last = reports[180..].iter().map(|report| report.loss).sum::<f64>() / 20.0;
    assert!(last < reports[0].loss / 5.0, "{last}");
    assert_eq!((session.steps_made(), session.rows_left_out()), (200, 0));
}

#[test]
fn a_resumed_job_has_the_same_next_20_losses_bit_for_bit() {
    for settings in [settings(), lora()] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint");
        let mut session = begin(settings.clone());
        steps(&mut session, 7);
        session.checkpoint(&path).unwrap();
        let expected = steps(&mut session, 20);
        let mut resumed = resume(&path, settings).unwrap();
        assert_eq!(resumed.steps_made(), 7);
        for (found, expected) in steps(&mut resumed, 20).into_iter().zip(expected) {
            assert_eq!(
                found.loss.to_bits(),
                expected.loss.to_bits(),
                "step {}",
                expected.step
            );
            assert_eq!(found.grad_norm.to_bits(), expected.grad_norm.to_bits());
            assert_eq!((found.step, found.tokens), (expected.step, expected.tokens));
        }
        assert_eq!(resumed.weights(), session.weights());
        assert_eq!(resumed.position(), session.position());
    }
}

#[test]
fn threads_and_checkpointing_change_nothing_but_rounding() {
    let expected = steps(&mut begin(settings()), 5);
    let other = Settings {
        threads: 1,
        checkpointing: true,
        ..settings()
    };
    for (found, expected) in steps(&mut begin(other), 5).iter().zip(expected) {
        assert!((found.loss / expected.loss - 1.0).abs() < 1e-4);
    }
}

#[test]
fn adapters_leave_all_weights_but_their_targets() {
    let mut session = begin(lora());
    let reports = steps(&mut session, 30);
    assert!(reports[29].loss < reports[0].loss);
    let before = weights();
    for (name, array) in session.weights().0 {
        let target = name.contains("q_proj") || name.contains("down_proj");
        assert_eq!(array != before.0[&name], target, "{name}");
    }
}

#[test]
fn what_is_merged_is_the_model_as_it_was_and_its_adapters() {
    assert!(begin(settings()).adapter().is_none());
    let mut session = begin(lora());
    steps(&mut session, 5);
    let adapter = session.adapter().unwrap();
    assert_eq!((adapter.rank, adapter.alpha), (2, 4.0));
    assert_eq!(adapter.targets, ["q_proj", "down_proj"]);
    let (before, merged) = (weights(), session.weights());
    let name = "model.layers.1.mlp.down_proj";
    let array = |part: &str| &adapter.weights.0[&format!("{name}.{part}.weight")];
    let (down, up) = (array("lora_A"), array("lora_B"));
    let (inputs, outputs) = (24, 16);
    assert_eq!(
        (&down.shape[..], &up.shape[..]),
        (&[2, inputs][..], &[outputs, 2][..])
    );
    let weight = format!("{name}.weight");
    let (before, merged) = (&before.0[&weight].values, &merged.0[&weight].values);
    for (index, (before, merged)) in before.iter().zip(merged).enumerate() {
        let (row, column) = (index / inputs, index % inputs);
        let added: f32 = (0..2)
            .map(|rank| up.values[2 * row + rank] * down.values[rank * inputs + column])
            .sum();
        // Alpha over rank.
        assert!((before + 2.0 * added - merged).abs() < 1e-6, "{index}");
    }
}

#[test]
fn a_loss_that_is_no_number_names_its_step_and_leaves_the_weights() {
    let mut session = begin(Settings {
        learning_rate: 1e30,
        warmup_steps: 0,
        ..settings()
    });
    let mut made = 0;
    let error = loop {
        match session.step() {
            Ok(report) => made = report.unwrap().step,
            Err(error) => break error,
        }
    };
    let Error::Diverged { step, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(step, made + 1);
    let before = session.weights();
    assert!(session.step().is_err());
    assert_eq!((session.weights(), session.steps_made()), (before, made));
}

#[test]
fn a_checkpoint_of_another_job_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint");
    let mut session = begin(lora());
    steps(&mut session, 1);
    session.checkpoint(&path).unwrap();
    let other_seed = Settings { seed: 9, ..lora() };
    let error = resume(&path, other_seed).unwrap_err().to_string();
    assert!(error.ends_with("other settings than the job's"), "{error}");
    let mut fewer = rows();
    fewer.pop();
    let error = Session::resume(&path, &config(), weights(), lora(), fewer).unwrap_err();
    assert!(
        error.to_string().ends_with("other rows than the job's"),
        "{error}"
    );
    let base = initial_weights(&config(), 4).unwrap();
    let error = Session::resume(&path, &config(), base, lora(), rows()).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("other frozen weights than the job's"),
        "{error}"
    );
    assert!(
        resume(
            &path,
            Settings {
                threads: 1,
                ..lora()
            }
        )
        .is_ok()
    );
}

#[test]
fn a_damaged_checkpoint_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint");
    let session = begin(settings());
    let tensors = path.join("tensors.safetensors");
    let damages: [(&dyn Fn(), &str); 4] = [
        (&|| truncate(&tensors), "tensors.safetensors is damaged"),
        (
            &|| flip(&tensors),
            "tensors.safetensors is not the file that was written",
        ),
        (
            &|| truncate(&path.join("state.json")),
            "state.json is damaged",
        ),
        (
            &|| fs::remove_file(&tensors).unwrap(),
            "reading the checkpoint",
        ),
    ];
    for (damage, message) in damages {
        session.checkpoint(&path).unwrap();
        damage();
        let error = resume(&path, settings()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

fn truncate(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_checkpoint_that_cannot_be_written_leaves_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint");
    let mut session = begin(settings());
    session.checkpoint(&path).unwrap();
    steps(&mut session, 1);
    // A file where the new folder would be made.
    let obstacle = folder.path().join(".checkpoint.partial");
    fs::write(&obstacle, "").unwrap();
    let error = session.checkpoint(&path).unwrap_err();
    assert!(matches!(error, Error::WriteCheckpoint { .. }), "{error}");
    assert_eq!(resume(&path, settings()).unwrap().steps_made(), 0);
    fs::remove_file(&obstacle).unwrap();
    session.checkpoint(&path).unwrap();
    assert_eq!(resume(&path, settings()).unwrap().steps_made(), 1);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(
        left.len(),
        1,
        "nothing but the checkpoint is left: {left:?}"
    );
}

#[test]
fn rows_that_are_too_long_are_counted_and_left_out() {
    let settings = Settings {
        length: 9,
        ..settings()
    };
    let session = begin(settings);
    let long = rows().iter().filter(|row| row.tokens.len() > 9).count();
    assert!(long > 0);
    assert_eq!((session.rows_left_out(), session.rows()), (long, 40 - long));
}

#[test]
fn settings_and_configurations_that_cannot_be_are_refused() {
    type Change = fn(&mut Settings, &mut Config);
    let cases: [(Change, &str); 8] = [
        (|settings, _| settings.steps = 0, "the setting steps is 0"),
        (
            |settings, _| settings.learning_rate = f64::NAN,
            "the setting learning_rate is NaN",
        ),
        (|settings, _| settings.beta2 = 1.0, "the setting beta2 is 1"),
        (
            |settings, _| settings.length = 65,
            "the setting length is 65",
        ),
        (
            |settings, _| {
                settings.method = Method::Lora(Lora {
                    rank: 0,
                    ..Lora::default()
                });
            },
            "the setting lora.rank is 0",
        ),
        (
            |_, config| config.head_dim = 7,
            "the model's configuration has head_dim = 7",
        ),
        (
            |_, config| config.num_attention_heads = usize::MAX,
            "the model's configuration has num_attention_heads",
        ),
        (
            |_, config| config.vocab_size = 33,
            "tensor model.embed_tokens.weight has the shape [32, 16]",
        ),
    ];
    for (change, message) in cases {
        let (mut settings, mut config) = (settings(), config());
        change(&mut settings, &mut config);
        let error = Session::new(&config, weights(), settings, rows()).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
}
