"""What the first block of a decompressed file looks like; used by `readers`.

Says no to what is not UTF-8 text, in words that tell what to do. Knows nothing of files.
"""

import codecs
import re

from wordvec.errors import CorpusError

_NUL_SEARCH = 1 << 16
_SAVE_AS_TEXT = "save it as plain text (UTF-8) first"
_UNPACK = "unpack it first"
# Magic bytes, what has them, and what to do about it.
_NOT_TEXT = (
    (b"%PDF-", "a PDF document", _SAVE_AS_TEXT),
    (b"PK\x03\x04", "a ZIP archive or an office document", "unpack it or " + _SAVE_AS_TEXT),
    (b"\xd0\xcf\x11\xe0", "an office document", _SAVE_AS_TEXT),
    (b"{\\rtf", "an RTF document", _SAVE_AS_TEXT),
    (b"\x89HDF", "an HDF5 file", "give the text that vectors are to be learned from"),
    (b"\x89PNG", "a PNG image", "give text"),
    (b"\xff\xd8\xff", "a JPEG image", "give text"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"PAR1", "a Parquet file", "write its text column to a file, one text a line"),
    (b"SQLite format 3", "an SQLite database", "write its text to a file, one text a line"),
    (b"\x1f\x8b", "gzip data compressed twice", _UNPACK),
    (b"BZh", "bzip2 data compressed twice", _UNPACK),
)
_MEDIAWIKI = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<mediawiki[\s>]", re.DOTALL)


def check_text(start: bytes, name: str) -> bytes:
    """Return the first block of a file without its byte order mark.

    Raises
    ------
    CorpusError
        If it is the start of something other than text in UTF-8.
    """
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise CorpusError(
            f"{name} looks like UTF-16 text, not UTF-8; convert it first, for example: "
            "iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8"
        )
    for magic, what, advice in _NOT_TEXT:
        if start.startswith(magic):
            raise CorpusError(f"{name} looks like {what}, not text; {advice}")
    if start[257:262] == b"ustar":
        raise CorpusError(f"{name} looks like a tar archive, not text; {_UNPACK}")
    if b"\0" in start[:_NUL_SEARCH]:
        raise CorpusError(
            f"{name} looks like a binary file, not text: it holds NUL bytes; "
            "give plain text in UTF-8"
        )
    return start.removeprefix(codecs.BOM_UTF8)


def is_mediawiki(start: bytes) -> bool:
    """Return whether a file that starts so is a MediaWiki dump."""
    return _MEDIAWIKI.match(start) is not None
