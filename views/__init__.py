"""The faces: values in, Block Kit out, and back."""
