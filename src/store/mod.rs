//! In: what counting releases. Out: the same on disk.
