"""Makes the golden models that crates/transformer/tests/golden.rs compares with.

Random Qwen2 and Qwen3 models in the layout of `transformers`, and what they say to a fixed text:
logits, and the tokens that follow greedily. Needs torch, transformers and safetensors:

    python bench/trainer/make_golden.py crates/transformer/tests/golden
"""

import argparse
import pathlib

import torch
from safetensors.torch import save_file
from transformers import Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

VOCABULARY = 272
PROMPT = 80  # more than a block of the cache holds
COMPARED = 32  # of the prompt's tokens, the last ones
CONTINUATION = 24

SIZES = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 56,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "rope_theta": 5000.0,
}


def randomize(model: torch.nn.Module, seed: int) -> None:
    """Weights that make logits of order 1 and that no two parts share."""
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        weight.data = 1 + 0.2 * noise if "norm" in name else 0.2 * noise


def continuation(model: torch.nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    for _ in range(CONTINUATION):
        token = model(tokens).logits[:, -1].argmax(-1, keepdim=True)
        tokens = torch.cat([tokens, token], 1)
    return tokens[0, -CONTINUATION:]


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    models = {
        "qwen2": Qwen2ForCausalLM(Qwen2Config(**SIZES, tie_word_embeddings=False)),
        "qwen3": Qwen3ForCausalLM(Qwen3Config(**SIZES, head_dim=16, tie_word_embeddings=True)),
    }
    for seed, (name, model) in enumerate(models.items()):
        model = model.eval().float()
        randomize(model, seed)
        generator = torch.Generator().manual_seed(seed)
        tokens = torch.randint(0, VOCABULARY, (1, PROMPT), generator=generator)
        single = model(tokens).logits[0, -COMPARED:]
        model.save_pretrained(folder / name)
        # In double precision: what is compared is the error of the crate alone, not torch's too.
        model = model.double()
        logits = model(tokens).logits[0, -COMPARED:].float()
        (folder / name / "generation_config.json").unlink(missing_ok=True)
        with (folder / name / "config.json").open("a") as config:
            config.write("\n")
        expected = {
            "tokens": tokens[0].int(),
            "logits": logits.contiguous(),
            "continuation": continuation(model, tokens).int(),
        }
        save_file(expected, folder / name / "expected.safetensors")
        rounding = (single - logits).abs().max().item()
        print(
            f"{name}: logits with a standard deviation of {logits.std().item():.2f}, "
            f"single precision differs by {rounding:.1e} in torch"
        )


if __name__ == "__main__":
    main()
