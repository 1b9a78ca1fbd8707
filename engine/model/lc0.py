"""lc0 weight files (``.pb.gz`` and ``.pb``) in and out, as plain backbones.

The file is a protocol buffer (lczero-common ``proto/net.proto``), gzipped as a rule. Only what a
classical SE-ResNet with a convolutional policy head needs is described here. Two habits of the
format matter: dense layers are stored (out, in), and ``bn_stddivs`` holds variances.

Files are written with batch normalisation folded into the convolutions, which lc0 takes as well:
one rounding instead of five.
"""

import gzip
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError, Message
from torch import Tensor

from engine.errors import StylemateError
from engine.files import write_bytes
from engine.model.backbone import (
    VALUE_CHANNELS,
    VALUE_HIDDEN,
    Backbone,
    BackboneConfig,
    ConvolutionBlock,
)
from engine.model.folding import folded

WEIGHTS_MAGIC = 0x1C0
MAXIMUM_FILE_BYTES = 512 * 2**20
LICENCE = "GPL-3.0-or-later"
_GZIP_MAGIC = b"\x1f\x8b"
_INPUT_CLASSICAL, _POLICY_CONVOLUTION, _RELU = 1, 2, 0
# Of the plain NETWORK_SE lc0 makes a network with the old, dense policy head.
_NETWORK_SE, _NETWORK_SE_WITH_HEADFORMAT = 2, 4
_VALUE_CLASSICAL, _VALUE_WDL = 1, 2
_OUTPUT_CLASSICAL, _OUTPUT_WDL = 1, 2
_LINEAR16, _FLOAT16, _BFLOAT16, _FLOAT32 = 1, 2, 3, 4
_BYTES = {_LINEAR16: 2, _FLOAT16: 2, _BFLOAT16: 2, _FLOAT32: 4}

# message -> field -> (number, type); a capital names another message, "*" repeats it
_SCHEMA: dict[str, dict[str, tuple[int, str]]] = {
    "Layer": {
        "min_val": (1, "float"),
        "max_val": (2, "float"),
        "params": (3, "bytes"),
        "encoding": (4, "int32"),
    },
    "ConvBlock": {
        "weights": (1, "Layer"),
        "biases": (2, "Layer"),
        "bn_means": (3, "Layer"),
        "bn_stddivs": (4, "Layer"),
        "bn_gammas": (5, "Layer"),
        "bn_betas": (6, "Layer"),
    },
    "SEunit": {"w1": (1, "Layer"), "b1": (2, "Layer"), "w2": (3, "Layer"), "b2": (4, "Layer")},
    "Residual": {"conv1": (1, "ConvBlock"), "conv2": (2, "ConvBlock"), "se": (3, "SEunit")},
    "Weights": {
        "input": (1, "ConvBlock"),
        "residual": (2, "*Residual"),
        "policy": (3, "ConvBlock"),
        "policy1": (11, "ConvBlock"),
        "value": (6, "ConvBlock"),
        "ip1_val_w": (7, "Layer"),
        "ip1_val_b": (8, "Layer"),
        "ip2_val_w": (9, "Layer"),
        "ip2_val_b": (10, "Layer"),
    },
    "NetworkFormat": {
        "input": (1, "int32"),
        "output": (2, "int32"),
        "network": (3, "int32"),
        "policy": (4, "int32"),
        "value": (5, "int32"),
        "moves_left": (6, "int32"),
        "default_activation": (7, "int32"),
    },
    "Format": {"weights_encoding": (1, "int32"), "network_format": (2, "NetworkFormat")},
    "EngineVersion": {"major": (1, "uint32"), "minor": (2, "uint32"), "patch": (3, "uint32")},
    "Net": {
        "magic": (1, "fixed32"),
        "license": (2, "string"),
        "min_version": (3, "EngineVersion"),
        "format": (4, "Format"),
        "weights": (10, "Weights"),
    },
}


def load_lc0(path: Path | str) -> Backbone:
    """Load an lc0 SE-ResNet file as a backbone in evaluation mode, on the CPU in float32.

    Raises:
        StylemateError: the file is missing, broken, or holds another kind of network.
    """
    path = Path(path)
    net = _read_net(path)
    _check_format(net, path)
    try:
        backbone = Backbone(_config_of(net))
        with torch.no_grad():
            _fill_backbone(backbone, net.weights)
    except (ValueError, RuntimeError, ZeroDivisionError) as error:
        raise StylemateError(f"{path}: the weights do not fit together ({error}).") from error
    return backbone.eval()


def lc0_licence(path: Path | str) -> str:
    """Return what an lc0 file says of its licence, and whatever else its maker wrote there.

    Raises:
        StylemateError: as ``load_lc0``.
    """
    return str(_read_net(Path(path)).license)


