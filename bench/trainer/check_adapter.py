"""Loads adapters that `synthsmith train sft --lora` made with PEFT, and compares.

The model with its adapters merged, as the command delivers it, against the model as it was with the adapters beside it:
their logits must be the same. Needs torch, transformers and peft, and the command built:

    cargo build --workspace --bins
    python bench/trainer/check_adapter.py
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import peft
import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/synthsmith"
TOLERANCE = 1e-5
SCHEDULE = "--steps 20 --warmup 2 --sequences 2 --length 64 --learning-rate 1e-2".split()
WORDS = ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"]


def train(rows: pathlib.Path, out: pathlib.Path, *flags: str | pathlib.Path) -> pathlib.Path:
    subprocess.run([COMMAND, "train", "sft", rows, "--out", out, *SCHEDULE, *flags], check=True)
    return out


def sums(path: pathlib.Path) -> pathlib.Path:
    with path.open("w") as file:
        for left in range(10):
            chat = [{"role": "user", "content": f"{left} + 1 ="}, {"role": "assistant", "content": f"{left + 1}"}]
            file.write(json.dumps({"messages": chat}) + "\n")
    return path


def new_base(family: str, words: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A model of transformers' own making, with the words of one of ours."""
    vocabulary = json.loads((words / "config.json").read_text())["vocab_size"]
    config = transformers.AutoConfig.for_model(
        family, vocab_size=vocabulary, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=16, max_position_embeddings=256, tie_word_embeddings=True,
    )
    transformers.set_seed(1)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    for name in WORDS:
        shutil.copy(words / name, folder / name)
    return folder


def load(folder: pathlib.Path) -> transformers.PreTrainedModel:
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


@torch.no_grad()
def check(family: str, base: pathlib.Path, out: pathlib.Path) -> None:
    tokens = torch.arange(3, 35)[None]
    before = load(base)(tokens).logits
    merged = load(out / "model")(tokens).logits
    unmerged = peft.PeftModel.from_pretrained(load(base), out / "adapter").eval()
    difference = (unmerged(tokens).logits - merged).abs().max().item()
    learnt = (merged - before).abs().max().item()
    print(f"peft {peft.__version__} {family}: merged and unmerged differ by {difference:.1e}; training moved logits by {learnt:.1e}")
    assert difference <= TOLERANCE
    assert learnt > 100 * TOLERANCE


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        rows = sums(place / "rows.jsonl")
        words = train(rows, place / "words", "--hidden", "32", "--layers", "1") / "model"
        for family in ("qwen2", "qwen3"):
            base = new_base(family, words, place / family)
            check(family, base, train(rows, place / f"{family}-trained", "--base", base, "--lora", "4"))


if __name__ == "__main__":
    main()
