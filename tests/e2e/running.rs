//! A patched sample that runs beside Cello's stub, with the settings of its own that it needs.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;

use tempfile::TempDir;

use crate::cello_stub::CelloStub;
use crate::clock;
use crate::project::{Project, target_dir};
use crate::world::{SECRETS, Settings, cello_settings, launch};

/// The application and Cello. The fields are dropped in this order.
pub struct Running {
    process: Child,
    pub address: SocketAddr,
    pub cello: CelloStub,
    folder: TempDir,
}

impl Running {
    pub fn start(program: &Path, own: Settings) -> Self {
        let cello = CelloStub::start();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = cello_settings(&cello);
        settings.extend(own);
        let (process, address) = launch(program, "listening on ", folder.path(), &settings);
        let running = Self { process, address, cello, folder };
        clock::eventually("the application takes connections", || TcpStream::connect(address).ok());
        running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        if thread::panicking() {
            eprintln!("log of the application:\n{log}");
            return;
        }
        for secret in SECRETS {
            assert!(!log.contains(secret), "{secret} in the log");
        }
        assert!(!log.contains("panicked"), "the application panicked:\n{log}");
    }
}

/// Builds the program of a project and puts it beside, since cargo puts the next build into the same place.
pub fn built(project: &Project, name: &str) -> PathBuf {
    project.cargo(&["build", "--locked"]);
    let program = project.root.with_file_name(format!("{name}-program"));
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    fs::copy(target_dir().join("debug").join(file), &program).expect("the program was built");
    program
}
