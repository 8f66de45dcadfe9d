"""The `wordvec` command."""


def main() -> None:
    """Run the command line."""
