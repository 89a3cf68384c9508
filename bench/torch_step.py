"""A contestant (see src/contestant.ts): the same step in PyTorch, as people write it.

usage: python3 torch_step.py cpu|cuda TASK
Reads config.json, model.safetensors (float32) and task.json of the task's directory. Logits of all tokens,
cross_entropy with ignore_index, clip_grad_norm_, AdamW without decay on norms.
"""

import json
import math
import resource
import sys
import time

import numpy
import torch
import torch.nn.functional as F

# A rate is taken over about this time, as in src/serve-contestant.ts.
SECONDS_OF_PRODUCTS = 0.2

device = torch.device(sys.argv[1])
directory = sys.argv[2]
task = json.load(open(f"{directory}/task.json"))
config = json.load(open(f"{directory}/config.json"))
torch.set_num_threads(task["threads"])


def load_weights(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = file.read()
    return {
        name: torch.nn.Parameter(
            torch.from_numpy(
                numpy.frombuffer(data, numpy.float32, (end - start) // 4, start).copy()
            ).view(entry["shape"]).to(device)
        )
        for name, entry in header.items()
        if name != "__metadata__"
        for start, end in [entry["data_offsets"]]
    }


weights = load_weights(f"{directory}/model.safetensors")
heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
width = config["hidden_size"]
head_width = width // heads
layers = config["num_hidden_layers"]
epsilon = config["rms_norm_eps"]


def rms_norm(x, weight):
    return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon))


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


def forward(ids):
    """ids (B, T) -> logits (B, T, V)"""
    rows, length = ids.shape
    frequencies = config["rope_theta"] ** (-torch.arange(0, head_width, 2, device=device).float() / head_width)
    angles = torch.arange(length, device=device).float()[:, None] * frequencies[None]
    angles = torch.cat([angles, angles], -1)
    cos, sin = angles.cos(), angles.sin()
    mask = torch.full((length, length), -1e9, device=device).triu(1)
    embedding = weights["model.embed_tokens.weight"]
    x = F.embedding(ids, embedding)
    for layer in range(layers):
        weight = lambda name: weights[f"model.layers.{layer}.{name}.weight"]
        split = lambda y, count: y.view(rows, length, count, head_width).transpose(1, 2)
        normed = rms_norm(x, weight("input_layernorm"))
        q = rotate(split(F.linear(normed, weight("self_attn.q_proj")), heads), cos, sin)
        k = rotate(split(F.linear(normed, weight("self_attn.k_proj")), kv_heads), cos, sin)
        v = split(F.linear(normed, weight("self_attn.v_proj")), kv_heads)
        if kv_heads < heads:
            k = k.repeat_interleave(heads // kv_heads, 1)
            v = v.repeat_interleave(heads // kv_heads, 1)
        scores = (q @ k.transpose(-1, -2)) / math.sqrt(head_width) + mask
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(rows, length, width)
        x = x + F.linear(mixed, weight("self_attn.o_proj"))
        normed = rms_norm(x, weight("post_attention_layernorm"))
        gated = F.silu(F.linear(normed, weight("mlp.gate_proj"))) * F.linear(normed, weight("mlp.up_proj"))
        x = x + F.linear(gated, weight("mlp.down_proj"))
    return F.linear(rms_norm(x, weights["model.norm.weight"]), embedding)


parameters = list(weights.values())
optimizer = torch.optim.AdamW(
    [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": task["weightDecay"]},
        {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0},
    ],
    lr=task["learningRate"],
    betas=tuple(task["betas"]),
    eps=task["epsilon"],
)
ids = torch.tensor([task["inputIds"]], device=device)
targets = torch.tensor([task["targets"]], device=device)


def step():
    logits = forward(ids)
    loss = F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1), ignore_index=-100)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, task["clip"])
    optimizer.step()
    return loss.item()


def settle():
    """Waits for what a GPU was told to do."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def product_rate(rows, inner, columns):
    x, w = torch.ones(rows, inner, device=device), torch.ones(inner, columns, device=device)

    def run(repetitions):
        start = time.perf_counter()
        for _ in range(repetitions):
            x @ w
        settle()
        return time.perf_counter() - start

    run(1)
    repetitions = max(2, math.ceil(SECONDS_OF_PRODUCTS / run(1)))
    return 2 * rows * inner * columns * repetitions / run(repetitions)


def blas():
    """What PyTorch's matrix products run on, by the libraries that are loaded (Linux)."""
    try:
        loaded = open("/proc/self/maps").read()
    except OSError:
        return "BLAS unknown"
    for name in ("openblas", "mkl_core", "blis"):
        if name in loaded:
            return name
    return "MKL (static)" if "BLAS_INFO=mkl" in torch.__config__.show() else "reference BLAS"


def answer(value):
    print(json.dumps(value), flush=True)


if device.type == "cuda":
    place = torch.cuda.get_device_name()
else:
    place = f"{blas()}, {torch.get_num_threads()} threads"
answer({"description": f"PyTorch {torch.__version__}, {place}"})
for line in sys.stdin:
    question, *sizes = line.split()
    if question == "step":
        start, cpu = time.perf_counter(), time.process_time()
        loss = step()
        settle()
        answer({"loss": loss, "seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - cpu})
    elif question == "product":
        answer({"flopsPerSecond": product_rate(*map(int, sizes))})
    else:
        answer({"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024})
        break
