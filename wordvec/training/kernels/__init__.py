"""The compiled inner loops: arrays and numbers in, results into arguments.

A kernel trains one chunk of token ids and knows no string, file or option. `skipgram` and `cbow`
hold one architecture each; what they share is in `sampling` (which tokens, which negatives),
`windows` (rows and gradients of a window), `products` (its arithmetic, in the vector instructions
of `registers`) and `sigmoid`. Only `wordvec.training.loop` calls them; importing any of them
imports Numba.
"""
