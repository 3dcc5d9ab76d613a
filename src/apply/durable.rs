//! Writes that have reached the disk when they return. The one place in the program that changes files of the target.

use std::fs::{File, Metadata, Permissions};
use std::io::{self, Write};
use std::path::Path;

use super::beneath;

/// Called before every durable step of a commit with its name. Tests stop the program there.
pub type Hook<'a> = &'a dyn Fn(&str) -> io::Result<()>;

/// Writes a file that must not exist, with what it takes over from another: mode and owner.
pub(super) fn create(path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
    let mut file = beneath::create_new(path)?;
    if let Some(like) = like
        && let Some((_, meta)) = beneath::open(like)?
    {
        own(&file, &meta);
        file.set_permissions(meta.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a file that only its owner may read.
pub(super) fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = beneath::create_private(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Replaces one of our own files as a whole: a reader sees the old or the new one.
pub(super) fn replace_private(path: &Path, bytes: &[u8], hook: Hook) -> io::Result<()> {
    let fresh = path.with_extension("new");
    hook("write a record")?;
    create_private(&fresh, bytes)?;
    hook("put a record in place")?;
    rename(&fresh, path)?;
    sync_folder(path)
}

/// Puts a file or folder in another's place.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    beneath::rename(from, to)
}

/// Makes a folder and those around it, as far as they are missing; each is on the disk then.
pub(super) fn make_folders(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(around) = path.parent() {
        make_folders(around)?;
    }
    make_folder(path)
}

/// Makes a folder that must not exist, on the disk as well.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    beneath::make_folder(path)?;
    sync_folder(path)
}

/// Flushes the folder that holds a path, so that a rename in it survives a power failure.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => beneath::sync_folder(folder),
        None => Ok(()),
    }
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match beneath::remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes an empty folder.
pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    beneath::remove_folder(path)
}

/// Removes a folder with all in it, if it is there.
pub(super) fn remove_all(path: &Path) -> io::Result<()> {
    match beneath::remove_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Gives a file to the owner of another. Without the right to, it stays ours, as with any editor.
fn own(file: &File, meta: &Metadata) {
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
    match mode {
        Some(mode) => beneath::set_mode(path, mode),
        None => Ok(()),
    }
}
