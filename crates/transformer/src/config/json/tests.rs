use proptest::prelude::*;

use super::*;
use crate::testing::tiny;

fn fields() -> Map<String, Value> {
    tiny(Architecture::Qwen3).to_json("float32")
}

fn parsed(fields: &Map<String, Value>) -> Result<Config, String> {
    let text = serde_json::to_string(fields).unwrap();
    parse(&text, Path::new("m/config.json")).map_err(|error| {
        let source = std::error::Error::source(&error).unwrap();
        format!("{error}: {source}")
    })
}

#[test]
fn what_is_written_reads_back_in_both_styles() {
    for architecture in [Architecture::Qwen2, Architecture::Qwen3] {
        let mut config = tiny(architecture);
        config.rope_theta = 123_456.0;
        let both = config.to_json("float32");
        assert_eq!(parsed(&both), Ok(config.clone()));
        let mut old = both.clone();
        old.shift_remove("rope_parameters");
        assert_eq!(parsed(&old), Ok(config.clone()));
        let mut new = both;
        new.shift_remove("rope_theta");
        new.shift_remove("rope_scaling");
        assert_eq!(parsed(&new), Ok(config));
    }
}

#[test]
fn what_transformers_leaves_out_has_its_defaults() {
    let mut fields = fields();
    for field in ["rope_theta", "rope_parameters", "rms_norm_eps", "head_dim"] {
        fields.shift_remove(field);
    }
    fields.shift_remove("tie_word_embeddings");
    let config = parsed(&fields).unwrap();
    assert_eq!(config.head_dim, 128);
    assert!((config.rope_theta - 1e4).abs() < 1e-9);
    assert!(!config.tie_word_embeddings);
    fields.insert("model_type".to_owned(), json!("qwen2"));
    fields.insert("architectures".to_owned(), Value::Null);
    let config = parsed(&fields).unwrap();
    assert_eq!(
        config.head_dim * config.num_attention_heads,
        config.hidden_size
    );
}

#[test]
fn names_the_file_and_the_field_that_cannot_be_used() {
    let cases = [
        (
            "model_type",
            json!("llama"),
            "`model_type` is \"llama\", which is not supported: only Qwen2 and Qwen3 are",
        ),
        (
            "model_type",
            json!("qwen2"),
            "`model_type` is not that of `architectures`",
        ),
        (
            "architectures",
            json!(["GPT"]),
            "`architectures` is \"GPT\", which is not supported: only Qwen2 and Qwen3 are",
        ),
        (
            "architectures",
            json!([]),
            "`architectures` is not a list of names",
        ),
        (
            "vocab_size",
            json!(-1),
            "`vocab_size` is not a whole number of 0 or more",
        ),
        (
            "vocab_size",
            json!(1e30),
            "`vocab_size` is not a whole number of 0 or more",
        ),
        ("vocab_size", Value::Null, "`vocab_size` is missing"),
        ("vocab_size", json!(0), "`vocab_size` is 0"),
        (
            "num_key_value_heads",
            json!(3),
            "`num_attention_heads` is 4, not a multiple of `num_key_value_heads`, 3",
        ),
        (
            "num_hidden_layers",
            json!(u64::MAX),
            "`num_hidden_layers` is 18446744073709551615, more than the limit of 512",
        ),
        (
            "hidden_act",
            json!("gelu"),
            "`hidden_act` is \"gelu\", which is not supported: only \"silu\" is",
        ),
        (
            "attention_bias",
            json!(true),
            "`attention_bias` is true, which is not supported for Qwen3",
        ),
        (
            "rope_scaling",
            json!({"type": "yarn", "factor": 4.0}),
            "`rope_scaling` is \"yarn\", which is not supported: only \"default\" is",
        ),
        (
            "rope_parameters",
            json!({"rope_type": "linear"}),
            "`rope_parameters` is \"linear\", which is not supported: only \"default\" is",
        ),
        (
            "rope_theta",
            json!(7.0),
            "`rope_theta` is 7, but `rope_parameters.rope_theta` is 10000",
        ),
        ("rope_theta", json!("x"), "`rope_theta` is not a number"),
        (
            "use_sliding_window",
            json!(1),
            "`use_sliding_window` is not true or false",
        ),
        (
            "layer_types",
            json!(["sliding_attention"]),
            "`layer_types` limits attention to a window, which is not supported",
        ),
        (
            "quantization_config",
            json!({}),
            "`quantization_config` is set, but quantized weights are not supported",
        ),
    ];
    for (field, value, message) in cases {
        let mut fields = fields();
        fields.insert(field.to_owned(), value);
        let expected = format!("m/config.json cannot be used: {message}");
        assert_eq!(parsed(&fields), Err(expected));
    }
}

#[test]
fn a_window_counts_only_where_a_layer_has_it() {
    let mut fields = fields();
    fields.insert("use_sliding_window".to_owned(), json!(true));
    assert!(parsed(&fields).is_ok());
    fields.insert("max_window_layers".to_owned(), json!(1));
    assert!(parsed(&fields).unwrap_err().contains("use_sliding_window"));
}

#[test]
fn sizes_that_do_not_divide_are_no_head_size() {
    let mut fields = fields();
    fields.insert("head_dim".to_owned(), Value::Null);
    for heads in [0, 5] {
        fields.insert("num_attention_heads".to_owned(), json!(heads));
        assert!(parsed(&fields).unwrap_err().contains("`hidden_size` is"));
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = parse(&text, Path::new("config.json"));
    }

    #[test]
    fn no_value_makes_it_panic(field in 0_usize..25, number in any::<f64>(), kind in 0..5) {
        let mut fields = fields();
        let name = fields.keys().nth(field).unwrap().clone();
        let value = match kind {
            0 => json!(number),
            1 => json!(number as u64),
            2 => json!("text"),
            3 => json!([number]),
            _ => json!({"rope_theta": number, "type": "default"}),
        };
        fields.insert(name, value);
        let _ = parsed(&fields);
    }
}
