"""Other tools' files of vectors, read into `WordVectors` and written from them."""
