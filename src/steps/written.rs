//! What is there of the module already: its files, and what the crate's root makes of them.

use super::basis::Basis;

/// How the text of the module's own file starts.
pub const ADAPTER_START: &str = "//! Cello user referrals:";

/// How the text of its `protocol.rs` starts.
const PROTOCOL_START: &str = "//! What Cello asks of any application:";

impl Basis<'_> {
    /// True if the module is written already, declared or not, or a part of it.
    pub fn module_is_there(&self) -> bool {
        self.module_is_declared() || self.written_module().is_some()
    }

    /// Text of the module's Rust files, if this tool wrote them.
    pub fn written_module(&self) -> Option<String> {
        let texts = ["cello.rs", "cello/mod.rs", "cello/protocol.rs"]
            .map(|name| self.target.text(&self.beside_root(name)));
        let all: Vec<&str> = texts.into_iter().flatten().map(|file| file.text.as_str()).collect();
        let ours = |text: &&str| [ADAPTER_START, PROTOCOL_START].iter().any(|start| text.contains(start));
        all.iter().any(ours).then(|| all.concat())
    }

    /// True for a file of the module, written or yet to be.
    pub fn is_in_module(&self, path: &str) -> bool {
        path.strip_prefix(&self.beside_root("cello"))
            .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// Path of something in the folder of the crate's root file.
    pub fn beside_root(&self, name: &str) -> String {
        match self.app.root_file.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.to_string(),
        }
    }

    /// True if the crate's root declares the module, and it is ours.
    pub fn module_is_declared(&self) -> bool {
        !self.own_function("routes").is_empty()
    }

    /// Functions of the module that is there already.
    pub fn own_function(&self, name: &str) -> &[usize] {
        self.target.index.functions_at(&format!("{}::cello::{name}", self.app.krate))
    }
}
