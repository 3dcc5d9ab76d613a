//! Stand-in: the command line is written elsewhere; only `demo` is complete here.

pub mod demo;