def save_lc0(backbone: Backbone, path: Path | str, note: str = "") -> None:
    """Write a backbone as an lc0 file with 16-bit weights, which rounds each tensor to 1/65535
    of its range.

    Args:
        backbone: without adapters.
        path: gzipped if it ends in ``.gz``.
        note: what the file is, beside its licence.

    Raises:
        StylemateError: the file cannot be written.
    """
    path = Path(path)
    net = _message("Net")()
    net.magic = WEIGHTS_MAGIC
    net.license = f"{LICENCE}\n{note}" if note else LICENCE
    net.min_version.major, net.min_version.minor, net.min_version.patch = 0, 21, 0
    net.format.weights_encoding = _LINEAR16
    wdl = backbone.config.value_head == "wdl"
    network_format = net.format.network_format
    network_format.input = _INPUT_CLASSICAL
    network_format.output = _OUTPUT_WDL if wdl else _OUTPUT_CLASSICAL
    network_format.network = _NETWORK_SE_WITH_HEADFORMAT
    network_format.policy = _POLICY_CONVOLUTION
    network_format.value = _VALUE_WDL if wdl else _VALUE_CLASSICAL
    network_format.moves_left = 0
    network_format.default_activation = _RELU
    for _ in backbone.tower:
        net.weights.residual.add()
    for block, message in _block_messages(backbone, net.weights):
        kernel, bias = folded(block)
        _write_layer(message.weights, kernel)
        _write_layer(message.biases, bias)
    for layer, tensor in _plain_layers(backbone, net.weights):
        _write_layer(layer, tensor)
    content = net.SerializeToString()
    write_bytes(path, gzip.compress(content) if path.suffix == ".gz" else content)


@lru_cache(maxsize=1)
def _pool() -> descriptor_pool.DescriptorPool:
    """Describe the messages above to the protocol buffer library."""
    file = descriptor_pb2.FileDescriptorProto(name="lc0.proto", package="lc0", syntax="proto2")
    kinds = descriptor_pb2.FieldDescriptorProto
    for message_name, fields in _SCHEMA.items():
        message = file.message_type.add(name=message_name)
        for name, (number, kind) in fields.items():
            repeated = kind.startswith("*")
            field = message.field.add(
                name=name,
                number=number,
                label=kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL,
            )
            kind = kind.lstrip("*")
            if kind in _SCHEMA:
                field.type = kinds.TYPE_MESSAGE
                field.type_name = f".lc0.{kind}"
            else:
                field.type = getattr(kinds, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


def _message(name: str) -> Any:
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"lc0.{name}"))


