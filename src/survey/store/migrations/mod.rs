//! The folder of SQL migrations, how its files are named and who runs them.
//!
//! `sqlx::migrate!("./migrations_v2")` names it, relative to its package; else `migrations/` in the package or the
//! root; so do diesel's and refinery's `embed_migrations!`. SeaORM's are a list of Rust modules. Near misses: `migrate!` in tests; another folder beside the
//! one that is run; a `schema.sql` without a version.

mod calls;
mod diesel;
pub mod sea_orm;
mod sql;
pub mod tables;
mod tokens;

use std::collections::BTreeSet;

use crate::survey::literals::belongs;
use crate::target::{At, Package, SourceText, Target};
use calls::{Call, calls, calls_in};
pub use calls::{Outside, outside};
use tables::{Table, Tables};

/// A folder of migrations.
#[derive(Debug, Clone)]
pub struct Migrations {
    /// Its path from the root.
    pub dir: String,
    /// How versions are written: `4 digits`, `14 digits`, `plain numbers`, `diesel`, `refinery` or `sea-orm`.
    pub scheme: String,
    /// True if the program holds them, by a `migrate!` outside tests.
    pub embedded: bool,
    /// True if the program runs them, embedded or read from the folder.
    pub run_by_application: bool,
    /// Where it does.
    pub at: Option<At>,
    /// True if they come in pairs of `.up.sql` and `.down.sql`.
    pub reversible: bool,
    /// Diesel's file of tables, which its tool writes anew.
    pub schema: Option<String>,
    /// The version after the highest.
    pub next_version: String,
    /// Where `cello_signups` is created, if it is.
    pub signups: Option<At>,
    /// Other folders with migrations, which are not these.
    pub others: Vec<String>,
    /// Why it is not certain that new files belong there, if it isn't.
    pub unsure: Option<String>,
    /// Where the list of migrations takes one more, if they are written in Rust.
    pub migrator: Option<sea_orm::Migrator>,
    tables: Tables,
}

impl Migrations {
    /// A table as it is after all migrations.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(&name.to_lowercase())
    }

    /// Names of the tables that are there after all migrations, in lower case.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }
}

/// The migrations of a package.
pub fn find(target: &Target, package: &Package) -> Option<Migrations> {
    let calls = calls(target, package);
    // A folder in the project beside the one that is run is not where new files belong.
    if calls.is_empty() && outside(target, package).is_some() {
        return None;
    }
    if calls.is_empty()
        && let Some(mut found) = sea_orm::find(target, package)
    {
        found.others = other_folders(target, package, &found.dir);
        return Some(found);
    }
    let folders: BTreeSet<&str> = calls.iter().map(|call| call.dir.as_str()).collect();
    let usual = [package.path("migrations"), "migrations".to_string()];
    let dir = match calls.first() {
        Some(call) => call.dir.clone(),
        None => usual.iter().find(|dir| !files(target, dir).is_empty() || is_diesel(target, dir))?.clone(),
    };
    let mut all = files(target, &dir);
    let diesel = all.is_empty() && is_diesel(target, &dir);
    if diesel {
        all = diesel::files(target, &dir);
    }
    let runs_diesel = target.packages.iter().any(|other| other.depends_on("diesel").is_some());
    all.sort_by(|a, b| (a.number, &a.file.path).cmp(&(b.number, &b.file.path)));
    // Another package of the workspace may run what lies in a folder that both could mean.
    let elsewhere: Vec<Call> = match calls.is_empty() {
        true => target.packages.iter().flat_map(|other| calls_in(target, other).inside).collect(),
        false => Vec::new(),
    };
    let call = calls.iter().chain(&elsewhere).find(|call| call.dir == dir);
    let mut tables = Tables::new();
    let mut signups = None;
    for one in all.iter().filter(|one| !one.down) {
        sql::apply(&one.file.text, &mut tables);
        if signups.is_none() && tables.contains_key("cello_signups") {
            signups = Some(one.file.at(0..one.file.text.len()));
        }
    }
    let ups = all.iter().filter(|one| one.file.path.ends_with(".up.sql")).count();
    let single = all.iter().filter(|one| !one.down).count() - ups;
    let others = other_folders(target, package, &dir);
    let unsure = match () {
        () if call.is_none() && !others.is_empty() => {
            Some(format!("nothing in the code says which of them counts: {}", others.join(", ")))
        }
        () if folders.len() > 1 => {
            Some(format!("the code runs migrations from several folders: {}", join(&folders)))
        }
        () if diesel && !runs_diesel => {
            Some("they are Diesel's, which this project does not use".to_string())
        }
        () if ups > 0 && single > 0 => Some("some of them can be taken back and some can't".to_string()),
        () => None,
    };
    let (scheme, next_version) =
        if diesel { (diesel::SCHEME.to_string(), diesel::next(&all)) } else { scheme(&all) };
    let schema = diesel::schema(target, &|path| belongs(target, package, path)).filter(|_| diesel);
    Some(Migrations {
        others,
        dir,
        scheme,
        embedded: call.is_some_and(|call| call.embedded),
        run_by_application: call.is_some(),
        at: call.map(|call| call.at.clone()),
        reversible: ups > 0,
        schema: schema.map(str::to_string),
        next_version,
        signups,
        unsure,
        migrator: None,
        tables,
    })
}

