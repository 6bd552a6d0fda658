//! `config.json`, read strictly in both of its styles and written in both at once.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::{Architecture, Config, Unusable, unusable};
use crate::error::Error;

// Where a file leaves these out, transformers takes these.
const DEFAULT_ROPE_THETA: f64 = 10_000.0;
const DEFAULT_RMS_NORM_EPS: f64 = 1e-6;
const DEFAULT_MAX_POSITION_EMBEDDINGS: usize = 32_768;
const DEFAULT_MAX_WINDOW_LAYERS: usize = 28;
const DEFAULT_HEAD_DIM_OF_QWEN3: usize = 128;

pub(super) fn parse(text: &str, path: &Path) -> Result<Config, Error> {
    let fields: Map<String, Value> =
        serde_json::from_str(text).map_err(|source| Error::ParseJson {
            path: path.to_owned(),
            source,
        })?;
    from_fields(&Fields(&fields)).map_err(|source| Error::Config {
        path: path.to_owned(),
        source,
    })
}

impl Config {
    /// The fields of a `config.json` that transformers 4 and 5 and vLLM read; `dtype` is the type
    /// of the weights beside it.
    pub fn to_json(&self, dtype: &str) -> Map<String, Value> {
        let value = json!({
            "architectures": [self.architecture.class_name()],
            "model_type": self.architecture.model_type(),
            "vocab_size": self.vocab_size,
            "hidden_size": self.hidden_size,
            "intermediate_size": self.intermediate_size,
            "num_hidden_layers": self.num_hidden_layers,
            "num_attention_heads": self.num_attention_heads,
            "num_key_value_heads": self.num_key_value_heads,
            "head_dim": self.head_dim,
            "max_position_embeddings": self.max_position_embeddings,
            "rope_theta": self.rope_theta,
            "rope_scaling": null,
            "rope_parameters": { "rope_theta": self.rope_theta, "rope_type": "default" },
            "rms_norm_eps": self.rms_norm_eps,
            "tie_word_embeddings": self.tie_word_embeddings,
            "hidden_act": "silu",
            "attention_bias": false,
            "attention_dropout": 0.0,
            "initializer_range": 0.02,
            "use_sliding_window": false,
            "sliding_window": null,
            "max_window_layers": self.num_hidden_layers,
            "use_cache": true,
            "torch_dtype": dtype,
            "dtype": dtype,
        });
        match value {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }
}

fn from_fields(fields: &Fields<'_>) -> Result<Config, Unusable> {
    let architecture = architecture(fields)?;
    refuse_unsupported(fields, architecture)?;
    let num_attention_heads = fields.size("num_attention_heads")?;
    let hidden_size = fields.size("hidden_size")?;
    let config = Config {
        architecture,
        vocab_size: fields.size("vocab_size")?,
        hidden_size,
        intermediate_size: fields.size("intermediate_size")?,
        num_hidden_layers: fields.size("num_hidden_layers")?,
        num_attention_heads,
        num_key_value_heads: fields.size("num_key_value_heads")?,
        head_dim: head_dim(fields, architecture, hidden_size, num_attention_heads)?,
        max_position_embeddings: fields
            .optional_size("max_position_embeddings")?
            .unwrap_or(DEFAULT_MAX_POSITION_EMBEDDINGS),
        rope_theta: rope_theta(fields)?,
        rms_norm_eps: fields
            .number("rms_norm_eps")?
            .unwrap_or(DEFAULT_RMS_NORM_EPS),
        tie_word_embeddings: fields.flag("tie_word_embeddings")?.unwrap_or(false),
    };
    config.check()?;
    refuse_window(fields, config.num_hidden_layers)?;
    Ok(config)
}

fn architecture(fields: &Fields<'_>) -> Result<Architecture, Unusable> {
    const KNOWN: [Architecture; 2] = [Architecture::Qwen2, Architecture::Qwen3];
    let model_type = fields.text("model_type")?;
    let by_type = model_type.map(|name| {
        let found = KNOWN.into_iter().find(|it| it.model_type() == name);
        found.ok_or_else(|| unusable("model_type", not_supported(name)))
    });
    let class = fields.get("architectures").map(|value| {
        let class = value.as_array().and_then(|it| it.first()?.as_str());
        class.ok_or_else(|| unusable("architectures", "is not a list of names"))
    });
    let by_class = class.transpose()?.map(|name| {
        let found = KNOWN.into_iter().find(|it| it.class_name() == name);
        found.ok_or_else(|| unusable("architectures", not_supported(name)))
    });
    match (by_class.transpose()?, by_type.transpose()?) {
        (Some(class), Some(model_type)) if class != model_type => {
            Err(unusable("model_type", "is not that of `architectures`"))
        }
        (Some(found), _) | (None, Some(found)) => Ok(found),
        (None, None) => Err(unusable("model_type", "is missing")),
    }
}

fn not_supported(name: &str) -> String {
    let name: String = name.chars().take(80).collect();
    format!("is {name:?}, which is not supported: only Qwen2 and Qwen3 are")
}

fn head_dim(
    fields: &Fields<'_>,
    architecture: Architecture,
    hidden_size: usize,
    heads: usize,
) -> Result<usize, Unusable> {
    if let Some(size) = fields.optional_size("head_dim")? {
        return Ok(size);
    }
    if architecture == Architecture::Qwen3 && fields.is_absent("head_dim") {
        return Ok(DEFAULT_HEAD_DIM_OF_QWEN3);
    }
    match hidden_size.checked_div(heads) {
        Some(size) if hidden_size.is_multiple_of(heads) => Ok(size),
        _ => {
            let problem =
                format!("is {hidden_size}, not a multiple of `num_attention_heads`, {heads}");
            Err(unusable("hidden_size", problem))
        }
    }
}

/// The base of the rotary positions, from either place; both together must agree.
fn rope_theta(fields: &Fields<'_>) -> Result<f64, Unusable> {
    let old = fields.number("rope_theta")?;
    let new = match fields.section("rope_parameters")? {
        Some(section) => section.number("rope_theta")?,
        None => None,
    };
    match (old, new) {
        (Some(old), Some(new)) if old.total_cmp(&new).is_ne() => Err(unusable(
            "rope_theta",
            format!("is {old}, but `rope_parameters.rope_theta` is {new}"),
        )),
        (old, new) => Ok(new.or(old).unwrap_or(DEFAULT_ROPE_THETA)),
    }
}

/// What would change the meaning of the weights, and is not built.
fn refuse_unsupported(fields: &Fields<'_>, architecture: Architecture) -> Result<(), Unusable> {
    match fields.text("hidden_act")? {
        None | Some("silu") => {}
        Some(name) => return Err(unusable("hidden_act", not_supported_value(name, "silu"))),
    }
    if architecture == Architecture::Qwen3 && fields.flag("attention_bias")? == Some(true) {
        let problem = "is true, which is not supported for Qwen3";
        return Err(unusable("attention_bias", problem));
    }
    if fields.get("quantization_config").is_some() {
        let problem = "is set, but quantized weights are not supported";
        return Err(unusable("quantization_config", problem));
    }
    for field in ["rope_scaling", "rope_parameters"] {
        let Some(section) = fields.section(field)? else {
            continue;
        };
        for kind in ["rope_type", "type"] {
            match section.text(kind)? {
                None | Some("default") => {}
                Some(name) => return Err(unusable(field, not_supported_value(name, "default"))),
            }
        }
        if section.get("factor").is_some() {
            return Err(unusable(field, "scales positions, which is not supported"));
        }
    }
    Ok(())
}

fn not_supported_value(found: &str, supported: &str) -> String {
    let found: String = found.chars().take(80).collect();
    format!("is {found:?}, which is not supported: only {supported:?} is")
}

fn refuse_window(fields: &Fields<'_>, layers: usize) -> Result<(), Unusable> {
    const PROBLEM: &str = "limits attention to a window, which is not supported";
    let first = fields
        .optional_size("max_window_layers")?
        .unwrap_or(DEFAULT_MAX_WINDOW_LAYERS);
    if fields.flag("use_sliding_window")? == Some(true) && first < layers {
        return Err(unusable("use_sliding_window", PROBLEM));
    }
    let Some(types) = fields.get("layer_types") else {
        return Ok(());
    };
    let types = types
        .as_array()
        .ok_or_else(|| unusable("layer_types", "is not a list"))?;
    if types.iter().any(|it| it != "full_attention") {
        return Err(unusable("layer_types", PROBLEM));
    }
    Ok(())
}

/// The fields of an object; `null` counts as not there.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn get(&self, field: &str) -> Option<&'a Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    fn is_absent(&self, field: &str) -> bool {
        !self.0.contains_key(field)
    }

    fn size(&self, field: &str) -> Result<usize, Unusable> {
        self.optional_size(field)?
            .ok_or_else(|| unusable(field, "is missing"))
    }

    fn optional_size(&self, field: &str) -> Result<Option<usize>, Unusable> {
        let size = |value: &Value| value.as_u64().and_then(|it| usize::try_from(it).ok());
        self.read(field, "a whole number of 0 or more", size)
    }

    fn number(&self, field: &str) -> Result<Option<f64>, Unusable> {
        self.read(field, "a number", Value::as_f64)
    }

    fn flag(&self, field: &str) -> Result<Option<bool>, Unusable> {
        self.read(field, "true or false", Value::as_bool)
    }

    fn text(&self, field: &str) -> Result<Option<&'a str>, Unusable> {
        self.read(field, "a string", Value::as_str)
    }

    fn section(&self, field: &str) -> Result<Option<Fields<'a>>, Unusable> {
        self.read(field, "an object", |value| value.as_object().map(Fields))
    }

    fn read<T>(
        &self,
        field: &str,
        kind: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Unusable> {
        let Some(value) = self.get(field) else {
            return Ok(None);
        };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(unusable(field, format!("is not {kind}"))),
        }
    }
}

#[cfg(test)]
mod tests;
