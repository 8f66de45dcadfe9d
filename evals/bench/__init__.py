"""Speed and quality against peers: `python -m wordvec.evals.bench train|encode --corpus FILE`.

Every figure that the README gives can be made again with these commands.
"""
