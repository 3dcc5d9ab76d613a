//! Writes that have reached the disk when they return. The one place in the program that changes files of the target.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::path::Path;

/// Called before every durable step of a commit with its name. Tests stop the program there.
pub type Hook<'a> = &'a dyn Fn(&str) -> io::Result<()>;

/// Writes a file that must not exist, with what it takes over from another: mode and owner.
pub(super) fn create(path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    if let Some(like) = like {
        let meta = fs::metadata(like)?;
        own(&file, &meta);
        file.set_permissions(meta.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a file that only its owner may read.
pub(super) fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Replaces one of our own files as a whole: a reader sees the old or the new one.
pub(super) fn replace_private(path: &Path, bytes: &[u8], hook: Hook) -> io::Result<()> {
    let fresh = path.with_extension("new");
    hook("write a record")?;
    create_private(&fresh, bytes)?;
    hook("put a record in place")?;
    fs::rename(&fresh, path)?;
    sync_folder(path)
}

/// Flushes the folder that holds a path, so that a rename in it survives a power failure.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a folder with all in it, if it is there.
pub(super) fn remove_all(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Gives a file to the owner of another. Without the right to, it stays ours, as with any editor.
fn own(file: &File, meta: &fs::Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let _ = fchown(file, Some(meta.uid()), Some(meta.gid()))
            .or_else(|_| fchown(file, None, Some(meta.gid())));
    }
    #[cfg(not(unix))]
    let _ = (file, meta);
}

/// The mode of a file in octal, or nothing where there are no modes.
pub(super) fn mode(permissions: &Permissions) -> Option<u32> {
    #[cfg(unix)]
    return Some(std::os::unix::fs::PermissionsExt::mode(permissions) & 0o7777);
    #[cfg(not(unix))]
    {
        let _ = permissions;
        None
    }
}

/// Sets a mode taken by [`mode`].
pub(super) fn set_mode(path: &Path, mode: Option<u32>) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(mode) = mode {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}
