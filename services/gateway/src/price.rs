//! What answers cost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::chat::Tokens;

/// The price of a model's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub prompt_usd_per_million: f64,
    pub completion_usd_per_million: f64,
}

/// Prices by the name a model is asked under; a model without a price costs nothing.
pub type Prices = BTreeMap<String, Price>;

/// The cost of an answer of `model`, in US dollars.
pub fn cost_usd(prices: &Prices, model: &str, tokens: Tokens) -> f64 {
    prices.get(model).map_or(0.0, |price| {
        let prompt = tokens.prompt as f64 * price.prompt_usd_per_million;
        let completion = tokens.completion as f64 * price.completion_usd_per_million;
        (prompt + completion) / 1e6
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_both_prices_and_takes_an_unknown_model_for_free() {
        let price = Price {
            prompt_usd_per_million: 2.0,
            completion_usd_per_million: 10.0,
        };
        let prices = Prices::from([("m".to_owned(), price)]);
        let tokens = Tokens {
            prompt: 500_000,
            completion: 100_000,
            are_estimated: false,
        };
        assert!((cost_usd(&prices, "m", tokens) - 2.0).abs() < 1e-12);
        assert!(cost_usd(&prices, "n", tokens).abs() < f64::EPSILON);
    }
}
