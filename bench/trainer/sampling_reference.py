"""Sampling in PyTorch, which `synthsmith bench trainer` measures in turns with the sampler of crates/transformer.

A loop as one writes it by hand: keys and values in tensors of their final length, prompts in one
pass, scaled_dot_product_attention, softmax and multinomial. Prints the same lines of JSON. Needs
torch only:

    python bench/trainer/sampling_reference.py
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time

# model, sequences, tokens in each prompt, tokens after it, repetitions
WORKLOADS = [("d128", 128, 30, 34, 9), ("d256", 128, 30, 34, 9), ("d256", 128, 256, 256, 2)]

# vocabulary, width, inner width, layers, heads, key-value heads, head width
MODELS = {
    "d128": (512, 128, 384, 3, 4, 2, 32),
    "d256": (2048, 256, 704, 4, 4, 2, 64),
}


def measure(workload: tuple[str, int, int, int, int], threads: int) -> None:
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    name, batch, prompt, new, repetitions = workload
    vocabulary, width, inner, layer_count, heads, kv_heads, head_width = MODELS[name]

    def matrix(rows: int, columns: int) -> torch.Tensor:
        return torch.randn(rows, columns) * 0.02

    table = matrix(vocabulary, width)
    ones, head_ones = torch.ones(width), torch.ones(head_width)
    layers = [
        {
            "q": matrix(heads * head_width, width),
            "k": matrix(kv_heads * head_width, width),
            "v": matrix(kv_heads * head_width, width),
            "o": matrix(width, heads * head_width),
            "gate": matrix(inner, width),
            "up": matrix(inner, width),
            "down": matrix(width, inner),
        }
        for _ in range(layer_count)
    ]
    powers = torch.arange(0, head_width, 2).float() / head_width
    angles = torch.outer(torch.arange(prompt + new).float(), 1.0 / 10000.0**powers)
    cosines = torch.cat([angles.cos()] * 2, -1)
    sines = torch.cat([angles.sin()] * 2, -1)

    def norm(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x, weight.shape, weight, 1e-6)

    def turn(x: torch.Tensor, start: int, end: int) -> torch.Tensor:
        first, second = x.chunk(2, -1)
        return x * cosines[start:end] + torch.cat([-second, first], -1) * sines[start:end]

    def forward(tokens: torch.Tensor, start: int, cache: list) -> torch.Tensor:
        end = start + tokens.shape[1]
        x = table[tokens]
        for layer, (keys, values) in zip(layers, cache):
            y = norm(x, ones)

            def split(weight: torch.Tensor, count: int) -> torch.Tensor:
                return F.linear(y, weight).view(batch, -1, count, head_width)

            q = turn(norm(split(layer["q"], heads), head_ones).transpose(1, 2), start, end)
            k = turn(norm(split(layer["k"], kv_heads), head_ones).transpose(1, 2), start, end)
            keys[:, :, start:end] = k
            values[:, :, start:end] = split(layer["v"], kv_heads).transpose(1, 2)
            attended = F.scaled_dot_product_attention(
                q, keys[:, :, :end], values[:, :, :end], is_causal=start == 0, enable_gqa=True
            )
            x = x + F.linear(attended.transpose(1, 2).reshape(batch, -1, heads * head_width), layer["o"])
            y = norm(x, ones)
            x = x + F.linear(F.silu(F.linear(y, layer["gate"])) * F.linear(y, layer["up"]), layer["down"])
        return F.linear(norm(x[:, -1], ones), table)

    def sample() -> int:
        shape = (batch, kv_heads, prompt + new, head_width)
        cache = [(torch.zeros(shape), torch.zeros(shape)) for _ in layers]
        tokens, start, count = torch.randint(0, vocabulary, (batch, prompt)), 0, 0
        for _ in range(new):
            logits = forward(tokens, start, cache)
            start += tokens.shape[1]
            tokens = torch.multinomial(logits.softmax(-1), 1)
            count += tokens.numel()
        return count

    rates, wall_rates = [], []
    with torch.inference_mode():
        sample()
        for _ in range(repetitions):
            cpu, wall = cpu_time(), time.monotonic()
            count = sample()
            rates.append(count / (cpu_time() - cpu))
            wall_rates.append(count / (time.monotonic() - wall))
    line = {
        "engine": f"torch {torch.__version__}",
        "model": name,
        "batch": batch,
        "prompt_tokens": prompt,
        "new_tokens": new,
        "threads": threads,
        "sample_tokens_per_cpu_second": round(statistics.median(rates)),
        "sample_tokens_per_second": round(statistics.median(wall_rates)),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    print(json.dumps(line), flush=True)


def cpu_time() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    if len(sys.argv) == 3:
        measure(WORKLOADS[int(sys.argv[1])], int(sys.argv[2]))
        return
    # Waiting threads would count as work otherwise.
    environment = os.environ | {"OMP_WAIT_POLICY": "passive"}
    for workload in range(len(WORKLOADS)):
        for threads in (1, 2):
            command = [sys.executable, __file__, str(workload), str(threads)]
            subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    main()
