use std::error::Error as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::config::Architecture;
use crate::error::Error;
use crate::testing::{random_weights, text, tiny};
use crate::weights::Array;

fn model(architecture: Architecture, seed: u64) -> Folder {
    let config = tiny(architecture);
    let weights = random_weights(&config, seed);
    Folder {
        config,
        weights,
        text: Some(text()),
    }
}

/// A folder with a good model, that a test spoils.
struct Written(tempfile::TempDir);

impl Written {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let model = model(Architecture::Qwen3, 1);
        model.write(&folder.path(), Dtype::F32).unwrap();
        folder
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("m")
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.path().join(name)
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let path = self.file(name);
        let mut value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        change(&mut value);
        fs::write(path, value.to_string()).unwrap();
    }

    /// The error of reading it, with its causes.
    fn refusal(&self) -> String {
        let error = Folder::read(&self.path()).unwrap_err();
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text.replace(&self.path().display().to_string(), "m")
    }

    /// Header and data of the weights.
    fn weights(&self) -> (Value, Vec<u8>) {
        let bytes = fs::read(self.file("model.safetensors")).unwrap();
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let header = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
        (header, bytes[8 + length..].to_vec())
    }

    fn write_weights(&self, name: &str, header: &Value, data: &[u8]) {
        let header = header.to_string();
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        fs::write(self.file(name), bytes).unwrap();
    }
}

#[test]
fn a_model_reads_back_as_it_was_written() {
    for architecture in [Architecture::Qwen2, Architecture::Qwen3] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m");
        let model = model(architecture, 1);
        model.write(&path, Dtype::F32).unwrap();
        let read = Folder::read(&path).unwrap();
        assert_eq!(read.config, model.config);
        assert_eq!(read.weights, model.weights);
        let (read, written) = (read.text.unwrap(), model.text.unwrap());
        assert_eq!(read.special, written.special);
        assert_eq!(read.template.source(), written.template.source());
        let json = |text: &Text| text.tokenizer.to_json().unwrap();
        assert_eq!(json(&read), json(&written));
        assert_eq!(read.end_tokens.len(), 2);
    }
}

#[test]
fn others_can_read_the_files_and_the_format_is_named() {
    let folder = Written::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o644, "{:?}", entry.file_name());
    }
    let mode = fs::metadata(folder.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    assert_eq!(folder.weights().0["__metadata__"], json!({"format": "pt"}));
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let (first, second) = (Written::new(), Written::new());
    for entry in fs::read_dir(first.path()).unwrap() {
        let name = entry.unwrap().file_name();
        let read = |folder: &Written| fs::read(folder.path().join(&name)).unwrap();
        assert!(read(&first) == read(&second), "{}", name.display());
    }
}

#[test]
fn half_precision_is_read_into_single() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m");
    let model = model(Architecture::Qwen2, 1);
    model.write(&path, Dtype::Bf16).unwrap();
    let read = Folder::read(&path).unwrap();
    for (name, array) in &model.weights.0 {
        for (exact, found) in array.values.iter().zip(&read.weights.0[name].values) {
            assert!((exact - found).abs() <= exact.abs() / 256.0, "{name}");
        }
    }
    let written = Written::new();
    let (mut header, data) = written.weights();
    let info = &mut header["model.norm.weight"];
    let start = info["data_offsets"][0].as_u64().unwrap() as usize;
    // Two F16 ones lie where one F32 lay; the file stays whole by a tensor of half the length.
    let mut halves = data.clone();
    let end = start + 24 * 4;
    for pair in halves[start..end].chunks_exact_mut(2) {
        pair.copy_from_slice(&half::f16::ONE.to_le_bytes());
    }
    info["dtype"] = json!("F16");
    info["shape"] = json!([48]);
    written.write_weights("model.safetensors", &header, &halves);
    let refusal = written.refusal();
    assert!(refusal.ends_with("model.norm.weight has the shape [48], expected [24]"));
}

