use super::*;

#[test]
fn a_device_is_read_as_it_is_written() {
    for device in [Device::Cpu, Device::Cuda(0), Device::Cuda(7)] {
        assert_eq!(device.to_string().parse(), Ok(device));
        let json = serde_json::to_string(&device).unwrap();
        assert_eq!(serde_json::from_str::<Device>(&json).unwrap(), device);
    }
    assert_eq!("cuda".parse(), Ok(Device::Cuda(0)));
    for text in ["", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:x", "cuda:1:2"] {
        assert!(text.parse::<Device>().is_err(), "{text}");
    }
}

#[test]
#[cfg(not(feature = "cuda"))]
fn a_device_that_was_not_built_in_is_refused() {
    assert!(Device::Cpu.check().is_ok());
    let error = Device::Cuda(0).check().unwrap_err().to_string();
    assert!(error.contains("cuda:0"), "{error}");
    assert!(error.contains("without the feature cuda"), "{error}");
}

#[cfg(feature = "cuda")]
mod cuda {
    use synthsmith_transformer::{Architecture, Config};

    use super::*;
    use crate::{Lora, Method, Row, Session, Settings, Target, initial_weights};

    #[test]
    fn a_device_that_is_not_there_is_refused() {
        let error = Device::Cuda(99).check().unwrap_err();
        assert_eq!(error.to_string(), "cannot use the device cuda:99");
    }

    /// Loss and gradient norm of a few steps.
    fn learned(device: Device, architecture: Architecture, method: Method) -> Vec<(f64, f64)> {
        let config = Config {
            architecture,
            vocab_size: 64,
            hidden_size: 32,
            intermediate_size: 48,
            num_hidden_layers: 2,
            num_attention_heads: 4,
            num_key_value_heads: 2,
            head_dim: 8,
            max_position_embeddings: 64,
            rope_theta: 10_000.0,
            rms_norm_eps: 1e-6,
            tie_word_embeddings: true,
        };
        let row = |start: u32| Row {
            tokens: (0..20).map(|it| (start * 5 + it * 7) % 64).collect(),
            learned: (0..20).map(|it| it >= 5).collect(),
        };
        let settings = Settings {
            steps: 10,
            sequences: 4,
            length: 48,
            method,
            device,
            ..Settings::default()
        };
        let weights = initial_weights(&config, 1).unwrap();
        let rows = (0..40).map(row).collect();
        let mut session = Session::new(&config, weights, settings, rows).unwrap();
        let mut step = || session.step().unwrap().unwrap();
        let steps = (0..10).map(|_| step());
        steps.map(|it| (it.loss, it.grad_norm)).collect()
    }

    #[test]
    fn a_device_learns_as_the_processor_does() {
        if let Err(error) = Device::Cuda(0).check() {
            eprintln!("skipped: {error}");
            return;
        }
        let lora = || {
            Method::Lora(Lora {
                rank: 4,
                alpha: 8.0,
                targets: Target::ALL.to_vec(),
            })
        };
        for architecture in [Architecture::Qwen2, Architecture::Qwen3] {
            for method in [Method::Full, lora()] {
                let expected = learned(Device::Cpu, architecture, method.clone());
                let found = learned(Device::Cuda(0), architecture, method);
                for (found, expected) in found.iter().zip(&expected) {
                    assert!(
                        (found.0 / expected.0 - 1.0).abs() < 1e-4,
                        "{found:?} {expected:?}"
                    );
                    assert!(
                        (found.1 / expected.1 - 1.0).abs() < 1e-3,
                        "{found:?} {expected:?}"
                    );
                }
            }
        }
    }
}
