"""Monte-Carlo arithmetic: arrays whose every operation rounds at random, so that a formula shows its rounding error.

A correct program in floating point differs from another correct one by the rounding of each operation. Here every
inexact result is multiplied by (1 + u xi), with u the unit roundoff of the precision in question and xi uniform in
(-1, 1); a sum or a matrix product of n terms is moved by u xi sqrt(n) times the sum of their sizes, since n roundings
partly cancel. What is exact in any precision stays exact: negation, absolute value, maximum and minimum, comparisons,
selections, copies, integers, a power of two as a factor, a zero as a summand. Repeated runs then spread as much as
honest programs do (D. S. Parker, "Monte Carlo Arithmetic", UCLA technical report CSD-970002, 1997).

The wrapping goes through ufuncs, numpy functions, methods and indexing. It ends where a value leaves numpy, by
``.item()`` or ``float(x)``, or is copied with ``np.array(x)``, and entries written into ``np.zeros(shape)`` leave it as
well: they keep the error that they have, and what is computed from them alone adds none. So ``.item()`` may stand at
the end of a function. Functions that are handed over as arguments are wrapped too, inputs and outputs moved by u.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

EXACT_UFUNCS = {
    *(np.negative, np.positive, np.absolute, np.fabs, np.conjugate, np.sign, np.copysign, np.heaviside),
    *(np.maximum, np.minimum, np.fmax, np.fmin, np.floor, np.ceil, np.trunc, np.rint, np.floor_divide, np.remainder),
    *(np.fmod, np.modf, np.frexp, np.ldexp, np.nextafter, np.spacing),
}
# Functions whose results are elements of their arguments. Others that numpy writes in terms of these need no mention.
EXACT_FUNCTIONS = {
    *(
        np.where,
        np.clip,
        np.concatenate,
        np.copyto,
        np.choose,
        np.select,
        np.take_along_axis,
        np.put_along_axis,
        np.place,
    ),
    *(np.putmask, np.extract, np.insert, np.delete, np.pad, np.tile, np.repeat, np.roll, np.sort, np.unique),
    *(np.diag, np.tril, np.triu, np.broadcast_to, np.broadcast_arrays, np.nan_to_num, np.array_split, np.resize),
}
# Linear in every array: with all entries replaced by their sizes they give the sum of the terms' sizes, with ones the
# number of terms.
MULTILINEAR = {np.dot, np.inner, np.outer, np.vdot, np.tensordot, np.einsum, np.kron, np.convolve, np.correlate}
FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial, np.ufunc)


@dataclass(frozen=True)
class Noise:
    """The rounding of one run. u: the unit roundoff, 2**-53 for float64 and 2**-24 for float32."""

    u: float
    rng: np.random.Generator

    def moved(self, result: Any, size: Any) -> Any:
        """result + u xi size, element by element; as it is where it has no fraction or the size is not finite."""
        result = np.asarray(result)
        if result.dtype.kind not in "fc":
            return result[()]
        move = self.u * self.rng.uniform(-1, 1, result.shape) * size
        return (result + np.where(np.isfinite(move), move, 0)).astype(result.dtype, copy=False)[()]


def monte_carlo(value: Any, noise: Noise) -> Any:
    """The value with its arrays, floats and functions wrapped, in lists, tuples and dicts to any depth."""
    if isinstance(value, (np.ndarray, np.inexact, float)):
        return _wrapped(np.array(value), noise)
    if isinstance(value, FUNCTIONS):
        return functools.update_wrapper(functools.partial(_call_moved, value, noise), value)
    return _mapped(value, lambda item: monte_carlo(item, noise))


def plain(value: Any) -> Any:
    """The value without any wrapping: base arrays, and numpy scalars for what has no axis."""
    if isinstance(value, MonteCarloArray):
        return value.view(np.ndarray)[()]
    return _mapped(value, plain)


class MonteCarloArray(np.ndarray):
    """An array that rounds at random. One without axes stands for a number, and like a number it never changes."""

    noise: Noise

    def __array_finalize__(self, origin: Any) -> None:
        if isinstance(origin, MonteCarloArray):
            self.noise = origin.noise

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        noise = _noise_of((*inputs, *options.get("out", ())))
        inputs, options = plain(inputs), dict(options)
        out = options.pop("out", None)
        options = {name: plain(option) for name, option in options.items()}
        if out is not None and "where" in options:  # what is left out keeps its value
            options["out"] = tuple(np.array(place) for place in out)
        with np.errstate(all="ignore"):
            if method == "at":
                return _at(ufunc, inputs, noise)
            result = getattr(ufunc, method)(*inputs, **options)
            size = functools.partial(_error_size, ufunc, method, inputs, {**options, "out": None})
            if isinstance(result, tuple):
                places = out or (None,) * len(result)
                moved = (noise.moved(one, size(one)) for one in result)
                return tuple(_delivered(one, place, noise) for one, place in zip(moved, places, strict=True))
            where = options.get("where", True)
            return _delivered(noise.moved(result, size(result)), out and out[0], noise, where)

    def __array_function__(self, func: Any, kinds: Iterable[type], args: Any, kwargs: Any) -> Any:
        noise = _noise_of((args, kwargs))
        with np.errstate(all="ignore"):
            if func in MULTILINEAR:
                kwargs = dict(kwargs)
                out = kwargs.pop("out", None)
                return _delivered(_multilinear(func, plain(args), plain(kwargs), noise), out, noise)
            if func in EXACT_FUNCTIONS:
                return _all_wrapped(func(*_bare(args), **_bare(kwargs)), noise)
            if func.__module__ == "numpy.linalg":
                # Backward stable: the right result of a matrix that differs by roundings of its largest entry.
                return _all_wrapped(func(*_near(plain(args), noise), **plain(kwargs)), noise)
            result = super().__array_function__(func, kinds, args, kwargs)
            return _all_moved(result, noise)

    def __getitem__(self, index: Any) -> Any:
        return _wrapped(super().__getitem__(index), self.noise)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def dot(self, other: Any, out: Any = None) -> Any:
        return np.dot(self, other, out)


def _error_size(ufunc: np.ufunc, method: str, inputs: Any, options: Any, result: Any) -> Any:
    """What one unit roundoff is worth in each entry of a ufunc's result."""
    if ufunc in EXACT_UFUNCS or ufunc.__name__ == "clip" or np.asarray(result).dtype.kind not in "fc":
        return 0.0
    if ufunc.signature is not None:  # matmul and its kin contract the last axis of the first factor
        return np.sqrt(np.shape(inputs[0])[-1]) * ufunc(*map(np.abs, inputs), **options)
    if method == "__call__":
        return np.where(_is_exact(ufunc, inputs), 0, np.abs(result))
    if method == "outer":
        return np.abs(result)
    terms = np.asarray(inputs[0])
    if method == "reduce":
        roundings = np.sqrt(max(terms.size / max(np.size(result), 1) - 1, 0))
    else:
        roundings = np.sqrt(terms.shape[options.get("axis", 0)])
    if ufunc is np.add:
        return roundings * getattr(ufunc, method)(np.abs(terms), *inputs[1:], **options)
    return roundings * (np.abs(result) + (ufunc in (np.logaddexp, np.logaddexp2)))  # their last step is absolute


