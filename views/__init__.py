"""The faces: values in, Block Kit out, and back."""

from views import limits

__all__ = ["limits"]  # held wherever something is drawn
