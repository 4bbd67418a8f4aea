"""The page: layout builds, wiring connects, handlers answer. The only package that knows gradio."""

from explorer.ui.home import write
from explorer.ui.serving import launch, serve, shut

__all__ = ["launch", "serve", "shut", "write"]
