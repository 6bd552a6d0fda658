//! Reads a model's folder and writes it again, with a small tokenizer of its own.
//!
//! `bench/trainer/check_folder.py` loads the result with transformers. Prints, as JSON, a chat and
//! the tokens that it has here.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::path::Path;

use serde_json::json;
use synthsmith_transformer::chat::Message;
use synthsmith_transformer::tokenizer::Tokenizer;
use synthsmith_transformer::{Dtype, Folder, Text};

const TEXTS: [&str; 2] = [
    "def solve(numbers):\n    return sum(numbers) + 12\n",
    "Return the sum of the numbers, or 0 where there are none.\n",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, dtype] = arguments.as_slice() else {
        return Err("usage: rewrite FROM TO f32|bf16".into());
    };
    let mut folder = Folder::read(Path::new(from))?;
    let tokenizer = Tokenizer::train(TEXTS.into_iter(), 270)?;
    let text = Text::chatml(tokenizer).ok_or("the tokenizer lacks the tokens of ChatML")?;
    let messages = [
        Message::new("system", "Write Python."),
        Message::new("user", "Sum the numbers 1, 23 and é🦀.\n\n  Thanks"),
    ];
    let tokens = text.encode_chat(&messages)?;
    let chat = messages.map(|it| json!({"role": it.role, "content": it.content}));
    println!("{}", json!({"chat": chat, "tokens": tokens}));
    // A model with too few tokens for any text is written without.
    if text.tokenizer.size() <= folder.config.vocab_size {
        folder.text = Some(text);
    }
    let dtype = if dtype == "bf16" {
        Dtype::Bf16
    } else {
        Dtype::F32
    };
    folder.write(Path::new(to), dtype)?;
    Ok(())
}
