"""MNIST's file format, IDX: pictures and labels as bytes behind a short header, plain or compressed by gzip.

The header is two zero bytes, 8 for unsigned bytes, the number of dimensions, and each dimension as a 32-bit
big-endian integer; see http://yann.lecun.com/exdb/mnist/.
"""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from typing import IO

import numpy as np
from numpy.typing import NDArray

from microcrad.data.dataset import DataError, DataSet, Kind
from microcrad.files.door import opened
from microcrad.slices import Shares, finish

__all__ = ["read_idx", "reading_idx"]

LARGEST = 2**28
"""Bytes: more than four times MNIST's training pictures. As doubles they take eight times this."""


def read_idx(
    pictures: str | os.PathLike[str], labels: str | os.PathLike[str], limit: int | None = None
) -> DataSet:
    """The data set in a file of pictures and its file of labels, both in the IDX format.

    Points are pixels from 0 to 255, row by row from the top; classes are the labels that occur. `limit`
    reads only so many samples from the start. Raises `FileError` if a file cannot be opened, `DataError` if
    it is not in the format or is cut short, if the two do not belong together, or if all labels are the same.
    """
    return finish(reading_idx(pictures, labels, limit))


def reading_idx(
    pictures: str | os.PathLike[str], labels: str | os.PathLike[str], limit: int | None = None
) -> Shares[DataSet]:
    """`read_idx` in slices."""
    if limit is not None and limit < 2:
        raise DataError(f"{limit} samples were asked for: expected 2 or more.")
    shape, pixels = yield from _read(os.fspath(pictures), 3, "pictures", limit)
    (count,), marks = yield from _read(os.fspath(labels), 1, "labels", limit)
    if shape[0] != count:
        raise DataError(
            f"{os.fspath(pictures)} has {shape[0]} pictures and {os.fspath(labels)} {count} labels: "
            "expected as many. Choose two files of one set."
        )
    found = np.unique(marks)
    if len(found) < 2:
        raise DataError(f"{os.fspath(labels)} has {len(found)} classes: expected at least 2.")
    names = tuple(
        f"row {row + 1}, column {column + 1}" for row in range(shape[1]) for column in range(shape[2])
    )
    points = pixels.reshape(len(marks), shape[1] * shape[2]).astype(np.float64)
    kind: Kind = "binary" if len(found) == 2 else "classes"
    indices = np.searchsorted(found, marks).astype(np.float64)
    classes = tuple(str(mark) for mark in found)
    name = os.path.basename(os.fspath(pictures))
    return DataSet(name, kind, points, indices, names, "label", classes, one_unit=True)


def _read(
    name: str, dimensions: int, what: str, limit: int | None
) -> Shares[tuple[tuple[int, ...], NDArray[np.uint8]]]:
    """The shape that the header gives, and the bytes of as many samples as were asked for."""
    with opened(name) as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        try:
            with gzip.open(plain) if packed else plain as file:
                return (yield from _content(name, file, dimensions, what, limit))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataError(
                f"{name} is damaged or cut short (gzip: {error}). Fetch the file again."
            ) from None


def _content(
    name: str, file: IO[bytes] | gzip.GzipFile, dimensions: int, what: str, limit: int | None
) -> Shares[tuple[tuple[int, ...], NDArray[np.uint8]]]:
    magic = bytes([0, 0, 8, dimensions])
    head = file.read(4)
    if head != magic:
        raise DataError(
            f"{name} is not an IDX file of {what}: it starts with {head.hex(' ') or 'nothing'}, expected "
            f"{magic.hex(' ')}. Choose the file of {what}, as it was published."
        )
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise DataError(f"{name} is cut short: its header ends after {4 + len(sizes)} bytes. Fetch it again.")
    shape = struct.unpack(f">{dimensions}I", sizes)
    each = math.prod(shape[1:])
    samples = shape[0] if limit is None else min(limit, shape[0])
    expected = samples * each
    if not expected:
        raise DataError(f"{name} is empty: its header says {' x '.join(map(str, shape))}.")
    if expected > LARGEST:
        raise DataError(
            f"{name} says it holds {' x '.join(map(str, shape))} bytes: at most {LARGEST} can be read. "
            "Ask for fewer samples, or check that it is the right file."
        )
    content = bytearray()
    while len(content) < expected:  # Piece by piece, so that memory follows the file and not what it claims.
        piece = file.read(min(expected - len(content), 2**20))
        if not piece:
            raise DataError(
                f"{name} is cut short: it holds {len(content)} bytes of {what}, and its header says "
                f"{expected}. Fetch the file again."
            )
        content += piece
        yield len(content) / expected
    if samples == shape[0] and file.read(1):
        raise DataError(f"{name} goes on after the {expected} bytes its header says. Fetch the file again.")
    return shape, np.frombuffer(bytes(content), np.uint8)
