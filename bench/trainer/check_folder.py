"""Loads folders that the crate `transformer` wrote with `transformers`, and compares.

Logits with those of the golden models (see make_golden.py), the tokens of a chat with those that
the crate gave it. Needs torch, transformers and safetensors:

    python bench/trainer/check_folder.py
"""

import json
import pathlib
import subprocess
import tempfile

import torch
import transformers
from safetensors.torch import load_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "crates/transformer/tests/golden"
REWRITE = ["cargo", "run", "-q", "-p", "synthsmith-transformer", "--example", "rewrite", "--"]
# Half precision has eight bits.
TOLERANCES = {"f32": 1e-5, "bf16": 0.2}


@torch.no_grad()
def check(name: str, dtype: str, folder: pathlib.Path) -> None:
    command = [*REWRITE, str(GOLDEN / name), str(folder), dtype]
    said = json.loads(subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE).stdout)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    is_half = next(model.parameters()).dtype == torch.bfloat16
    model = model.eval().float()
    golden = load_file(GOLDEN / name / "expected.safetensors")
    logits = model(golden["tokens"].long()[None]).logits[0]
    logits = logits[-len(golden["logits"]) :]
    difference = (logits - golden["logits"]).abs().max().item()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    text = tokenizer.apply_chat_template(said["chat"], add_generation_prompt=True, tokenize=False)
    tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
    ends = model.generation_config.eos_token_id
    print(
        f"{transformers.__version__} {name} {dtype}: loaded as {type(model).__name__} "
        f"({'bf16' if is_half else 'f32'}), rope_theta kept: {rope_theta(model.config)}, "
        f"logits differ by {difference:.1e}, "
        f"chat tokens {'agree' if tokens == said['tokens'] else 'DIFFER'}, "
        f"ends {tokenizer.eos_token} {ends}"
    )
    assert difference <= TOLERANCES[dtype]
    assert tokens == said["tokens"]
    assert tokenizer.decode(tokens) == text
    assert tokenizer.eos_token_id in ends


def rope_theta(config: transformers.PretrainedConfig) -> float:
    parameters = getattr(config, "rope_parameters", None) or {}
    return parameters.get("rope_theta", getattr(config, "rope_theta", None))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("qwen2", "qwen3"):
            for dtype in TOLERANCES:
                check(name, dtype, pathlib.Path(folder) / f"{name}-{dtype}")


if __name__ == "__main__":
    main()
