"""Start Layer Explorer: `python app.py` opens the page at http://127.0.0.1:7860."""

from __future__ import annotations

from explorer.command import arguments, main

__all__ = ["arguments", "main"]

if __name__ == "__main__":
    main("python app.py")
