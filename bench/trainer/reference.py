"""The training step of `crates/training`, written by hand in PyTorch: what ours is compared with.

    reference.py golden FOLDER     writes the tensors that the crate's tests compare with
    reference.py throughput [--threads N] [--steps N]
                                   prints a line of JSON, for `synthsmith bench trainer`

Needs torch, numpy and safetensors; no GPU. Run with OMP_WAIT_POLICY=passive, or waiting counts as work.
"""

import argparse
import json
import math
import os
import pathlib
import resource
import time

import torch
import torch.nn.functional as F
from safetensors.torch import save_file


class Model:
    """A Qwen2 or Qwen3 decoder over a dict of parameters with their Hugging Face names."""

    def __init__(self, config, seed):
        self.config = config
        generator = torch.Generator().manual_seed(seed)
        self.parameters = {
            name: torch.nn.Parameter(initial(shape, generator, config["noise"]))
            for name, shape in shapes(config).items()
        }
        # Pairs by the names of maps, where only they are trained.
        self.adapters, self.scale = {}, 0.0

    def adapt(self, rank, alpha, generator):
        """Low-rank adapters of all projections, none of them zero."""
        self.scale = alpha / rank
        for name, parameter in self.parameters.items():
            parameter.requires_grad_(False)
            if "_proj.weight" in name:
                outputs, inputs = parameter.shape
                pair = [torch.randn(shape, generator=generator) * 0.2 for shape in [(rank, inputs), (outputs, rank)]]
                self.adapters[name.removesuffix(".weight")] = [torch.nn.Parameter(part) for part in pair]

    def linear(self, name, x):
        y = F.linear(x, self.parameters[name + ".weight"], self.parameters.get(name + ".bias"))
        if name not in self.adapters:
            return y
        down, up = self.adapters[name]
        return y + self.scale * F.linear(F.linear(x, down), up)

    def loss(self, tokens, weights):
        """The mean over all weighted predictions; `weights[i]` is that of token i + 1."""
        logits = self.logits(tokens)[:, :-1].reshape(-1, self.config["vocab_size"])
        losses = F.cross_entropy(logits, tokens[:, 1:].reshape(-1), reduction="none")
        weights = weights[:, :-1].reshape(-1)
        return (losses * weights).sum() / weights.sum()

    def logits(self, tokens):
        p, c = self.parameters, self.config
        x = F.embedding(tokens, p["model.embed_tokens.weight"])
        cosines, sines = rotation(c, tokens.shape[1])
        for layer in range(c["num_hidden_layers"]):
            x = self.layer(f"model.layers.{layer}.", x, cosines, sines)
        x = F.rms_norm(x, (c["hidden_size"],), p["model.norm.weight"], c["rms_norm_eps"])
        table = "model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"
        return F.linear(x, p[table])

    def layer(self, name, x, cosines, sines):
        p, c = self.parameters, self.config
        rows, length, width = x.shape
        eps = c["rms_norm_eps"]

        def heads(part, norm, count):
            y = self.linear(f"{name}self_attn.{part}", h)
            y = y.view(rows, length, count, c["head_dim"])
            if norm is not None and f"{name}self_attn.{norm}.weight" in p:
                y = F.rms_norm(y, (c["head_dim"],), p[f"{name}self_attn.{norm}.weight"], eps)
            return y.transpose(1, 2)

        h = F.rms_norm(x, (width,), p[name + "input_layernorm.weight"], eps)
        query = rotate(heads("q_proj", "q_norm", c["num_attention_heads"]), cosines, sines)
        key = rotate(heads("k_proj", "k_norm", c["num_key_value_heads"]), cosines, sines)
        value = heads("v_proj", None, c["num_key_value_heads"])
        shared = c["num_attention_heads"] // c["num_key_value_heads"]
        key, value = key.repeat_interleave(shared, 1), value.repeat_interleave(shared, 1)
        y = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        y = y.transpose(1, 2).reshape(rows, length, -1)
        x = x + self.linear(name + "self_attn.o_proj", y)
        h = F.rms_norm(x, (width,), p[name + "post_attention_layernorm.weight"], eps)
        gate = F.silu(self.linear(name + "mlp.gate_proj", h))
        h = gate * self.linear(name + "mlp.up_proj", h)
        return x + self.linear(name + "mlp.down_proj", h)