#[test]
fn reads_f16() {
    let written = Written::new();
    let (header, data) = written.weights();
    let mut new_header = serde_json::Map::new();
    let mut new_data = Vec::new();
    for (name, info) in header.as_object().unwrap() {
        if name == "__metadata__" {
            continue;
        }
        let offset = |index: usize| info["data_offsets"][index].as_u64().unwrap() as usize;
        let start = new_data.len();
        for word in data[offset(0)..offset(1)].as_chunks::<4>().0 {
            let value = half::f16::from_f32(f32::from_le_bytes(*word));
            new_data.extend(value.to_le_bytes());
        }
        let offsets = json!([start, new_data.len()]);
        let info = json!({"dtype": "F16", "shape": info["shape"], "data_offsets": offsets});
        new_header.insert(name.clone(), info);
    }
    written.write_weights("model.safetensors", &Value::Object(new_header), &new_data);
    let read = Folder::read(&written.path()).unwrap();
    let exact = model(Architecture::Qwen3, 1);
    for (name, array) in &exact.weights.0 {
        for (exact, found) in array.values.iter().zip(&read.weights.0[name].values) {
            assert!((exact - found).abs() < 1e-3, "{name}");
        }
    }
}

#[test]
fn reads_weights_in_shards() {
    let folder = Written::new();
    split(&folder);
    let read = Folder::read(&folder.path()).unwrap();
    assert_eq!(read.weights, model(Architecture::Qwen3, 1).weights);
}

/// Cuts the weights into two files with an index.
fn split(folder: &Written) {
    let (header, data) = folder.weights();
    let mut files = [(serde_json::Map::new(), Vec::new()), Default::default()];
    let mut index = serde_json::Map::new();
    for (position, (name, info)) in header.as_object().unwrap().iter().enumerate() {
        if name == "__metadata__" {
            continue;
        }
        let (header, bytes) = &mut files[position % 2];
        let offset = |index: usize| info["data_offsets"][index].as_u64().unwrap() as usize;
        let start = bytes.len();
        bytes.extend(&data[offset(0)..offset(1)]);
        let mut info = info.clone();
        info["data_offsets"] = json!([start, bytes.len()]);
        header.insert(name.clone(), info);
        index.insert(
            name.clone(),
            json!(format!("part-{}.safetensors", position % 2)),
        );
    }
    for (number, (header, bytes)) in files.into_iter().enumerate() {
        let name = format!("part-{number}.safetensors");
        folder.write_weights(&name, &Value::Object(header), &bytes);
    }
    let index = json!({"metadata": {}, "weight_map": index});
    fs::write(
        folder.file("model.safetensors.index.json"),
        index.to_string(),
    )
    .unwrap();
    fs::remove_file(folder.file("model.safetensors")).unwrap();
}

#[test]
fn an_index_cannot_name_files_elsewhere() {
    for name in [
        "../m/model.safetensors",
        "/dev/zero",
        "a.bin",
        "x/../model.safetensors",
    ] {
        let folder = Written::new();
        split(&folder);
        folder.change("model.safetensors.index.json", |index| {
            index["weight_map"]["model.norm.weight"] = json!(name);
        });
        let refusal = folder.refusal();
        let expected = format!("m/model.safetensors.index.json names the file {name:?}, which");
        assert!(refusal.starts_with(&expected), "{refusal}");
    }
}

#[test]
fn says_what_a_folder_lacks() {
    let empty = tempfile::tempdir().unwrap();
    let error = Folder::read(empty.path()).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("is no model folder: it has no config.json")
    );
    let error = Folder::read(&empty.path().join("nothing")).unwrap_err();
    assert!(matches!(error, Error::NoConfig { .. }));
    let folder = Written::new();
    fs::remove_file(folder.file("model.safetensors")).unwrap();
    let expected = "m has neither model.safetensors nor model.safetensors.index.json";
    assert_eq!(folder.refusal(), expected);
}

#[test]
fn names_the_field_of_a_configuration_that_cannot_be_used() {
    let folder = Written::new();
    folder.change("config.json", |it| it["model_type"] = json!("llama"));
    let refusal = folder.refusal();
    let expected = "m/config.json cannot be used: `model_type` is \"llama\"";
    assert!(refusal.starts_with(expected), "{refusal}");
    fs::write(folder.file("config.json"), "{").unwrap();
    let refusal = folder.refusal();
    assert!(refusal.starts_with("m/config.json is not the JSON it should be: EOF"));
    fs::write(folder.file("config.json"), " ".repeat(5 << 20)).unwrap();
    assert!(folder.refusal().starts_with("m/config.json is larger than"));
}

