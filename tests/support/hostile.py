"""Damages the header of a store, and makes its checksums right again as an attacker would.

Used by tests/wordvec/store.
"""

import random
from collections.abc import Iterator

from wordvec.store.blocks import checksum

SIGNATURES = (b"OHDR", b"OCHK", b"FRHP", b"BTHD", b"BTLF")


def checksummed(data: bytes) -> list[tuple[int, int]]:
    """Return start and end of the blocks of a small HDF5 file; at the end is the checksum."""
    found = [(0, 44)]
    for signature in SIGNATURES:
        at = data.find(signature)
        while at >= 0:
            ends = range(at + 6, min(at + 1200, len(data) - 3))
            digests = ((end, int.from_bytes(data[end : end + 4], "little")) for end in ends)
            end = next((e for e, digest in digests if digest == checksum(data[at:e])), None)
            if end is not None:
                found.append((at, end))
            at = data.find(signature, at + 4)
    return found


def crafted(data: bytes, n: int, seed: int) -> Iterator[bytes]:
    """Yield `n` files like `data`, each with some bytes of one block changed and its checksum."""
    rng = random.Random(seed)  # noqa: S311 - nothing here is a secret
    blocks = checksummed(data)
    for _ in range(n):
        start, end = rng.choice(blocks)
        changed = bytearray(data)
        for _ in range(rng.choice((1, 1, 2, 3))):
            at = rng.randrange(start, end)
            number = rng.choice((0, 48, 2**32, 2**63, 2**64 - 1, len(data), rng.choice(blocks)[0]))
            value = rng.choice(
                (bytes([rng.randrange(256)]), bytes([data[at] ^ 1]), number.to_bytes(8, "little"))
            )
            changed[at : at + len(value)] = value
        del changed[len(data) :]
        changed[end : end + 4] = checksum(bytes(changed[start:end])).to_bytes(4, "little")
        yield bytes(changed)
