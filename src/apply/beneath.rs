//! Files reached through the handles of the folders they lie in: no name on the way may be a symbolic link.
//!
//! A path that was looked at and is used a moment later could lead elsewhere by then. Here each folder is opened from the
//! one before, and the last step names a file in an open folder, so that what was swapped for a link is refused, not
//! followed. Paths given start at a root without links in it.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

#[cfg(unix)]
pub(super) use by_handle::*;
#[cfg(not(unix))]
pub(super) use by_path::*;

/// Opens a plain file for reading. `None` where there is none; a link, pipe or device is an error.
pub(super) fn open(path: &Path) -> io::Result<Option<(File, Metadata)>> {
    #[cfg(unix)]
    let opened = by_handle::open_plain(path);
    #[cfg(not(unix))]
    let opened = File::open(path);
    match opened {
        Ok(file) => {
            let meta = file.metadata()?;
            Ok(Some((file, meta)))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Removes a folder with all in it. For our own folder only: nothing else is removed as a whole.
pub(super) fn remove_all(path: &Path) -> io::Result<()> {
    // It does not follow links either.
    fs::remove_dir_all(path)
}

#[cfg(unix)]
mod by_handle {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::{Component, Path};

    use rustix::fs::{AtFlags, Mode, OFlags, chmodat, mkdirat, openat, renameat, unlinkat};

    /// To walk through a folder, it need not be readable, where the system can tell that apart.
    #[cfg(target_os = "linux")]
    const WALK: OFlags = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    const WALK: OFlags = OFlags::RDONLY;

    /// The folder a path lies in, and its name there.
    fn place(path: &Path) -> io::Result<(OwnedFd, &OsStr)> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        Ok((folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?, WALK)?, name))
    }

    fn folder(path: &Path, last: OFlags) -> io::Result<OwnedFd> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut parts = path.components().peekable();
        if parts.next() != Some(Component::RootDir) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let how = |is_last: bool| flags | if is_last { last } else { WALK };
        let mut open = rustix::fs::open("/", how(parts.peek().is_none()), Mode::empty())?;
        while let Some(part) = parts.next() {
            let Component::Normal(name) = part else {
                return Err(io::ErrorKind::InvalidInput.into());
            };
            open = openat(&open, name, how(parts.peek().is_none()), Mode::empty())?;
        }
        Ok(open)
    }

    /// Opens a file for reading, without waiting.
    pub fn open_plain(path: &Path) -> io::Result<File> {
        let (folder, name) = place(path)?;
        // A pipe that nobody writes to would be waited for.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(openat(&folder, name, flags, Mode::empty())?.into())
    }

    fn create(path: &Path, more: OFlags, mode: Mode) -> io::Result<File> {
        let (folder, name) = place(path)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC | more;
        Ok(openat(&folder, name, flags, mode)?.into())
    }

    /// Creates a file that must not exist.
    pub fn create_new(path: &Path) -> io::Result<File> {
        create(path, OFlags::EXCL, Mode::from_raw_mode(0o666))
    }

    /// Creates or empties a file that only its owner may read.
    pub fn create_private(path: &Path) -> io::Result<File> {
        create(path, OFlags::TRUNC, Mode::from_raw_mode(0o600))
    }

    /// Makes a folder that must not exist.
    pub fn make_folder(path: &Path) -> io::Result<()> {
        let (folder, name) = place(path)?;
        Ok(mkdirat(&folder, name, Mode::from_raw_mode(0o777))?)
    }

    /// Renames within the project.
    pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
        let ((old, old_name), (new, new_name)) = (place(from)?, place(to)?);
        Ok(renameat(&old, old_name, &new, new_name)?)
    }

    /// Removes a file.
    pub fn remove(path: &Path) -> io::Result<()> {
        let (folder, name) = place(path)?;
        Ok(unlinkat(&folder, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    pub fn remove_folder(path: &Path) -> io::Result<()> {
        let (folder, name) = place(path)?;
        Ok(unlinkat(&folder, name, AtFlags::REMOVEDIR)?)
    }

    /// Sets the mode of a file of ours.
    pub fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
        let (folder, name) = place(path)?;
        Ok(chmodat(&folder, name, Mode::from_bits_truncate(mode as _), AtFlags::empty())?)
    }

    /// Flushes a folder.
    pub fn sync_folder(path: &Path) -> io::Result<()> {
        Ok(rustix::fs::fsync(folder(path, OFlags::RDONLY)?)?)
    }
}

#[cfg(not(unix))]
mod by_path {
    use std::fs::{self, File, OpenOptions};
    use std::io;
    use std::path::Path;

    pub fn create_new(path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    pub fn create_private(path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create(true).truncate(true).open(path)
    }

    pub fn make_folder(path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    pub fn remove(path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    pub fn remove_folder(path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    pub fn set_mode(_: &Path, _: u32) -> io::Result<()> {
        Ok(())
    }

    pub fn sync_folder(_: &Path) -> io::Result<()> {
        Ok(())
    }
}
