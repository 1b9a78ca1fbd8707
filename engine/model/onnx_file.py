"""A network as an ONNX file with the names that lc0 gives to its inputs and outputs.

The graph is written by hand: torch's own exporter takes a minute for what are a few dozen
operations, and names and constants would be its own.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.errors import StylemateError
from engine.files import write_bytes
from engine.model.backbone import Backbone, ConvolutionBlock
from engine.model.folding import folded
from engine.position.moves import POLICY_SIZE
from engine.position.planes import PLANES

if TYPE_CHECKING:
    from types import ModuleType

INPUT = "/input/planes"
POLICY, WDL, VALUE = "/output/policy", "/output/wdl", "/output/value"
_OPERATIONS, _FORMAT = 17, 8
"""Versions of the set of operations and of the file, both of 2022: old enough to run anywhere."""


def save_onnx(
    policy: Backbone, value: Backbone, path: Path, properties: dict[str, str] | None = None
) -> None:
    """Write networks as one ONNX file.

    Its input is ``/input/planes``, float32 (N, 112, 8, 8) with the raw fifty-move count; its
    outputs are ``/output/policy``, logits (N, 1858), and ``/output/wdl``, probabilities (N, 3), or
    ``/output/value`` (N, 1) from -1 to 1.

    Args:
        policy: whose moves are written, without adapters.
        value: whose chances are written; may be the same.
        path: the file.
        properties: texts that stand in the file's header.

    Raises:
        StylemateError: the package ``onnx`` is missing, or the file cannot be written.
    """
    onnx = _onnx()
    graph = _Graph(onnx)
    trunk = graph.trunk(policy, "policy")
    graph.policy(policy, trunk)
    output, width = graph.value(value, trunk if value is policy else graph.trunk(value, "value"))
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "stylemate",
            [helper.make_tensor_value_info(INPUT, kind, ["batch", PLANES, 8, 8])],
            [
                helper.make_tensor_value_info(POLICY, kind, ["batch", POLICY_SIZE]),
                helper.make_tensor_value_info(output, kind, ["batch", width]),
            ],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", _OPERATIONS)],
        ir_version=_FORMAT,
        producer_name="stylemate",
    )
    helper.set_model_props(model, properties or {})
    onnx.checker.check_model(model)
    write_bytes(path, model.SerializeToString())


def _onnx() -> "ModuleType":
    try:
        import onnx
        import onnx.checker
        import onnx.helper
        import onnx.numpy_helper
    except ImportError:
        raise StylemateError(
            "ONNX files need the package onnx: pip install 'stylemate[onnx]'."
        ) from None
    return onnx


class _Graph:
    """Operations that are being strung together; a name stands for what one of them yields."""

    def __init__(self, onnx: "ModuleType") -> None:
        self._onnx = onnx
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def trunk(self, network: Backbone, name: str) -> str:
        """Append the layers that both heads see."""
        x = self._relu(self._block(INPUT, network.stem, f"/{name}/stem"))
        for number, block in enumerate(network.blocks()):
            at = f"/{name}/block{number}"
            y = self._relu(self._block(x, block.first, f"{at}/first"))
            y = self._block(y, block.second, f"{at}/second")
            pooled = self._do("Flatten", [self._do("GlobalAveragePool", [y], f"{at}/pool")])
            squeezed = self._relu(self._dense(pooled, block.se.squeeze, f"{at}/squeeze"))
            both = self._dense(squeezed, block.se.excite, f"{at}/excite")
            axes = self._constant(f"{at}/axes", np.array([2, 3]))
            gamma, beta = f"{at}/gamma", f"{at}/beta"
            self._do("Split", [both], gamma, more=[beta], axis=1)
            scale = self._do("Unsqueeze", [self._do("Sigmoid", [gamma]), axes])
            scaled = self._do("Mul", [y, scale])
            shifted = self._do("Add", [scaled, self._do("Unsqueeze", [beta, axes])])
            x = self._relu(self._do("Add", [shifted, x], f"{at}/sum"))
        return x

    def policy(self, network: Backbone, x: str) -> None:
        """Append the head of moves."""
        head = network.policy
        hidden = self._relu(self._block(x, head.hidden, "/policy/hidden"))
        assert head.planes.bias is not None
        planes = self._convolution(hidden, head.planes.weight, head.planes.bias, "/policy/planes")
        places = self._constant("/policy/places", head.places.cpu().numpy())
        self._do("Gather", [self._do("Flatten", [planes]), places], POLICY, axis=1)

    def value(self, network: Backbone, x: str) -> tuple[str, int]:
        """Append the head of chances, and return the output's name and width."""
        head = network.value
        hidden = self._relu(self._block(x, head.hidden, "/value/hidden"))
        dense = self._relu(self._dense(self._do("Flatten", [hidden]), head.dense, "/value/dense"))
        numbers = self._dense(dense, head.output, "/value/numbers")
        if head.kind == "wdl":
            return self._do("Softmax", [numbers], WDL, axis=1), 3
        return self._do("Tanh", [numbers], VALUE), 1

    def _block(self, x: str, block: ConvolutionBlock, name: str) -> str:
        return self._convolution(x, *folded(block), name)

    def _convolution(self, x: str, kernel: Tensor, bias: Tensor, name: str) -> str:
        inputs = [x, self._tensor(f"{name}/w", kernel), self._tensor(f"{name}/b", bias)]
        return self._do("Conv", inputs, name, pads=[kernel.shape[-1] // 2] * 4)

    def _dense(self, x: str, layer: Any, name: str) -> str:
        weights = [self._tensor(f"{name}/w", layer.weight), self._tensor(f"{name}/b", layer.bias)]
        return self._do("Gemm", [x, *weights], name, transB=1)

    def _relu(self, x: str) -> str:
        return self._do("Relu", [x])

    def _do(
        self,
        operation: str,
        inputs: list[str],
        output: str = "",
        more: list[str] | None = None,
        **settings: object,
    ) -> str:
        """Append an operation and return its (first) output's name."""
        output = output or f"/{len(self.nodes)}/{operation.lower()}"
        node = self._onnx.helper.make_node(operation, inputs, [output, *(more or [])], **settings)
        self.nodes.append(node)
        return output

    def _tensor(self, name: str, tensor: Tensor) -> str:
        return self._constant(name, tensor.detach().float().cpu().numpy())

    def _constant(self, name: str, array: npt.NDArray[Any]) -> str:
        self.constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name
