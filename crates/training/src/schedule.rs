//! The learning rate by step: a linear rise, then half a cosine. Loshchilov and Hutter, "SGDR" (2017).

use crate::settings::Settings;

/// The learning rate of step `step`, counted from 0. The last step of the cosine, and any beyond,
/// have the final ratio of it.
pub(crate) fn learning_rate(settings: &Settings, step: u64) -> f64 {
    if step < settings.warmup_steps {
        return settings.learning_rate * (step + 1) as f64 / settings.warmup_steps as f64;
    }
    let last = settings.steps.saturating_sub(1);
    let span = last.saturating_sub(settings.warmup_steps).max(1);
    let progress = ((step - settings.warmup_steps) as f64 / span as f64).min(1.0);
    let cosine = 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
    settings.learning_rate * (settings.final_ratio + (1.0 - settings.final_ratio) * cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_in_a_line_and_falls_in_a_cosine() {
        let settings = Settings {
            steps: 15,
            warmup_steps: 4,
            learning_rate: 2.0,
            final_ratio: 0.1,
            ..Settings::default()
        };
        for (step, expected) in [(0, 0.5), (3, 2.0), (4, 2.0), (9, 1.1), (14, 0.2), (99, 0.2)] {
            let rate = learning_rate(&settings, step);
            assert!((rate - expected).abs() < 1e-12, "step {step}: {rate}");
        }
    }

    #[test]
    fn warming_up_longer_than_the_job_never_divides_by_zero() {
        for (steps, warmup_steps) in [(1, 0), (1, 1), (2, 5), (5, 5)] {
            let settings = Settings {
                steps,
                warmup_steps,
                ..Settings::default()
            };
            assert!((0..8).all(|step| learning_rate(&settings, step) > 0.0));
        }
    }
}
