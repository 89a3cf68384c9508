"""Golden numbers for tiny decoders, from PyTorch in float32.

    python3 tools/golden/torch_parity.py

Needs PyTorch alone (Debian: python3-torch 1.13). Writes packages/model/test/golden/<name>.json and
<name>.safetensors; README.md beside them says what is in them. The models are written here from their papers and
from Hugging Face's configs, in other words than the TypeScript ones: heads are repeated instead of grouped,
rotation is by a full-width table, the causal mask is by index instead of by position.
"""

import json
import math
import pathlib
import struct

import torch
import torch.nn.functional as F

OUT = pathlib.Path(__file__).resolve().parents[2] / "packages" / "model" / "test" / "golden"
VOCAB, ROWS, LENGTH, STEPS = 61, 2, 14, 10

ROTARY = dict(
    vocab_size=VOCAB, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, hidden_act="silu", rms_norm_eps=1e-5, max_position_embeddings=32,
    tie_word_embeddings=True,
)
CONFIGS = {
    # Grouped heads, untied head.
    "llama": dict(ROTARY, architectures=["LlamaForCausalLM"], model_type="llama", hidden_size=32,
                  intermediate_size=48, tie_word_embeddings=False, rope_theta=10000.0),
    # Heads wider than width / heads, Llama 3's rope scaling, biases on all of attention, one key-value head.
    "llama3": dict(ROTARY, architectures=["LlamaForCausalLM"], model_type="llama", head_dim=8, attention_bias=True,
                   num_key_value_heads=1, rope_theta=500.0,
                   rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                     original_max_position_embeddings=64)),
    # Sliding window, and rope scaling in the newer style.
    "mistral": dict(ROTARY, architectures=["MistralForCausalLM"], model_type="mistral", sliding_window=3,
                    rope_parameters=dict(rope_type="linear", factor=2.0, rope_theta=10000.0)),
    "qwen2": dict(ROTARY, architectures=["Qwen2ForCausalLM"], model_type="qwen2", rope_theta=1000.0,
                  use_sliding_window=False, sliding_window=3),
    "qwen3": dict(ROTARY, architectures=["Qwen3ForCausalLM"], model_type="qwen3", head_dim=8, rope_theta=1000.0),
    "gpt2": dict(architectures=["GPT2LMHeadModel"], model_type="gpt2", vocab_size=VOCAB, n_embd=16, n_layer=2,
                 n_head=4, n_positions=32, layer_norm_epsilon=1e-5, activation_function="gelu_new"),
}
OPTIMIZER = dict(peakLearningRate=0.01, floor=0.1, beta1=0.9, beta2=0.95, epsilon=1e-8, weightDecay=0.1,
                 maxGradientNorm=2.0)


# ---------------------------------------------------------------------------------------------- the models

def visible(batch, window):
    """(B, 1, T, T): same segment, not later in the row, not further back than the window."""
    same = batch["segmentIds"][:, :, None] == batch["segmentIds"][:, None, :]
    causal = torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril()
    if window is not None:
        causal &= ~torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril(-window)
    return (same & causal)[:, None]


def attend(q, k, v, mask):
    repeats = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(repeats, 1), v.repeat_interleave(repeats, 1)
    scores = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).masked_fill(~mask, float("-inf"))
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def heads(x, count):
    return x.view(ROWS, LENGTH, count, -1).transpose(1, 2)


def frequencies(config, width):
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    theta = rope.get("rope_theta", config.get("rope_theta"))
    inverse = 1.0 / theta ** (torch.arange(0, width, 2).float() / width)
    kind = rope.get("rope_type", "default")
    if kind == "linear":
        return inverse / rope["factor"]
    if kind == "llama3":
        wavelength = 2 * math.pi / inverse
        original, low, high = (rope[n] for n in ("original_max_position_embeddings", "low_freq_factor", "high_freq_factor"))
        smooth = ((original / wavelength - low) / (high - low)).clamp(0, 1)
        return (1 - smooth) * inverse / rope["factor"] + smooth * inverse
    return inverse


