"""Speed and quality against peers: `python -m wordvec.evals.bench train|encode|store`.

Every figure that the README gives can be made again with these commands.
"""