def shapes(c):
    hidden, ffn, dim = c["hidden_size"], c["intermediate_size"], c["head_dim"]
    queries, keys = c["num_attention_heads"] * dim, c["num_key_value_heads"] * dim
    result = {"model.embed_tokens.weight": (c["vocab_size"], hidden)}
    for layer in range(c["num_hidden_layers"]):
        name = f"model.layers.{layer}."
        result[name + "input_layernorm.weight"] = (hidden,)
        for part, width in [("q_proj", queries), ("k_proj", keys), ("v_proj", keys)]:
            result[f"{name}self_attn.{part}.weight"] = (width, hidden)
            if c["architecture"] == "qwen2":
                result[f"{name}self_attn.{part}.bias"] = (width,)
        if c["architecture"] == "qwen3":
            result[name + "self_attn.q_norm.weight"] = (dim,)
            result[name + "self_attn.k_norm.weight"] = (dim,)
        result[name + "self_attn.o_proj.weight"] = (hidden, queries)
        result[name + "post_attention_layernorm.weight"] = (hidden,)
        result[name + "mlp.gate_proj.weight"] = (ffn, hidden)
        result[name + "mlp.up_proj.weight"] = (ffn, hidden)
        result[name + "mlp.down_proj.weight"] = (hidden, ffn)
    result["model.norm.weight"] = (hidden,)
    if not c["tie_word_embeddings"]:
        result["lm_head.weight"] = (c["vocab_size"], hidden)
    return result


def initial(shape, generator, noise):
    """Matrices normal; vectors (norms, biases) with noise in the golden files, so that all of them matter."""
    if len(shape) == 2:
        return torch.randn(shape, generator=generator) * (noise or 0.02)
    return 1.0 + noise * torch.randn(shape, generator=generator)


def rotation(c, length):
    exponents = torch.arange(0, c["head_dim"], 2).float() / c["head_dim"]
    angles = torch.outer(torch.arange(length).float(), 1.0 / (c["rope_theta"] ** exponents))
    return torch.cat([angles, angles], 1).cos(), torch.cat([angles, angles], 1).sin()


def rotate(x, cosines, sines):
    low, high = x.chunk(2, -1)
    return x * cosines + torch.cat([-high, low], -1) * sines


