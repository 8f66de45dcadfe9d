"""`python -m wordvec.cli`, where the `wordvec` script is not on the path."""

from wordvec.cli import main

main()
