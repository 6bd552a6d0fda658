//! The tensors that a configuration asks for, by their Hugging Face names.

use super::{Architecture, Config};

impl Config {
    /// Name and shape of every tensor of the model, in the order of the layers.
    ///
    /// `lm_head.weight` is left out where it is the table of embeddings.
    pub fn tensors(&self) -> impl Iterator<Item = (String, Vec<usize>)> {
        let table = vec![self.vocab_size, self.hidden_size];
        let first = [("model.embed_tokens.weight".to_owned(), table.clone())];
        let norm = [("model.norm.weight".to_owned(), vec![self.hidden_size])];
        let head = ("lm_head.weight".to_owned(), table);
        let head = (!self.tie_word_embeddings).then_some(head);
        let layers = (0..self.num_hidden_layers).flat_map(|layer| self.layer_tensors(layer));
        first.into_iter().chain(layers).chain(norm).chain(head)
    }

    fn layer_tensors(&self, layer: usize) -> Vec<(String, Vec<usize>)> {
        let hidden = self.hidden_size;
        let inner = self.intermediate_size;
        let queries = self.num_attention_heads * self.head_dim;
        let keys = self.num_key_value_heads * self.head_dim;
        let mut tensors = vec![
            ("input_layernorm.weight", vec![hidden]),
            ("self_attn.q_proj.weight", vec![queries, hidden]),
            ("self_attn.k_proj.weight", vec![keys, hidden]),
            ("self_attn.v_proj.weight", vec![keys, hidden]),
            ("self_attn.o_proj.weight", vec![hidden, queries]),
            ("post_attention_layernorm.weight", vec![hidden]),
            ("mlp.gate_proj.weight", vec![inner, hidden]),
            ("mlp.up_proj.weight", vec![inner, hidden]),
            ("mlp.down_proj.weight", vec![hidden, inner]),
        ];
        match self.architecture {
            Architecture::Qwen2 => tensors.extend([
                ("self_attn.q_proj.bias", vec![queries]),
                ("self_attn.k_proj.bias", vec![keys]),
                ("self_attn.v_proj.bias", vec![keys]),
            ]),
            Architecture::Qwen3 => tensors.extend([
                ("self_attn.q_norm.weight", vec![self.head_dim]),
                ("self_attn.k_norm.weight", vec![self.head_dim]),
            ]),
        }
        let full = |(name, shape)| (format!("model.layers.{layer}.{name}"), shape);
        tensors.into_iter().map(full).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tiny;

    #[test]
    fn ties_biases_and_norms_decide_which_tensors_there_are() {
        let mut config = tiny(Architecture::Qwen2);
        config.num_hidden_layers = 1;
        config.tie_word_embeddings = true;
        let tied: Vec<_> = config.tensors().collect();
        assert_eq!(tied.len(), 14);
        let names = |config: &Config, part: &str| {
            let is_there = |(name, _): &(String, Vec<usize>)| name.contains(part);
            config.tensors().filter(is_there).count()
        };
        assert_eq!([names(&config, "bias"), names(&config, "q_norm")], [3, 0]);
        assert_eq!(names(&config, "lm_head"), 0);
        config.tie_word_embeddings = false;
        assert_eq!(names(&config, "lm_head"), 1);
        config.architecture = Architecture::Qwen3;
        assert_eq!([names(&config, "bias"), names(&config, "q_norm")], [0, 1]);
    }

    #[test]
    fn counts_the_weights_of_a_known_model() {
        // Qwen3-0.6B has 596,049,920 weights with tied embeddings.
        let config = Config {
            architecture: Architecture::Qwen3,
            vocab_size: 151_936,
            hidden_size: 1024,
            intermediate_size: 3072,
            num_hidden_layers: 28,
            num_attention_heads: 16,
            num_key_value_heads: 8,
            head_dim: 128,
            max_position_embeddings: 40_960,
            rope_theta: 1e6,
            rms_norm_eps: 1e-6,
            tie_word_embeddings: true,
        };
        assert_eq!(config.parameter_count(), 596_049_920);
    }
}
