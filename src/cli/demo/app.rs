//! The sample application inside the program: a copy of `tests/apps/pagewatch`.
//!
//! Every file is stored with `.in` behind its name. Cargo leaves a folder with a `Cargo.toml` of its own out of a
//! package, and git would obey a `.gitignore` in here.
//!
//! After the application changed, `UPDATE_SNAPSHOTS=1 cargo test --lib demo` renews the copy and the list below. The
//! golden reports are made from the copy, so renew them after that, with a new build.

macro_rules! files {
    ($($path:literal,)*) => {
        &[$((
            $path,
            include_str!(concat!("../../../templates/demo/pagewatch/", $path, ".in")),
        )),*]
    };
}

/// Path in the application and text, sorted by path.
pub const FILES: &[(&str, &str)] = files! {
    // begin of the list
    ".env.example",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "build.rs",
    "migrations/0001_initial.sql",
    "migrations/0002_billing.sql",
    "migrations/0003_api_keys.sql",
    "src/accounts/mod.rs",
    "src/accounts/password.rs",
    "src/auth/api_key.rs",
    "src/auth/extract.rs",
    "src/auth/mod.rs",
    "src/auth/session.rs",
    "src/billing/mod.rs",
    "src/billing/service.rs",
    "src/config.rs",
    "src/db.rs",
    "src/error.rs",
    "src/lib.rs",
    "src/mail.rs",
    "src/main.rs",
    "src/watch/fetch.rs",
    "src/watch/mod.rs",
    "src/watch/worker.rs",
    "src/web/account.rs",
    "src/web/admin.rs",
    "src/web/api.rs",
    "src/web/assets.rs",
    "src/web/billing.rs",
    "src/web/dashboard.rs",
    "src/web/dev.rs",
    "src/web/landing.rs",
    "src/web/login.rs",
    "src/web/mod.rs",
    "src/web/signup.rs",
    "src/web/webhooks.rs",
    "static/app.css",
    "templates/account.html",
    "templates/admin/layout.html",
    "templates/admin/users.html",
    "templates/base.html",
    "templates/billing.html",
    "templates/dashboard.html",
    "templates/emails/changed.html",
    "templates/emails/welcome.html",
    "templates/error.html",
    "templates/landing.html",
    "templates/login.html",
    "templates/signup.html",
    "tests/access.rs",
    "tests/accounts.rs",
    "tests/billing.rs",
    "tests/common/mod.rs",
    "tests/watching.rs",
    // end of the list
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::FILES;

    const BEGIN: &str = "    // begin of the list\n";
    const END: &str = "    // end of the list\n";

    /// What the application's repository would hold.
    fn original(folder: &Path) -> BTreeMap<String, String> {
        let walk = ignore::WalkBuilder::new(folder)
            .hidden(false)
            .require_git(false)
            .parents(false)
            .filter_entry(|entry| !["target", ".cello", ".git"].iter().any(|name| entry.file_name() == *name))
            .build();
        walk.map(|entry| entry.expect("the sample application is readable"))
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
            .map(|entry| {
                let path = entry.path().strip_prefix(folder).expect("it is below");
                let path = path.to_string_lossy().replace('\\', "/");
                let text = fs_err::read_to_string(entry.path()).expect("every file of it is text");
                (path, text)
            })
            .collect()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the environment says whether the copy is renewed")]
    fn the_copy_is_the_sample_application() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        if !root.join("tests/apps").exists() {
            // A packaged crate has the copy only.
            return;
        }
        let original = original(&root.join("tests/apps/pagewatch"));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            update(root, &original);
            return;
        }
        let copy: BTreeMap<String, String> =
            FILES.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
        let differing: Vec<&String> = original
            .keys()
            .chain(copy.keys())
            .filter(|path| original.get(*path) != copy.get(*path))
            .collect();
        assert!(
            differing.is_empty(),
            "renew the copy with UPDATE_SNAPSHOTS=1 cargo test --lib demo; it differs in {differing:?}"
        );
    }

    fn update(root: &Path, original: &BTreeMap<String, String>) {
        let folder = root.join("templates/demo/pagewatch");
        if folder.exists() {
            fs_err::remove_dir_all(&folder).unwrap();
        }
        for (path, text) in original {
            let stored = folder.join(format!("{path}.in"));
            fs_err::create_dir_all(stored.parent().unwrap()).unwrap();
            fs_err::write(stored, text).unwrap();
        }
        let this = root.join("src/cli/demo/app.rs");
        let source = fs_err::read_to_string(&this).unwrap();
        let (head, rest) = source.split_once(BEGIN).unwrap();
        let (_, tail) = rest.split_once(END).unwrap();
        let list: String = original.keys().map(|path| format!("    {path:?},\n")).collect();
        fs_err::write(this, format!("{head}{BEGIN}{list}{END}{tail}")).unwrap();
    }

    #[test]
    fn the_list_is_sorted_and_has_what_the_story_needs() {
        assert!(FILES.is_sorted());
        for path in ["Cargo.toml", "Cargo.lock", "src/main.rs"] {
            assert!(FILES.iter().any(|(known, _)| *known == path), "{path}");
        }
    }
}