def _is_exact(ufunc: np.ufunc, inputs: Any) -> Any:
    """Where arithmetic has nothing to round, in any precision."""
    if ufunc is np.multiply:
        return _is_power_of_two(inputs[0]) | _is_power_of_two(inputs[1])
    if ufunc is np.divide:
        return _is_power_of_two(inputs[1]) | np.equal(inputs[0], 0)
    if ufunc in (np.add, np.subtract):
        return np.equal(inputs[0], 0) | np.equal(inputs[1], 0)
    if ufunc is np.power:
        return np.equal(inputs[1], 1) | np.equal(inputs[1], 0)
    return False


def _is_power_of_two(x: Any) -> Any:
    if np.iscomplexobj(x):
        return False
    mantissa = np.abs(np.frexp(x)[0])
    return (mantissa == 0.5) | (mantissa == 0)


def _at(ufunc: np.ufunc, inputs: Any, noise: Noise) -> None:
    """ufunc.at: many terms may meet in one place; each rounds."""
    array, index, *operand = inputs
    ufunc.at(array, index, *operand)
    if ufunc is not np.add:
        array[index] = noise.moved(array[index], np.abs(array[index]))
        return
    sizes, counts = np.zeros(array.shape), np.zeros(array.shape)
    np.add.at(sizes, index, np.abs(operand[0]))
    np.add.at(counts, index, 1)
    array[...] = noise.moved(array, np.sqrt(np.maximum(counts - 1, 0)) * sizes)