class Trainer:
    """AdamW with clipping, a linear rise and half a cosine."""

    def __init__(self, model, steps, warmup_steps, learning_rate, final_ratio, weight_decay):
        self.model, self.steps, self.warmup_steps = model, steps, warmup_steps
        self.learning_rate, self.final_ratio = learning_rate, final_ratio
        matrices = [p for p in model.parameters.values() if p.dim() > 1]
        vectors = [p for p in model.parameters.values() if p.dim() == 1]
        groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.95), eps=1e-8, fused=True)
        self.made = 0

    def rate(self):
        if self.made < self.warmup_steps:
            return self.learning_rate * (self.made + 1) / self.warmup_steps
        progress = (self.made - self.warmup_steps) / max(1, self.steps - 1 - self.warmup_steps)
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
        return self.learning_rate * (self.final_ratio + (1 - self.final_ratio) * cosine)

    def step(self, tokens, weights):
        """Returns the loss and the norm of the gradient before clipping."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.model.loss(tokens, weights)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(list(self.model.parameters.values()), 1.0)
        self.optimizer.step()
        self.made += 1
        return loss.item(), norm.item()


def golden(folder):
    """Weights, tokens, first gradients, losses and norms; of whole models also the weights after all steps, of adapted ones
    the logits, and of one a batch of 16 sequences of 256 tokens."""
    for architecture, tied, seed in [("qwen3", True, 1), ("qwen2", False, 2)]:
        config = {
            "architecture": architecture, "vocab_size": 40, "hidden_size": 28, "intermediate_size": 40,
            "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
            "rope_theta": 10000.0, "rms_norm_eps": 1e-6, "tie_word_embeddings": tied, "noise": 0.2,
        }
        batch = make_batch(config, 3, 24, seed + 10)
        model = Model(config, seed)
        tensors = first_step(model, *batch)
        trainer = Trainer(model, steps=4, warmup_steps=1, learning_rate=1e-2, final_ratio=0.1, weight_decay=0.1)
        made = [trainer.step(*batch) for _ in range(4)]
        tensors |= {f"after.{name}": p.detach() for name, p in model.parameters.items()}
        tensors["losses"] = torch.tensor([loss for loss, _ in made])
        tensors["norms"] = torch.tensor([norm for _, norm in made])
        save(folder / f"{architecture}.safetensors", tensors)
        model = Model(config, seed)
        model.adapt(3, 6.0, torch.Generator().manual_seed(seed + 20))
        tensors = first_step(model, *batch) | {"logits": model.logits(batch[0]).detach()}
        save(folder / f"{architecture}-lora.safetensors", tensors)
        if architecture == "qwen3":
            save(folder / "qwen3-batch.safetensors", first_step(Model(config, seed), *make_batch(config, 16, 256, 9)))


def make_batch(config, sequences, length, seed):
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.randint(0, config["vocab_size"], (sequences, length), generator=generator)
    weights = (torch.rand(sequences, length, generator=generator) < 0.6).float()
    weights[:, -1] = 0.0
    return tokens, weights


def first_step(model, tokens, weights):
    """What a step begins with, and its loss, gradients and their norm."""
    tensors = {f"before.{name}": p.detach().clone() for name, p in model.parameters.items()}
    trained = {name: p for name, p in model.parameters.items() if p.requires_grad}
    for name, (down, up) in model.adapters.items():
        trained |= {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
        tensors |= {f"adapter.{name}.lora_A.weight": down.detach(), f"adapter.{name}.lora_B.weight": up.detach()}
    loss = model.loss(tokens, weights)
    loss.backward()
    tensors |= {f"gradient.{name}": p.grad.clone() for name, p in trained.items()}
    norm = torch.linalg.vector_norm(torch.stack([p.grad.norm() for p in trained.values()]))
    tensors |= {"tokens": tokens.float(), "weights": weights}
    return tensors | {"losses": loss.detach()[None], "norms": norm[None]}


def save(path, tensors):
    save_file(tensors, str(path))
    os.chmod(path, 0o644)


def throughput(threads, steps):
    torch.set_num_threads(threads)
    config = {
        "architecture": "qwen3", "vocab_size": 2048, "hidden_size": 256, "intermediate_size": 704,
        "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 64,
        "rope_theta": 10000.0, "rms_norm_eps": 1e-6, "tie_word_embeddings": True, "noise": 0.0,
    }
    rows, length = 16, 256
    trainer = Trainer(Model(config, 0), 1000, 20, 1e-3, 0.1, 0.1)
    tokens = torch.randint(0, config["vocab_size"], (4, rows, length))
    weights = torch.ones(rows, length)
    for index in range(2):
        trainer.step(tokens[index], weights)
    start, before = time.monotonic(), time.process_time()
    for index in range(steps):
        loss, _ = trainer.step(tokens[(index + 2) % 4], weights)
    cpu_seconds = time.process_time() - before
    print(json.dumps({
        "engine": "torch", "version": torch.__version__, "threads": threads, "steps": steps, "loss": loss,
        "cpu_seconds_per_step": cpu_seconds / steps,
        "train_tokens_per_cpu_second": steps * rows * length / cpu_seconds,
        "train_tokens_per_second": steps * rows * length / (time.monotonic() - start),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("golden").add_argument("folder", type=pathlib.Path)
    measure = commands.add_parser("throughput")
    measure.add_argument("--threads", type=int, default=1)
    measure.add_argument("--steps", type=int, default=8)
    arguments = parser.parse_args()
    if arguments.command == "golden":
        arguments.folder.mkdir(parents=True, exist_ok=True)
        golden(arguments.folder)
    else:
        throughput(arguments.threads, arguments.steps)


if __name__ == "__main__":
    main()
