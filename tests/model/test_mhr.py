"""MHR against oracles: a loop over heads, peft, one style at a time, merged weights."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from engine.model.backbone import BACKBONE_PRESETS, Backbone, BackboneConfig
from engine.model.mhr.config import Attachment, MHRConfig
from engine.model.mhr.layer import MHRAdapter, MHRConvolution, MHRLinear
from engine.model.mhr.network import adapters, attach_adapters, merge_style
from engine.model.mhr.routing import centre, mixing_weights
from engine.model.style_model import StyleModel


def filled(module: nn.Module, seed: int = 0) -> None:
    """Give every adapter weights that add something."""
    generator = torch.Generator().manual_seed(seed)
    for adapter in adapters(module):
        for parameter in adapter.parameters():
            parameter.data.normal_(std=0.3, generator=generator)


def by_the_definition(adapter: MHRAdapter, x: Tensor, z: Tensor, alpha: float) -> Tensor:
    """x A B alpha/r with A and B put together head by head, module by module."""
    heads, modules, _, rank = adapter.a.shape
    rows, columns = [], []
    for head in range(heads):
        weights = torch.exp(z[head]) / torch.exp(z[head]).sum()
        rows.append(sum(weights[j] * adapter.a[head, j] for j in range(modules)))
        columns.append(sum(weights[j] * adapter.b[head, j] for j in range(modules)))
    a, b = torch.cat(rows, dim=0), torch.cat(columns, dim=1)
    return x @ a @ b * (alpha / rank)


@settings(max_examples=30, deadline=None)
@given(
    heads=st.sampled_from([1, 2, 4]),
    modules=st.integers(1, 6),
    rank=st.integers(1, 5),
    count=st.integers(1, 4),
    seed=st.integers(0, 10**6),
)
def test_softmax_routing_is_the_loop_over_heads(
    heads: int, modules: int, rank: int, count: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    config = MHRConfig(modules=modules, heads=heads, rank=rank, alpha=3.0)
    adapter = MHRAdapter(8, 12, config)
    filled(adapter, seed)
    x = torch.randn(count, 8, generator=generator)
    z = torch.randn(count, heads, modules, generator=generator)
    expected = torch.stack(
        [by_the_definition(adapter, x[i], z[i], config.alpha) for i in range(count)]
    )
    torch.testing.assert_close(
        adapter(x, mixing_weights(z, "softmax")), expected, atol=1e-5, rtol=1e-5
    )


def test_sigmoid_routing_equals_peft_poly() -> None:
    peft = pytest.importorskip("peft")
    heads, modules, rank, tasks = 4, 6, 3, 5
    base = nn.Sequential(nn.Linear(16, 24))
    config = peft.PolyConfig(
        target_modules=["0"],
        poly_type="poly",
        r=rank,
        n_tasks=tasks,
        n_skills=modules,
        n_splits=heads,
    )
    poly = peft.get_peft_model(nn.Sequential(base[0]), config).eval()
    layer = next(m for m in poly.modules() if hasattr(m, "poly_lora_A"))
    torch.manual_seed(1)
    ours = MHRLinear(
        nn.Linear(16, 24),
        MHRConfig(modules=modules, heads=heads, rank=rank, alpha=1.0, routing="sigmoid"),
        scope := attach_adapters(nn.Module(), [], MHRConfig()),
    )
    with torch.no_grad():
        ours.base.load_state_dict(layer.base_layer.state_dict())
        layer.poly_lora_A["default"].normal_()
        layer.poly_lora_B["default"].normal_()
        router = layer.poly_router["default"].module_logits
        router.normal_()
        ours.adapter.a.copy_(layer.poly_lora_A["default"])
        ours.adapter.b.copy_(layer.poly_lora_B["default"])
    x = torch.randn(tasks, 7, 16)
    task_ids = torch.arange(tasks)
    expected = layer(x, task_ids=task_ids)
    z = router.detach().view(tasks, heads, modules)
    with scope.use(mixing_weights(z, "sigmoid")):
        torch.testing.assert_close(ours(x), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("routing", ["softmax", "sigmoid"])
def test_weights_sum_to_one(routing: str) -> None:
    z = torch.randn(3, 4, 5)
    weights = mixing_weights(z, routing)  # type: ignore[arg-type]
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 4))


def test_softmax_ignores_what_centring_removes() -> None:
    z = torch.randn(2, 8, 32)
    torch.testing.assert_close(
        mixing_weights(centre(z + 7), "softmax"), mixing_weights(z, "softmax")
    )
    torch.testing.assert_close(centre(z).mean(-1), torch.zeros(2, 8), atol=1e-6, rtol=0)


@pytest.fixture(params=["se", "conv", "all"])
def model(request: pytest.FixtureRequest) -> StyleModel:
    attach: Attachment = request.param
    torch.manual_seed(0)
    backbone = Backbone(BackboneConfig(filters=16, blocks=2))
    model = StyleModel(backbone, MHRConfig(modules=5, heads=2, rank=3, attach=attach))
    filled(model)
    return model


def test_a_mixed_batch_is_one_style_at_a_time(model: StyleModel) -> None:
    planes, z = torch.rand(6, 112, 8, 8), torch.randn(6, 2, 5)
    with torch.inference_mode():
        mixed = model(planes, z)
        for i in range(6):
            for together, alone in zip(mixed, model(planes[i : i + 1], z[i]), strict=True):
                torch.testing.assert_close(together[i], alone[0], atol=1e-5, rtol=1e-5)
    assert (mixed[0] - model.backbone_only(planes)[0]).abs().max() > 1e-4


def test_merged_weights_equal_unmerged(model: StyleModel) -> None:
    planes, z = torch.rand(4, 112, 8, 8), torch.randn(2, 5)
    with torch.inference_mode():
        merged = model.merge(z)
        assert not list(adapters(merged))
        assert type(merged) is Backbone
        for one, other in zip(merged(planes), model(planes, z), strict=True):
            torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)
        # The shared model is as it was.
        torch.testing.assert_close(model.plain_backbone()(planes), model.backbone_only(planes))


def test_a_fresh_inventory_changes_nothing() -> None:
    model = StyleModel(Backbone(BackboneConfig(filters=64, blocks=1)), MHRConfig())
    planes, z = torch.rand(2, 112, 8, 8), torch.randn(2, 8, 32)
    with torch.inference_mode():
        torch.testing.assert_close(model(planes, z), model.backbone_only(planes))


def test_any_network_of_linear_layers_can_carry_it() -> None:
    torch.manual_seed(3)
    network = nn.Sequential(
        nn.Embedding(10, 8), nn.Sequential(nn.Linear(8, 12), nn.ReLU()), nn.Linear(12, 4)
    )
    config = MHRConfig(modules=3, heads=2, rank=2)
    scope = attach_adapters(network, ["1.0", "2"], config)
    filled(network)
    words, z = torch.randint(10, (5, 6)), torch.randn(5, 2, 3)
    with torch.no_grad(), scope.use(mixing_weights(z, "softmax")):
        styled = network(words)
    for i in range(5):
        torch.testing.assert_close(
            merge_style(network, z[i], config)(words[i]), styled[i], atol=1e-5, rtol=1e-5
        )


def test_only_the_inventory_and_the_routing_learn(model: StyleModel) -> None:
    z = torch.zeros(3, 2, 5, requires_grad=True)
    model.train()
    model(torch.rand(3, 112, 8, 8), z)[0].square().mean().backward()
    assert z.grad is not None
    assert z.grad.abs().sum() > 0
    inventory = {id(parameter) for parameter in model.inventory_parameters()}
    for parameter in model.parameters():
        assert (parameter.grad is not None) == (id(parameter) in inventory)
    assert not model.backbone.stem.normalisation.training


def test_paper_sizes() -> None:
    model = StyleModel(Backbone(BACKBONE_PRESETS["paper"]), MHRConfig())
    assert sum(parameter.numel() for parameter in model.inventory_parameters()) == 5_111_808
    assert model.style_shape == (8, 32)
    assert len(list(adapters(model))) == 24


def test_heads_must_divide_the_layer() -> None:
    with pytest.raises(ValueError, match="3 heads do not divide"):
        MHRAdapter(8, 12, MHRConfig(heads=3))


def test_other_layers_cannot_carry_it() -> None:
    with pytest.raises(ValueError, match="not a linear or convolution"):
        attach_adapters(nn.Sequential(nn.ReLU()), ["0"], MHRConfig())
    with pytest.raises(ValueError, match="centre tap"):
        MHRConvolution(
            nn.Conv2d(8, 8, 2), MHRConfig(), attach_adapters(nn.Module(), [], MHRConfig())
        )