def _multilinear(func: Any, args: Any, kwargs: Any, noise: Noise) -> Any:
    """A product summed over some indices: u xi sqrt(n) (|A| |B|), with n terms in each entry."""

    factors = slice(0, None) if func is np.einsum else slice(0, 2)  # what follows says how, as tensordot's axes do

    def of(change: Callable[[Any], Any]) -> Any:
        changed = [arg if isinstance(arg, (str, list)) else change(arg) for arg in args[factors]]
        return func(*changed, *args[len(changed) :], **kwargs)

    return noise.moved(func(*args, **kwargs), np.sqrt(of(np.ones_like)) * of(np.abs))


def _near(value: Any, noise: Noise) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc" and value.size:
        return noise.moved(value, np.sqrt(value.shape[-1] if value.ndim else 1) * np.abs(value).max())
    return _mapped(value, lambda item: _near(item, noise))


def _call_moved(function: Any, noise: Noise, *args: Any, **kwargs: Any) -> Any:
    """A function that was handed over as an argument: its inputs arrive rounded, and so does its value."""
    args, kwargs = _rounded(args, noise), _rounded(kwargs, noise)
    return _all_wrapped(_rounded(function(*args, **kwargs), noise), noise)


def _rounded(value: Any, noise: Noise) -> Any:
    if isinstance(value, (np.ndarray, np.inexact, float)):
        bare = plain(value) if isinstance(value, MonteCarloArray) else value
        return _wrapped(noise.moved(bare, np.abs(bare)), noise)
    return _mapped(value, lambda item: _rounded(item, noise))


def _delivered(result: Any, out: Any, noise: Noise, where: Any = True) -> Any:
    """The result, written to ``out`` where one is given.

    A number is not written to: ``x += 1`` binds a new one, so that no other name for the old one changes with it.
    """
    if out is None or (isinstance(out, MonteCarloArray) and out.ndim == 0):
        return _wrapped(result, noise)
    np.copyto(out.view(np.ndarray), result, casting="unsafe", where=where)
    return out


def _all_moved(value: Any, noise: Noise) -> Any:
    """What a numpy function has computed on bare arrays: rounded once for the whole function."""
    if isinstance(value, MonteCarloArray):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return _rounded(value, noise)
    return _mapped(value, lambda item: _all_moved(item, noise))


def _all_wrapped(value: Any, noise: Noise) -> Any:
    if isinstance(value, (np.ndarray, np.generic)):
        return _wrapped(value, noise)
    return _mapped(value, lambda item: _all_wrapped(item, noise))


def _wrapped(value: Any, noise: Noise) -> Any:
    """Arrays and inexact numbers; whole numbers and truth values without axes stay what they are."""
    if isinstance(value, MonteCarloArray):
        return value
    if isinstance(value, (np.ndarray, np.inexact, float)):
        array = np.asarray(value).view(MonteCarloArray)
        array.noise = noise
        return array
    return value


def _bare(value: Any) -> Any:
    """As plain, but arrays without axes stay arrays, which a function may write to."""
    return value.view(np.ndarray) if isinstance(value, MonteCarloArray) else _mapped(value, _bare)


def _noise_of(value: Any) -> Noise:
    found = _find_noise(value)
    assert found is not None  # numpy asks us only where one of ours is among the arguments
    return found


def _find_noise(value: Any) -> Noise | None:
    if isinstance(value, MonteCarloArray):
        return value.noise
    items: Iterable[Any] = value.values() if isinstance(value, dict) else value
    if isinstance(value, (tuple, list, dict)):
        return next((found for found in map(_find_noise, items) if found is not None), None)
    return None


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """A list, tuple or dict with every item changed; anything else as it is."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(change, value))
    if type(value) in (list, tuple):
        return type(value)(map(change, value))
    if type(value) is dict:
        return {key: change(item) for key, item in value.items()}
    return value
