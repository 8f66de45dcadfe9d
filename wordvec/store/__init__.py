"""The store: vectors kept in one HDF5 file, whose format is docs/format-1.md."""

from wordvec.store.read import open_store, read_header
from wordvec.store.write import check_writable, write_store

__all__ = ["check_writable", "open_store", "read_header", "write_store"]
