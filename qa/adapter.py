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

Floats = npt.NDArray[np.float32]
Term = tuple[Floats, Floats]
_MATRIX = re.compile(r"/(?:Gemm_)?MatMul_quant$")


def adapted(network: Path, adapter: Path, decider: Path | None = None) -> bytes:
    """Return the ONNX file `network` with the terms of its adapters, serialised.

    Those of `decider` count where the further input `deciding`, shape (1, 1), is 1, not where it is 0. Each adapter holds `<module>.down`, shape (in, rank),
    and `<module>.up`, shape (rank, out), for modules of the network, as floats, or as 8-bit integers with a `<module>.down_scale`, shape (1, rank),
    and a `<module>.up_scale`, shape (rank, 1). Raises `ValueError` when one names a module that the network lacks.
    """
    model = onnx.load(network)
    nodes = {module_of(node.name): node for node in model.graph.node if node.op_type == "MatMulInteger"}
    always, deciding = terms_of(adapter), terms_of(decider) if decider else {}
    for path, terms in ((adapter, always), (decider, deciding)):
        if unknown := sorted(terms.keys() - nodes.keys()):
            raise ValueError(f"The adapter {str(path)!r} was made for another network: {unknown[0]!r} is not in {network.name}.")
    switch = _Switch(model.graph) if decider else None
    for module in sorted(always.keys() | deciding.keys()):
        several = [terms[module] for terms in (always, deciding) if module in terms]
        # Terms of one matrix, side by side, are one term.
        term = np.concatenate([down for down, _ in several], 1), np.concatenate([up for _, up in several])
        gate = switch.of(len(term[1]), len(deciding[module][1])) if switch and module in deciding else None
        _add_term(model.graph, nodes[module], module, term, gate)
    _sort(model.graph)
    serialised: bytes = model.SerializeToString()
    return serialised


class _Switch:
    """The input `deciding` of a graph, and what the low ranks of a term are multiplied by for it."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._known: set[str] = set()
        graph.input.append(helper.make_tensor_value_info("deciding", onnx.TensorProto.INT64, [1, 1]))
        graph.node.append(helper.make_node("Cast", ["deciding"], ["deciding.value"], "deciding.value", to=onnx.TensorProto.FLOAT))

    def of(self, ranks: int, switched: int) -> str:
        """Return the name of a row of factors, shape (1, ranks): 1, and for the last `switched` the input's value."""
        name = f"deciding.{ranks}.{switched}"
        if name not in self._known:
            self._known.add(name)
            rows = np.ones((1, ranks), np.float32), np.zeros((1, ranks), np.float32)
            rows[0][:, ranks - switched :], rows[1][:, ranks - switched :] = 0, 1
            names = [f"{name}.always", f"{name}.switched"]
            self._graph.initializer.extend(numpy_helper.from_array(row, n) for row, n in zip(rows, names, strict=True))
            self._graph.node.extend(
                [
                    helper.make_node("Mul", ["deciding.value", names[1]], [f"{name}.product"], f"{name}.product"),
                    helper.make_node("Add", [f"{name}.product", names[0]], [name], name),
                ]
            )
        return name


def terms_of(adapter: Path) -> dict[str, Term]:
    """Return for each module of an adapter's file its `down`, shape (in, rank), and `up`, shape (rank, out)."""
    stored = load_file(adapter)

    def floats(name: str) -> Floats:
        values: Floats = stored[name].astype(np.float32)
        return values * stored[f"{name}_scale"].astype(np.float32) if f"{name}_scale" in stored else values

    modules = sorted({name.rpartition(".")[0] for name in stored})
    return {module: (floats(f"{module}.down"), floats(f"{module}.up")) for module in modules}


def module_of(node: str) -> str:
    """Return the name of the module whose matrix a node multiplies with.

    >>> module_of("/encoder/encoder/layer.0/attention/self/key/MatMul_quant")
    'encoder.encoder.layer.0.attention.self.key'
    """
    return _MATRIX.sub("", node).strip("/").replace("/", ".")


def _add_term(graph: onnx.GraphProto, node: onnx.NodeProto, module: str, term: Term, gate: str | None) -> None:
    """Add `x @ down * gate @ up` to the sum of product and bias that follows the node."""
    quantising = next(n for n in graph.node if node.input[0] in n.output)
    total = _sum_behind(graph, node)
    given, names = total.output[0], [f"{module}.{part}" for part in ("down", "up")]
    total.output[0] = f"{given}_unadapted"
    graph.initializer.extend(numpy_helper.from_array(v, n) for v, n in zip(term, names, strict=True))
    low = f"{module}.low"
    graph.node.append(helper.make_node("MatMul", [quantising.input[0], names[0]], [low], low))
    if gate:
        graph.node.append(helper.make_node("Mul", [low, gate], [f"{module}.gated"], f"{module}.gated"))
        low = f"{module}.gated"
    graph.node.extend(
        [
            helper.make_node("MatMul", [low, names[1]], [f"{module}.term"], f"{module}.term"),
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