#[test]
fn names_the_tensor_that_does_not_fit() {
    let cases = [
        (
            "intermediate_size",
            json!(44),
            "mlp.down_proj.weight has the shape [24, 40], expected [24, 44]",
        ),
        (
            "num_hidden_layers",
            json!(3),
            "the tensor model.layers.2.input_layernorm.weight is missing",
        ),
        ("num_hidden_layers", json!(1), "model.layers.1."),
        (
            "tie_word_embeddings",
            json!(false),
            "the tensor lm_head.weight is missing",
        ),
    ];
    for (field, value, message) in cases {
        let folder = Written::new();
        folder.change("config.json", |it| it[field] = value);
        let refusal = folder.refusal();
        assert!(refusal.contains("do not fit its config.json"), "{refusal}");
        assert!(refusal.contains(message), "{refusal}");
    }
}

#[test]
fn names_the_tensor_with_a_value_that_is_no_number() {
    let folder = Written::new();
    let (header, mut data) = folder.weights();
    let start = header["model.norm.weight"]["data_offsets"][0]
        .as_u64()
        .unwrap() as usize;
    for (value, name) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
        data[start + 4..start + 8].copy_from_slice(&value.to_le_bytes());
        folder.write_weights("model.safetensors", &header, &data);
        let expected =
            format!("the tensor model.norm.weight holds {name} at 1, which is not finite");
        assert!(
            folder.refusal().ends_with(&expected),
            "{}",
            folder.refusal()
        );
    }
}

#[test]
fn truncated_weights_are_told_from_whole_ones() {
    let folder = Written::new();
    let path = folder.file("model.safetensors");
    let whole = fs::read(&path).unwrap();
    for length in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let refusal = folder.refusal();
        let expected = if length < 8 {
            "HeaderTooSmall"
        } else {
            "copy it again"
        };
        let is_told = refusal.contains(expected) || refusal.contains("no header");
        assert!(is_told, "{length}: {refusal}");
    }
    let longer = [whole.as_slice(), b"x"].concat();
    fs::write(&path, longer).unwrap();
    assert!(folder.refusal().contains("copy it again"));
}

