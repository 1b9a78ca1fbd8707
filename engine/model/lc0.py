"""lc0 weight files (``.pb.gz``) in and out, as plain backbones.

The file is a gzipped protocol buffer (lczero-common ``proto/net.proto``). Only what a classical
SE-ResNet with a convolutional policy head needs is described here. Two habits of the format matter:
dense layers are stored (out, in), and ``bn_stddivs`` holds variances.
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
from engine.model.backbone import Backbone, BackboneConfig, ConvolutionBlock

WEIGHTS_MAGIC = 0x1C0
MAXIMUM_FILE_BYTES = 512 * 2**20
_INPUT_CLASSICAL, _NETWORK_SE, _POLICY_CONVOLUTION = 1, 4, 2
_VALUE_CLASSICAL, _VALUE_WDL = 1, 2
_OUTPUT_CLASSICAL, _OUTPUT_WDL = 1, 2
_LINEAR16 = 1

# message -> field -> (number, type); a capital names another message, "*" repeats it
_SCHEMA: dict[str, dict[str, tuple[int, str]]] = {
    "Layer": {"min_val": (1, "float"), "max_val": (2, "float"), "params": (3, "bytes")},
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


def save_lc0(backbone: Backbone, path: Path | str) -> None:
    """Write a backbone as an lc0 file with 16-bit weights, which rounds each tensor to 1/65535
    of its range."""
    net = _message("Net")()
    net.magic = WEIGHTS_MAGIC
    net.license = "GPL-3.0-or-later"
    net.min_version.minor = 21
    net.format.weights_encoding = _LINEAR16
    wdl = backbone.config.value_head == "wdl"
    network_format = net.format.network_format
    network_format.input = _INPUT_CLASSICAL
    network_format.output = _OUTPUT_WDL if wdl else _OUTPUT_CLASSICAL
    network_format.network = _NETWORK_SE
    network_format.policy = _POLICY_CONVOLUTION
    network_format.value = _VALUE_WDL if wdl else _VALUE_CLASSICAL
    for _ in backbone.tower:
        net.weights.residual.add()
    for layer, tensor in _layers(backbone, net.weights):
        _write_layer(layer, tensor)
    write_bytes(Path(path), gzip.compress(net.SerializeToString()))


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
        with gzip.open(path) as file:
            data = file.read(MAXIMUM_FILE_BYTES + 1)
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
        (net.format.weights_encoding == _LINEAR16, "weights that are not 16-bit"),
        (network_format.input in (0, _INPUT_CLASSICAL), "other input planes than the classical"),
        (network_format.network in (2, _NETWORK_SE), "no squeeze-and-excitation ResNet"),
        (network_format.policy == _POLICY_CONVOLUTION, "no convolutional policy head"),
        (network_format.value in (0, _VALUE_CLASSICAL, _VALUE_WDL), "an unknown value head"),
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
    filters = len(weights.residual[0].se.b2.params) // 2 // 2
    bottleneck = len(weights.residual[0].se.b1.params) // 2
    outputs = len(weights.ip2_val_b.params) // 2
    if filters == 0 or bottleneck == 0 or outputs not in (1, 3):
        raise ValueError("the layer sizes are unknown")
    return BackboneConfig(
        filters=filters,
        blocks=len(weights.residual),
        se_ratio=filters // bottleneck,
        value_head="wdl" if outputs == 3 else "scalar",
    )


def _layers(backbone: Backbone, weights: Any) -> Iterator[tuple[Message, Tensor]]:
    """Pair every layer message of a file with the backbone tensor it holds."""
    yield from _block_layers(backbone.stem, weights.input)
    for block, message in zip(backbone.blocks(), weights.residual, strict=True):
        yield from _block_layers(block.first, message.conv1)
        yield from _block_layers(block.second, message.conv2)
        yield message.se.w1, block.se.squeeze.weight
        yield message.se.b1, block.se.squeeze.bias
        yield message.se.w2, block.se.excite.weight
        yield message.se.b2, block.se.excite.bias
    yield from _block_layers(backbone.policy.hidden, weights.policy1)
    yield weights.policy.weights, backbone.policy.planes.weight
    assert backbone.policy.planes.bias is not None
    yield weights.policy.biases, backbone.policy.planes.bias
    yield from _block_layers(backbone.value.hidden, weights.value)
    yield weights.ip1_val_w, backbone.value.dense.weight
    yield weights.ip1_val_b, backbone.value.dense.bias
    yield weights.ip2_val_w, backbone.value.output.weight
    yield weights.ip2_val_b, backbone.value.output.bias


def _block_layers(block: ConvolutionBlock, message: Any) -> Iterator[tuple[Message, Tensor]]:
    normalisation = block.normalisation
    assert normalisation.running_mean is not None
    assert normalisation.running_var is not None
    yield message.weights, block.convolution.weight
    yield message.bn_means, normalisation.running_mean
    yield message.bn_stddivs, normalisation.running_var
    yield message.bn_gammas, normalisation.weight
    yield message.bn_betas, normalisation.bias


def _fill_backbone(backbone: Backbone, weights: Any) -> None:
    for layer, tensor in _layers(backbone, weights):
        tensor.copy_(_read_layer(layer, tensor))
    _absorb_bias(backbone.stem, weights.input)
    _absorb_bias(backbone.policy.hidden, weights.policy1)
    _absorb_bias(backbone.value.hidden, weights.value)
    for residual, message in zip(backbone.blocks(), weights.residual, strict=True):
        _absorb_bias(residual.first, message.conv1)
        _absorb_bias(residual.second, message.conv2)


def _absorb_bias(block: ConvolutionBlock, message: Any) -> None:
    """A convolution bias before batch normalisation is the same as a lower running mean."""
    if message.biases.params:
        mean = block.normalisation.running_mean
        assert mean is not None
        mean -= _read_layer(message.biases, mean)


def _read_layer(layer: Any, like: Tensor) -> Tensor:
    values = np.frombuffer(layer.params, dtype="<u2").astype(np.float32) / 0xFFFF
    if values.size != like.numel():
        raise ValueError(f"a layer has {values.size} numbers where {like.numel()} belong")
    values = values * (layer.max_val - layer.min_val) + layer.min_val
    return torch.from_numpy(values).reshape(like.shape)


def _write_layer(layer: Any, tensor: Tensor) -> None:
    values = tensor.detach().float().cpu().numpy().ravel()
    low, high = float(values.min()), float(values.max())
    if high == low:
        high = low + 1.0
    layer.min_val, layer.max_val = low, high
    layer.params = np.round((values - low) / (high - low) * 0xFFFF).astype("<u2").tobytes()
