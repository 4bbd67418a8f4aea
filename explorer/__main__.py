"""`python -m explorer` opens the page."""

from explorer.command import main

if __name__ == "__main__":
    main("python -m explorer")
