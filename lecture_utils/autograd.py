"""A scalar that remembers how it came about, so that it can say how much each of its makers is to blame."""

from __future__ import annotations

import math
from numbers import Real


class Value:
    """A number in a computation graph; after `loss.backward()` its `grad` is d loss / d value.

    data: a finite number. parents: the values it was computed from. slopes: its derivative by each of them,
    known as soon as it is computed (reverse accumulation: Linnainmaa 1976; Rumelhart et al. 1986).
    name: what to call it in a picture. Raises ValueError for anything that is not a finite number, also when
    a result leaves the range of floating point, and where a function or its slope does not exist.
    """

    def __init__(
        self,
        data: float,
        parents: tuple[Value, ...] = (),
        slopes: tuple[float, ...] = (),
        operation: str = "",
        *,
        name: str = "",
    ) -> None:
        if not isinstance(data, Real) or isinstance(data, bool) or not math.isfinite(data):
            made = f"{operation} of {[parent.data for parent in parents]} gives" if parents else "a value cannot be"
            raise ValueError(f"{made} {data!r}: only finite numbers are allowed")
        self.data, self.parents, self.slopes = float(data), parents, slopes
        self.operation, self.name, self.grad = operation, name, 0.0

    def __add__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "×")

    def __pow__(self, exponent: float) -> Value:
        """self ** exponent, where the exponent is a plain number."""
        try:
            power = self.data**exponent
            slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        except (TypeError, ZeroDivisionError, OverflowError) as error:
            raise ValueError(f"{self.data:g} ** {exponent} or its slope is no finite number ({error})") from error
        return Value(power, (self,), (slope,), f"^{exponent:g}")

    def tanh(self) -> Value:
        out = math.tanh(self.data)
        return Value(out, (self,), (1.0 - out * out,), "tanh")

    def relu(self) -> Value:
        """max(0, x); the slope at 0 is taken as 0."""
        return Value(max(0.0, self.data), (self,), (float(self.data > 0),), "relu")

    def exp(self) -> Value:
        out = math.exp(self.data) if self.data < 709.0 else math.inf
        return Value(out, (self,), (out,), "exp")

    def log(self) -> Value:
        """The natural logarithm, of positive numbers only."""
        if self.data <= 0:
            raise ValueError(f"log of {self.data:g}: the logarithm needs a number above 0")
        return Value(math.log(self.data), (self,), (1.0 / self.data,), "log")

    def history(self) -> list[Value]:
        """Every value this one was computed from, and itself, each after all of its parents."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, parents_done = stack.pop()
            if parents_done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((parent, False) for parent in node.parents)
        return order

    def backward(self) -> None:
        """Set `grad` of every value in the history to d self / d value, afresh: earlier gradients do not add up."""
        order = self.history()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad += slope * node.grad  # the chain rule; += because a value may be used more than once

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0), "−")

    def __truediv__(self, other: Value | float) -> Value:
        return self * _value(other) ** -1

    def __rsub__(self, other: float) -> Value:
        return _value(other) - self

    def __rtruediv__(self, other: float) -> Value:
        return _value(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __repr__(self) -> str:
        return f"Value({self.data:.4g}, grad={self.grad:.4g})"


def _value(number: Value | float) -> Value:
    return number if isinstance(number, Value) else Value(number)
