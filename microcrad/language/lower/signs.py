"""The signs that Python's operators have in the core."""

from __future__ import annotations

import ast

__all__ = ["ARITHMETIC", "COMPARISONS", "ON_KNOWN"]

ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
ON_KNOWN: dict[type[ast.operator], str] = {ast.FloorDiv: "//", ast.Mod: "%"}
"""What has no gradient, and is for numbers that are known before anything runs."""
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