#[test]
fn hostile_headers_are_refused_before_anything_is_allocated() {
    let folder = Written::new();
    let path = folder.file("model.safetensors");
    for length in [u64::MAX, 1 << 40, 17 << 20] {
        fs::write(&path, length.to_le_bytes()).unwrap();
        assert!(folder.refusal().contains("no header of a safetensors file"));
    }
    let huge = 1_u64 << 62;
    let infos = [
        json!({"dtype": "F32", "shape": [huge, huge], "data_offsets": [0, 4]}),
        json!({"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}),
        json!({"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}),
        json!({"dtype": "F32", "shape": [1], "data_offsets": [0, huge]}),
        json!({"dtype": "F32", "shape": [huge / 4], "data_offsets": [0, huge]}),
        json!({"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}),
        json!({"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}),
        json!([]),
    ];
    for info in infos {
        folder.write_weights("model.safetensors", &json!({"a": info}), &[0; 4]);
        let refusal = folder.refusal();
        let is_told = ["no header", "copy it again"]
            .iter()
            .any(|it| refusal.contains(it));
        assert!(is_told, "{refusal}");
    }
}

#[test]
fn other_types_of_weights_are_named() {
    let folder = Written::new();
    let (mut header, data) = folder.weights();
    header["model.norm.weight"]["dtype"] = json!("I32");
    folder.write_weights("model.safetensors", &header, &data);
    let expected = "the tensor model.norm.weight in m/model.safetensors is of the type I32; \
                    only F32, F16 and BF16 are read";
    assert_eq!(folder.refusal(), expected);
}

#[test]
fn a_pipe_is_not_waited_for() {
    let folder = Written::new();
    fs::remove_file(folder.file("model.safetensors")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.file("model.safetensors")).unwrap();
    assert!(folder.refusal().ends_with("it is not a regular file"));
}

#[test]
fn a_head_beside_tied_embeddings_is_left_out() {
    let folder = Written::new();
    let (mut header, mut data) = folder.weights();
    let start = data.len();
    data.extend([0; 4]);
    header["lm_head.weight"] =
        json!({"dtype": "F32", "shape": [1], "data_offsets": [start, start + 4]});
    folder.write_weights("model.safetensors", &header, &data);
    assert!(Folder::read(&folder.path()).is_ok());
}

#[test]
fn a_tokenizer_that_does_not_fit_is_refused() {
    type Change = fn(&mut Value);
    let cases: [(&str, Change, &str); 4] = [
        (
            "config.json",
            |it| it["vocab_size"] = json!(270),
            "its highest token is 279, the model's `vocab_size` 270",
        ),
        (
            "generation_config.json",
            |it| it["eos_token_id"] = json!([2, 300]),
            "the end token 300 is beyond the model's `vocab_size` 300",
        ),
        (
            "generation_config.json",
            |it| it["eos_token_id"] = json!("x"),
            "`eos_token_id` is not a token id or a list of them",
        ),
        (
            "tokenizer.json",
            |it| it["model"] = json!({}),
            "is not a tokenizer that can be used",
        ),
    ];
    for (name, change, message) in cases {
        let folder = Written::new();
        folder.change(name, change);
        assert!(folder.refusal().contains(message), "{}", folder.refusal());
    }
}

#[test]
fn a_tokenizer_without_an_end_is_refused() {
    let folder = Written::new();
    fs::remove_file(folder.file("generation_config.json")).unwrap();
    folder.change("config.json", |it| it["eos_token_id"] = Value::Null);
    let text = Text::read(&folder.path()).unwrap().unwrap();
    assert_eq!(text.end_tokens, [2]);
    fs::remove_file(folder.file("tokenizer_config.json")).unwrap();
    assert!(folder.refusal().contains("no end token is named"));
}

#[test]
fn templates_are_found_where_tools_put_them() {
    let source = |folder: &Written| {
        let text = Text::read(&folder.path()).unwrap().unwrap();
        text.template.source().to_owned()
    };
    let folder = Written::new();
    fs::write(folder.file("chat_template.jinja"), "own file").unwrap();
    assert_eq!(source(&folder), "own file");
    fs::remove_file(folder.file("chat_template.jinja")).unwrap();
    folder.change("tokenizer_config.json", |it| {
        it["chat_template"] = json!("inline");
    });
    assert_eq!(source(&folder), "inline");
    folder.change("tokenizer_config.json", |it| {
        it["chat_template"] =
            json!([{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]);
        it["eos_token"] = json!({"content": "<|endoftext|>", "lstrip": false});
    });
    assert_eq!(source(&folder), "d");
    let text = Text::read(&folder.path()).unwrap().unwrap();
    assert_eq!(text.special.eos.as_deref(), Some("<|endoftext|>"));
    fs::write(folder.file("chat_template.jinja"), "{% if %}").unwrap();
    assert!(
        folder
            .refusal()
            .starts_with("the chat template cannot be used")
    );
}

#[test]
fn a_model_replaces_a_model_and_nothing_else() {
    let folder = Written::new();
    let second = model(Architecture::Qwen2, 2);
    second.write(&folder.path(), Dtype::F32).unwrap();
    assert_eq!(Folder::read(&folder.path()).unwrap().config, second.config);
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1);
    fs::write(folder.file("thesis.txt"), "years of work").unwrap();
    let error = second.write(&folder.path(), Dtype::F32).unwrap_err();
    assert!(
        error.to_string().contains("holds \"thesis.txt\""),
        "{error}"
    );
    assert!(folder.file("thesis.txt").exists());
}

#[test]
fn what_cannot_be_written_whole_leaves_the_model_that_was_there() {
    let folder = Written::new();
    let before = fs::read(folder.file("model.safetensors")).unwrap();
    let mut broken = model(Architecture::Qwen3, 2);
    let name = "model.norm.weight";
    broken.weights.0.get_mut(name).unwrap().values[0] = f32::NAN;
    let error = broken.write(&folder.path(), Dtype::F32).unwrap_err();
    assert!(matches!(error, Error::Weights { .. }));
    let mut misfit = model(Architecture::Qwen3, 2);
    misfit.config.vocab_size = 270;
    let table = Array {
        shape: vec![270, 24],
        values: vec![0.0; 270 * 24],
    };
    let embeddings = "model.embed_tokens.weight".to_owned();
    misfit.weights.0.insert(embeddings, table);
    let error = misfit.write(&folder.path(), Dtype::F32).unwrap_err();
    assert!(matches!(error, Error::TokenizerMisfit { .. }));
    assert!(fs::read(folder.file("model.safetensors")).unwrap() == before);
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1);
}

#[test]
fn a_full_disk_is_told_as_such() {
    let error = whole::write_file(Path::new("/dev/full"), &[0; 10_000]).unwrap_err();
    assert!(matches!(error, Error::NoSpace { .. }), "{error}");
    assert!(
        error
            .to_string()
            .starts_with("no space left to write /dev/full")
    );
}

#[test]
fn a_parent_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a/b");
    let error = model(Architecture::Qwen3, 1)
        .write(&target, Dtype::F32)
        .unwrap_err();
    assert!(error.to_string().starts_with("cannot write"));
}
