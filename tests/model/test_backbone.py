import gzip
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.errors import StylemateError
from engine.model.backbone import BACKBONE_PRESETS, Backbone, BackboneConfig
from engine.model.lc0 import load_lc0, save_lc0
from engine.model.style_model import value_as_wdl
from engine.position.moves import policy_plane_map


def randomised(config: BackboneConfig, seed: int = 0) -> Backbone:
    """Return a backbone whose normalisation statistics are not the trivial ones."""
    torch.manual_seed(seed)
    backbone = Backbone(config)
    for module in backbone.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(std=0.2)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 2)
            module.bias.data.normal_(std=0.2)
    return backbone.eval()


def test_the_paper_preset_has_the_papers_size() -> None:
    paper = BACKBONE_PRESETS["paper"]
    scalar = BackboneConfig(filters=paper.filters, blocks=paper.blocks, value_head="scalar")
    numbers = sum(parameter.numel() for parameter in Backbone(scalar).parameters())
    assert numbers == 15_769_841


@pytest.mark.parametrize("value_head", ["wdl", "scalar"])
def test_shapes_and_ranges(value_head: str) -> None:
    config = BackboneConfig(filters=16, blocks=1, value_head=value_head)  # type: ignore[arg-type]
    policy, value = randomised(config)(torch.rand(3, 112, 8, 8))
    assert policy.shape == (3, 1858)
    wdl = value_as_wdl(value)
    assert wdl.shape == (3, 3)
    torch.testing.assert_close(wdl.sum(1), torch.ones(3))
    assert (wdl >= 0).all()