fn join(folders: &BTreeSet<&str>) -> String {
    folders.iter().copied().collect::<Vec<_>>().join(", ")
}

/// A versioned file.
struct Versioned<'t> {
    file: &'t SourceText,
    /// The version as written, `V` included.
    version: String,
    number: u64,
    down: bool,
}

fn files<'t>(target: &'t Target, dir: &str) -> Vec<Versioned<'t>> {
    let inside =
        target.files.values().filter(|file| file.path.rsplit_once('/').map_or("", |(dir, _)| dir) == dir);
    inside.filter_map(versioned).collect()
}

/// `0001_init.sql`, `V2__more.sql`
fn versioned(file: &SourceText) -> Option<Versioned<'_>> {
    let name = file.path.rsplit('/').next()?;
    let stem = name.strip_suffix(".sql")?;
    let digits = stem.strip_prefix(['V', 'v']).unwrap_or(stem);
    let len = digits.find(|c: char| !c.is_ascii_digit())?;
    let number = digits[..len].parse().ok()?;
    let letter = stem.len() - digits.len();
    digits[len..].starts_with(if letter > 0 { "__" } else { "_" }).then(|| Versioned {
        file,
        version: stem[..letter + len].to_string(),
        number,
        down: stem.ends_with(".down"),
    })
}

fn is_diesel(target: &Target, dir: &str) -> bool {
    let inside = |path: &str| {
        path.strip_prefix(dir)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|rest| rest.ends_with("/up.sql"))
    };
    target.files.keys().any(|path| inside(path))
}

/// How versions are written, and the next one.
fn scheme(files: &[Versioned<'_>]) -> (String, String) {
    let Some(last) = files.last() else {
        return ("4 digits".to_string(), "0001".to_string());
    };
    let letter = last.version.len() - last.version.trim_start_matches(['V', 'v']).len();
    let digits = |one: &Versioned<'_>| one.version.trim_start_matches(['V', 'v']).len();
    let width = digits(last);
    let fixed = width > 1
        && (files.iter().all(|one| digits(one) == width) || last.version[letter..].starts_with('0'));
    let number = last.number + 1;
    let next = if fixed { format!("{number:0width$}") } else { number.to_string() };
    let name = match (letter, fixed) {
        (1.., _) => "refinery".to_string(),
        (_, true) => format!("{width} digits"),
        _ => "plain numbers".to_string(),
    };
    (name, format!("{}{next}", &last.version[..letter]))
}

fn other_folders(target: &Target, package: &Package, dir: &str) -> Vec<String> {
    let folders: BTreeSet<&str> = target
        .files
        .values()
        .filter(|file| versioned(file).is_some() && belongs(target, package, &file.path))
        .filter_map(|file| Some(file.path.rsplit_once('/')?.0))
        .filter(|folder| *folder != dir)
        .collect();
    folders.into_iter().map(str::to_string).collect()
}

#[cfg(test)]
mod tests;
