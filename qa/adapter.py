"""Puts the reader's adapter into its network: beside each 8-bit matrix a term of low rank, in 32-bit floats.

A trained adapter (Hu et al., 2021, "LoRA") adds `x @ down @ up` to what a matrix gives for `x`. Added into the matrix and rounded to 8 bits
again, most of it would be lost, so it stays a term of its own; with rank 12 it costs a few percent of the time.
"""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper
from safetensors.numpy import load_file

Floats = npt.NDArray[np.float16]
_MATRIX = re.compile(r"/(?:Gemm_)?MatMul_quant$")


def adapted(network: Path, adapter: Path) -> bytes:
    """Return the ONNX file `network` with the terms of `adapter`, serialised.

    `adapter` holds `<module>.down`, shape (in, rank), and `<module>.up`, shape (rank, out), for modules of the network. Raises `ValueError`
    when it names a module that the network lacks.
    """
    model = onnx.load(network)
    terms = load_file(adapter)
    modules = sorted({name.rpartition(".")[0] for name in terms})
    nodes = {module_of(node.name): node for node in model.graph.node if node.op_type == "MatMulInteger"}
    if unknown := [m for m in modules if m not in nodes]:
        raise ValueError(f"The adapter {str(adapter)!r} was made for another network: {unknown[0]!r} is not in {network.name}.")
    for module in modules:
        _add_term(model.graph, nodes[module], module, terms[f"{module}.down"], terms[f"{module}.up"])
    _sort(model.graph)
    serialised: bytes = model.SerializeToString()
    return serialised


def module_of(node: str) -> str:
    """Return the name of the module whose matrix a node multiplies with.

    >>> module_of("/encoder/encoder/layer.0/attention/self/key/MatMul_quant")
    'encoder.encoder.layer.0.attention.self.key'
    """
    return _MATRIX.sub("", node).strip("/").replace("/", ".")


def _add_term(graph: onnx.GraphProto, node: onnx.NodeProto, module: str, down: Floats, up: Floats) -> None:
    """Add `x @ down @ up` to the sum of product and bias that follows the node."""
    quantising = next(n for n in graph.node if node.input[0] in n.output)
    total = _sum_behind(graph, node)
    given, names = total.output[0], [f"{module}.{part}" for part in ("down", "up")]
    total.output[0] = f"{given}_unadapted"
    graph.initializer.extend(numpy_helper.from_array(v.astype(np.float32), n) for v, n in zip((down, up), names, strict=True))
    graph.node.extend(
        [
            helper.make_node("MatMul", [quantising.input[0], names[0]], [f"{module}.low"], f"{module}.low"),
            helper.make_node("MatMul", [f"{module}.low", names[1]], [f"{module}.term"], f"{module}.term"),
            helper.make_node("Add", [total.output[0], f"{module}.term"], [given], f"{module}.adapted"),
        ]
    )


def _sum_behind(graph: onnx.GraphProto, node: onnx.NodeProto) -> onnx.NodeProto:
    """The addition of the bias: the first `Add` behind the integer product, which only a cast and scales stand before."""
    while node.op_type != "Add":
        (node,) = (n for n in graph.node if node.output[0] in n.input)
    return node


def _sort(graph: onnx.GraphProto) -> None:
    """Put every node behind those it reads from, as ONNX asks."""
    made_by = {output: n for n, node in enumerate(graph.node) for output in node.output}
    order: list[int] = []
    placed: set[int] = set()
    for first in range(len(graph.node)):
        waiting = [first]
        while waiting:
            current = waiting[-1]
            needed = [made_by[name] for name in graph.node[current].input if name in made_by and made_by[name] not in placed]
            if needed:
                waiting.extend(needed)
                continue
            waiting.pop()
            if current not in placed:
                placed.add(current)
                order.append(current)
    nodes = [onnx.NodeProto.FromString(graph.node[n].SerializeToString()) for n in order]
    del graph.node[:]
    graph.node.extend(nodes)