def test_policy_logits_are_planes_of_the_square_a_move_starts_from() -> None:
    backbone = randomised(BackboneConfig(filters=16, blocks=1))
    captured: list[torch.Tensor] = []
    backbone.policy.planes.register_forward_hook(lambda m, i, out: captured.append(out))
    policy, _ = backbone(torch.rand(1, 112, 8, 8))
    for index in (0, 102, 700, 1791, 1792, 1857):
        plane, square = divmod(int(policy_plane_map()[index]), 64)
        assert policy[0, index] == captured[0][0, plane, square // 8, square % 8]


def test_squeeze_excitation_is_gamma_then_beta() -> None:
    se = Backbone(BackboneConfig(filters=16, blocks=1)).tower[0].se  # type: ignore[union-attr]
    x = torch.randn(2, 16, 8, 8)
    hidden = torch.relu(x.flatten(2).mean(2) @ se.squeeze.weight.T + se.squeeze.bias)  # type: ignore[union-attr, operator]
    both = hidden @ se.excite.weight.T + se.excite.bias  # type: ignore[union-attr, operator]
    expected = torch.sigmoid(both[:, :16, None, None]) * x + both[:, 16:, None, None]
    torch.testing.assert_close(se(x), expected)  # type: ignore[operator]


@pytest.mark.parametrize("value_head", ["wdl", "scalar"])
def test_lc0_files_round_trip(tmp_path: Path, value_head: str) -> None:
    config = BackboneConfig(filters=16, blocks=2, value_head=value_head)  # type: ignore[arg-type]
    backbone = randomised(config)
    save_lc0(backbone, tmp_path / "net.pb.gz")
    loaded = load_lc0(tmp_path / "net.pb.gz")
    assert loaded.config == config
    planes = torch.rand(2, 112, 8, 8)
    with torch.inference_mode():
        for one, other in zip(backbone(planes), loaded(planes), strict=True):
            torch.testing.assert_close(one, other, atol=5e-3, rtol=5e-3)


def test_a_convolution_bias_in_a_file_is_not_lost(tmp_path: Path) -> None:
    """Files may carry a bias before batch normalisation; it must act as in lc0."""
    from engine.model.lc0 import _read_net, _write_layer

    backbone = randomised(BackboneConfig(filters=16, blocks=1))
    path = tmp_path / "net.pb.gz"
    save_lc0(backbone, path)
    net = _read_net(path)
    bias = torch.linspace(-1, 1, 16)
    normalisation, message = backbone.stem.normalisation, net.weights.input
    assert normalisation.running_mean is not None
    assert normalisation.running_var is not None
    _write_layer(message.weights, backbone.stem.convolution.weight)
    _write_layer(message.bn_means, normalisation.running_mean)
    _write_layer(message.bn_stddivs, normalisation.running_var)
    _write_layer(message.bn_gammas, normalisation.weight)
    _write_layer(message.bn_betas, normalisation.bias)
    _write_layer(message.biases, bias)
    path.write_bytes(gzip.compress(net.SerializeToString()))
    x = torch.rand(1, 112, 8, 8)
    stem = backbone.stem
    expected = stem.normalisation(stem.convolution(x) + bias[:, None, None])
    torch.testing.assert_close(load_lc0(path).stem(x), expected, atol=5e-3, rtol=5e-3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a"),
        (b"no gzip", "not a gzipped lc0 network"),
        (gzip.compress(b"no protobuf \xff\xff"), "not an lc0 network"),
        (gzip.compress(b""), "not an lc0 network"),
        (gzip.compress(bytes(range(256)) * 9)[:99], "not a gzipped lc0 network"),
    ],
    ids=["empty", "text", "gzipped text", "gzipped nothing", "truncated"],
)
def test_broken_lc0_files_say_so(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "broken.pb.gz"
    path.write_bytes(content)
    with pytest.raises(StylemateError, match=message):
        load_lc0(path)


def test_a_missing_lc0_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(StylemateError, match="no such file"):
        load_lc0(tmp_path / "none.pb.gz")


def test_other_networks_are_refused(tmp_path: Path) -> None:
    from engine.model.lc0 import _read_net

    path = tmp_path / "net.pb.gz"
    save_lc0(randomised(BackboneConfig(filters=16, blocks=1)), path)
    net = _read_net(path)
    net.format.network_format.policy = 1
    path.write_bytes(gzip.compress(net.SerializeToString()))
    with pytest.raises(StylemateError, match="no convolutional policy head"):
        load_lc0(path)
    net.format.network_format.policy = 2
    net.format.network_format.default_activation = 1
    path.write_bytes(gzip.compress(net.SerializeToString()))
    with pytest.raises(StylemateError, match="other activations"):
        load_lc0(path)
    net.format.network_format.default_activation = 0
    net.weights.input.weights.params = b"\0\0"
    path.write_bytes(gzip.compress(net.SerializeToString()))
    with pytest.raises(StylemateError, match="do not fit together"):
        load_lc0(path)


def test_every_encoding_of_later_lc0_files_is_read(tmp_path: Path) -> None:
    from engine.model.lc0 import _read_net

    backbone = randomised(BackboneConfig(filters=16, blocks=1))
    path = tmp_path / "net.pb"
    save_lc0(backbone, path)
    expected = load_lc0(path).value.dense.weight
    numbers = expected.detach().numpy().ravel()
    contents = {
        2: numbers.astype("<f2").tobytes(),
        3: (numbers.view(np.uint32) >> 16).astype("<u2").tobytes(),
        4: numbers.astype("<f4").tobytes(),
    }
    for encoding, content in contents.items():
        net = _read_net(path)
        net.weights.ip1_val_w.encoding = encoding
        net.weights.ip1_val_w.params = content
        other = tmp_path / f"{encoding}.pb"
        other.write_bytes(net.SerializeToString())
        read = load_lc0(other).value.dense.weight
        torch.testing.assert_close(read, expected, atol=1e-4, rtol=1e-2)
    net.weights.ip2_val_w.encoding = 9
    other.write_bytes(net.SerializeToString())
    with pytest.raises(StylemateError, match="unknown encoding"):
        load_lc0(other)


def test_a_value_head_of_another_size_is_refused(tmp_path: Path) -> None:
    from engine.model.lc0 import _read_net

    path = tmp_path / "net.pb"
    save_lc0(randomised(BackboneConfig(filters=16, blocks=1)), path)
    net = _read_net(path)
    net.weights.ip1_val_b.params = net.weights.ip1_val_b.params[:-2]
    path.write_bytes(net.SerializeToString())
    with pytest.raises(StylemateError, match="its value head has"):
        load_lc0(path)