def _read_net(path: Path) -> Any:
    try:
        with path.open("rb") as raw:
            is_packed = raw.read(2) == _GZIP_MAGIC or path.suffix == ".gz"
            raw.seek(0)
            data = (gzip.GzipFile(fileobj=raw) if is_packed else raw).read(MAXIMUM_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise StylemateError(f"{path}: there is no such file.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise StylemateError(f"{path}: not a gzipped lc0 network ({error}).") from error
    if len(data) > MAXIMUM_FILE_BYTES:
        raise StylemateError(f"{path}: larger than {MAXIMUM_FILE_BYTES >> 20} MiB unpacked.")
    net = _message("Net")()
    try:
        net.ParseFromString(data)
    except DecodeError as error:
        raise StylemateError(f"{path}: not an lc0 network ({error}).") from error
    if net.magic != WEIGHTS_MAGIC:
        raise StylemateError(f"{path}: not an lc0 network (its first number is wrong).")
    return net


def _check_format(net: Any, path: Path) -> None:
    network_format = net.format.network_format
    checks = [
        (net.format.weights_encoding in (0, _LINEAR16), "weights in an unknown encoding"),
        (network_format.input in (0, _INPUT_CLASSICAL), "other input planes than the classical"),
        (
            network_format.network in (_NETWORK_SE, _NETWORK_SE_WITH_HEADFORMAT),
            "no squeeze-and-excitation ResNet",
        ),
        (network_format.policy == _POLICY_CONVOLUTION, "no convolutional policy head"),
        (network_format.value in (0, _VALUE_CLASSICAL, _VALUE_WDL), "an unknown value head"),
        (network_format.default_activation == _RELU, "other activations than ReLU"),
        (len(net.weights.residual) > 0, "no residual blocks"),
    ]
    for holds, what in checks:
        if not holds:
            raise StylemateError(
                f"{path}: this network has {what}. "
                "Stylemate reads lc0 SE-ResNets such as the Maia-1 files."
            )


def _config_of(net: Any) -> BackboneConfig:
    weights = net.weights
    filters = _count(weights.residual[0].se.b2) // 2
    bottleneck = _count(weights.residual[0].se.b1)
    outputs = _count(weights.ip2_val_b)
    if filters == 0 or bottleneck == 0 or outputs not in (1, 3):
        raise ValueError("the layer sizes are unknown")
    hidden = _count(weights.ip1_val_b)
    channels = _count(weights.ip1_val_w) // (64 * hidden) if hidden else 0
    if (channels, hidden) != (VALUE_CHANNELS, VALUE_HIDDEN):
        raise ValueError(
            f"its value head has {channels} channels and {hidden} hidden numbers, "
            f"where lc0 has {VALUE_CHANNELS} and {VALUE_HIDDEN}"
        )
    return BackboneConfig(
        filters=filters,
        blocks=len(weights.residual),
        se_ratio=filters // bottleneck,
        value_head="wdl" if outputs == 3 else "scalar",
    )


def _block_messages(backbone: Backbone, weights: Any) -> Iterator[tuple[ConvolutionBlock, Any]]:
    """Pair every convolution that is normalised with the message that holds both."""
    yield backbone.stem, weights.input
    for block, message in zip(backbone.blocks(), weights.residual, strict=True):
        yield block.first, message.conv1
        yield block.second, message.conv2
    yield backbone.policy.hidden, weights.policy1
    yield backbone.value.hidden, weights.value


def _plain_layers(backbone: Backbone, weights: Any) -> Iterator[tuple[Message, Tensor]]:
    """Pair every other layer message of a file with the backbone tensor it holds."""
    for block, message in zip(backbone.blocks(), weights.residual, strict=True):
        yield message.se.w1, block.se.squeeze.weight
        yield message.se.b1, block.se.squeeze.bias
        yield message.se.w2, block.se.excite.weight
        yield message.se.b2, block.se.excite.bias
    yield weights.policy.weights, backbone.policy.planes.weight
    assert backbone.policy.planes.bias is not None
    yield weights.policy.biases, backbone.policy.planes.bias
    yield weights.ip1_val_w, backbone.value.dense.weight
    yield weights.ip1_val_b, backbone.value.dense.bias
    yield weights.ip2_val_w, backbone.value.output.weight
    yield weights.ip2_val_b, backbone.value.output.bias


def _fill_backbone(backbone: Backbone, weights: Any) -> None:
    for layer, tensor in _plain_layers(backbone, weights):
        tensor.copy_(_read_layer(layer, tensor))
    for block, message in _block_messages(backbone, weights):
        _fill_block(block, message)


def _fill_block(block: ConvolutionBlock, message: Any) -> None:
    """Fill a convolution and its normalisation, which a file may have folded into it."""
    normalisation = block.normalisation
    mean, variance = normalisation.running_mean, normalisation.running_var
    assert mean is not None
    assert variance is not None
    block.convolution.weight.copy_(_read_layer(message.weights, block.convolution.weight))
    normalisation.weight.fill_(1.0)
    normalisation.bias.fill_(0.0)
    if not message.bn_means.params:
        variance.fill_(1 - normalisation.eps)
        mean.fill_(0.0)
        if message.biases.params:
            normalisation.bias.copy_(_read_layer(message.biases, mean))
        return
    mean.copy_(_read_layer(message.bn_means, mean))
    variance.copy_(_read_layer(message.bn_stddivs, variance))
    if message.bn_gammas.params:
        normalisation.weight.copy_(_read_layer(message.bn_gammas, mean))
    if message.bn_betas.params:
        normalisation.bias.copy_(_read_layer(message.bn_betas, mean))
    if message.biases.params:  # before normalisation it is the same as a lower running mean
        mean -= _read_layer(message.biases, mean)


def _encoding(layer: Any) -> int:
    return layer.encoding or _LINEAR16


def _count(layer: Any) -> int:
    """Return how many numbers a layer has."""
    return len(layer.params) // _BYTES.get(_encoding(layer), 2)


def _read_layer(layer: Any, like: Tensor) -> Tensor:
    encoding = _encoding(layer)
    if encoding == _LINEAR16:
        values = np.frombuffer(layer.params, dtype="<u2").astype(np.float32) / 0xFFFF
        values = values * (layer.max_val - layer.min_val) + layer.min_val
    elif encoding == _FLOAT16:
        values = np.frombuffer(layer.params, dtype="<f2").astype(np.float32)
    elif encoding == _BFLOAT16:
        upper_halves = np.frombuffer(layer.params, dtype="<u2").astype(np.uint32)
        values = (upper_halves << 16).view(np.float32)
    elif encoding == _FLOAT32:
        values = np.frombuffer(layer.params, dtype="<f4").astype(np.float32)
    else:
        raise ValueError(f"a layer has the unknown encoding {encoding}")
    if values.size != like.numel():
        raise ValueError(f"a layer has {values.size} numbers where {like.numel()} belong")
    if not np.isfinite(values).all():
        raise ValueError("some numbers are not finite")
    return torch.from_numpy(values).reshape(like.shape)


def _write_layer(layer: Any, tensor: Tensor) -> None:
    values = tensor.detach().float().cpu().numpy().ravel()
    low, high = float(values.min()), float(values.max())
    if high == low:
        high = low + 1.0
    layer.min_val, layer.max_val = low, high
    layer.params = np.round((values - low) / (high - low) * 0xFFFF).astype("<u2").tobytes()