def rotary_logits(config, w, batch):
    count, shared = config["num_attention_heads"], config["num_key_value_heads"]
    width = config.get("head_dim", config["hidden_size"] // count)
    angles = batch["positions"][:, None, :, None].float() * frequencies(config, width)
    cos, sin = torch.cat([angles, angles], -1).cos(), torch.cat([angles, angles], -1).sin()
    window = config.get("sliding_window") if config["model_type"] == "mistral" else None
    mask = visible(batch, window)

    def rms(x, weight):
        return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + config["rms_norm_eps"]))

    def rotate(x):
        first, second = x.chunk(2, -1)
        return x * cos + torch.cat([-second, first], -1) * sin

    x = w["model.embed_tokens.weight"][batch["inputIds"]]
    for layer in range(config["num_hidden_layers"]):
        def p(name, at=f"model.layers.{layer}."):
            return w.get(at + name)

        def linear(name, x):
            return F.linear(x, p(name + ".weight"), p(name + ".bias"))

        h = rms(x, p("input_layernorm.weight"))
        q = heads(linear("self_attn.q_proj", h), count)
        k = heads(linear("self_attn.k_proj", h), shared)
        v = heads(linear("self_attn.v_proj", h), shared)
        if config["model_type"] == "qwen3":
            q, k = rms(q, p("self_attn.q_norm.weight")), rms(k, p("self_attn.k_norm.weight"))
        x = x + linear("self_attn.o_proj", attend(rotate(q), rotate(k), v, mask))
        h = rms(x, p("post_attention_layernorm.weight"))
        x = x + linear("mlp.down_proj", F.silu(linear("mlp.gate_proj", h)) * linear("mlp.up_proj", h))
    x = rms(x, w["model.norm.weight"])
    return x @ w["model.embed_tokens.weight" if config["tie_word_embeddings"] else "lm_head.weight"].t()


def gpt2_logits(config, w, batch):
    mask = visible(batch, None)

    def norm(name, x):
        return F.layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"], config["layer_norm_epsilon"])

    def conv1d(name, x):
        return x @ w[name + ".weight"] + w[name + ".bias"]

    def gelu(x):
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x.pow(3))))

    x = w["transformer.wte.weight"][batch["inputIds"]] + w["transformer.wpe.weight"][batch["positions"]]
    for layer in range(config["n_layer"]):
        at = f"transformer.h.{layer}."
        q, k, v = conv1d(at + "attn.c_attn", norm(at + "ln_1", x)).chunk(3, -1)
        x = x + conv1d(at + "attn.c_proj", attend(*(heads(t, config["n_head"]) for t in (q, k, v)), mask))
        x = x + conv1d(at + "mlp.c_proj", gelu(conv1d(at + "mlp.c_fc", norm(at + "ln_2", x))))
    return norm("transformer.ln_f", x) @ w["transformer.wte.weight"].t()


def shapes(config):
    if config["model_type"] == "gpt2":
        c = config["n_embd"]
        yield "transformer.wte.weight", (VOCAB, c)
        yield "transformer.wpe.weight", (config["n_positions"], c)
        for layer in range(config["n_layer"]):
            at = f"transformer.h.{layer}."
            for name, shape in [("ln_1", (c,)), ("attn.c_attn", (c, 3 * c)), ("attn.c_proj", (c, c)), ("ln_2", (c,)),
                                ("mlp.c_fc", (c, 4 * c)), ("mlp.c_proj", (4 * c, c))]:
                yield at + name + ".weight", shape
                yield at + name + ".bias", shape[-1:]
        yield "transformer.ln_f.weight", (c,)
        yield "transformer.ln_f.bias", (c,)
        return
    c, f, count, shared = (config[n] for n in ("hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads"))
    d = config.get("head_dim", c // count)
    biased = {"q_proj", "k_proj", "v_proj"} if config["model_type"] == "qwen2" else set()
    if config.get("attention_bias"):
        biased = {"q_proj", "k_proj", "v_proj", "o_proj"}
    yield "model.embed_tokens.weight", (VOCAB, c)
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        yield at + "input_layernorm.weight", (c,)
        for name, shape in [("q_proj", (count * d, c)), ("k_proj", (shared * d, c)), ("v_proj", (shared * d, c)),
                            ("o_proj", (c, count * d))]:
            yield at + f"self_attn.{name}.weight", shape
            if name in biased:
                yield at + f"self_attn.{name}.bias", shape[:1]
        if config["model_type"] == "qwen3":
            yield at + "self_attn.q_norm.weight", (d,)
            yield at + "self_attn.k_norm.weight", (d,)
        yield at + "post_attention_layernorm.weight", (c,)
        yield at + "mlp.gate_proj.weight", (f, c)
        yield at + "mlp.up_proj.weight", (f, c)
        yield at + "mlp.down_proj.weight", (c, f)
    yield "model.norm.weight", (c,)
    if not config["tie_word_embeddings"]:
        yield "lm_head.weight", (VOCAB, c)


def fresh_weights(config):
    """Larger than a real model starts with, so that every gradient is well away from rounding."""
    weights = {}
    for name, shape in shapes(config):
        noise = torch.randn(shape)
        if len(shape) == 2:
            noise = noise * 0.25
        else:
            noise = noise * 0.1 + (0.0 if name.endswith("bias") else 1.0)
        weights[name] = noise
    return weights


# --------------------------------------------------------------------------------------------- the batches

def fresh_batch():
    """Row 0: two segments that fill it. Row 1: two segments, then padding. Prompts are masked, weights differ."""
    fields = {name: [] for name in ("inputIds", "positions", "segmentIds", "targets", "weights")}
    for lengths in ((8, 6), (4, 7)):
        ids, positions, segments, targets, weights = [], [], [], [], []
        for segment, length in enumerate(lengths):
            tokens = torch.randint(0, VOCAB, (length,)).tolist()
            supervised = [t >= length // 3 and t != length - 2 for t in range(length)]  # by predicted token
            ids += tokens
            positions += range(length)
            segments += [segment] * length
            weight = [0.5, 1.0, 1.0, 2.0][int(torch.randint(0, 4, (1,)))]
            for t in range(length):
                learnt = t + 1 < length and supervised[t + 1]
                targets.append(tokens[t + 1] if learnt else -100)
                weights.append(weight if learnt else 0.0)
        padding = LENGTH - len(ids)
        for values, filler in ((ids, [0] * padding), (positions, range(padding)), (segments, [-1] * padding),
                               (targets, [-100] * padding), (weights, [0.0] * padding)):
            values += filler
        for name, values in zip(fields, (ids, positions, segments, targets, weights)):
            fields[name] += values
    return fields


def tensors(fields):
    return {name: torch.tensor(values).view(ROWS, LENGTH) for name, values in fields.items()}


def loss_sum(logits, batch):
    """Weighted negative log-likelihood, summed over the supervised tokens; nats."""
    losses = F.cross_entropy(logits.flatten(0, 1), batch["targets"].flatten(), ignore_index=-100, reduction="none")
    return (losses * batch["weights"].flatten()).sum()


# ------------------------------------------------------------------------------------------------ the files

def write_safetensors(path, named):
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name, tensor in named.items():
        blob = tensor.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def main():
    torch.set_num_threads(1)  # one order of summation
    OUT.mkdir(parents=True, exist_ok=True)
    for seed, (name, config) in enumerate(CONFIGS.items()):
        torch.manual_seed(seed)
        forward = gpt2_logits if config["model_type"] == "gpt2" else rotary_logits
        weights = fresh_weights(config)
        fields = [fresh_batch() for _ in range(4)]
        batches = [tensors(batch) for batch in fields]
        parameters = {key: value.clone().requires_grad_() for key, value in weights.items()}

        logits = forward(config, parameters, batches[0])
        loss = loss_sum(logits, batches[0]) / batches[0]["weights"].sum()
        loss.backward()
        record = {f"weight/{key}": value for key, value in weights.items()}
        record.update({f"gradient/{key}": parameters[key].grad.clone() for key in parameters})
        record["logits"] = logits

        decayed = [value for value in parameters.values() if value.dim() > 1]
        kept = [value for value in parameters.values() if value.dim() == 1]
        o = OPTIMIZER
        optimizer = torch.optim.AdamW(
            [dict(params=decayed, weight_decay=o["weightDecay"]), dict(params=kept, weight_decay=0.0)],
            lr=o["peakLearningRate"], betas=(o["beta1"], o["beta2"]), eps=o["epsilon"])
        steps = []
        for step in range(STEPS):
            shape = o["floor"] + (1 - o["floor"]) * (1 + math.cos(math.pi * step / STEPS)) / 2
            for group in optimizer.param_groups:
                group["lr"] = o["peakLearningRate"] * shape
            optimizer.zero_grad()
            chosen = [2 * step % 4, (2 * step + 1) % 4]
            divisor = sum(batches[i]["weights"].sum() for i in chosen)
            total = 0.0
            for i in chosen:
                part = loss_sum(forward(config, parameters, batches[i]), batches[i]) / divisor
                part.backward()
                total += part.item()
            norm = torch.nn.utils.clip_grad_norm_(list(parameters.values()), o["maxGradientNorm"])
            optimizer.step()
            steps.append(dict(microBatches=chosen, learningRate=o["peakLearningRate"] * shape, loss=total,
                              gradientNorm=norm.item()))
        document = dict(config=config, rows=ROWS, length=LENGTH, batches=fields, loss=loss.item(), optimizer=o, steps=steps)
        (OUT / f"{name}.json").write_text(json.dumps(document) + "\n")
        write_safetensors(OUT / f"{name}.safetensors", record)
        print(name, "loss", round(loss.item(), 4), "curve", [round(s["loss"], 4) for s in steps],
              "norms", [round(s["gradientNorm"], 2) for s in steps])


if __name__ == "__main__":
    main()
