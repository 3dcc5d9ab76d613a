use super::*;
use crate::plan::Status;
use crate::steps::migration;
use crate::survey::pages::tests::project;

const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\nsqlx = \"0.8\"\n");
const RUNS: (&str, &str) = ("src/main.rs", "async fn main() { sqlx::migrate!().run(&db).await?; }\n");
const NOT: (&str, &str) =
    ("src/main.rs", "fn main() {}\n#[cfg(test)]\nmod tests { fn a() { sqlx::migrate!(\"./fixtures\"); } }\n");

/// Column and type of a table's key.
fn key_of(found: &Migrations, table: &str) -> Option<(String, String)> {
    found.table(table)?.key.as_ref().map(|key| (key.column.text.clone(), key.ty.clone()))
}

fn find_in(files: &[(&str, &str)]) -> Option<Migrations> {
    let mut all = vec![MANIFEST];
    all.extend(files);
    let (_dir, target) = project(&all);
    find(&target, &target.packages[0])
}

#[test]
fn the_next_version_is_written_as_the_others_are() {
    let next = |names: &[&str]| {
        let paths: Vec<String> = names.iter().map(|name| format!("migrations/{name}")).collect();
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        files.push(RUNS);
        let found = find_in(&files).unwrap();
        (found.next_version, found.scheme)
    };
    let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
    assert_eq!(next(&["0001_a.sql", "0002_b.sql"]), pair("0003", "4 digits"));
    assert_eq!(next(&["8_a.sql", "9_b.sql"]), pair("10", "plain numbers"));
    assert_eq!(next(&["4_a.sql", "31_b.sql"]), pair("32", "plain numbers"));
    assert_eq!(next(&["018_a.sql", "README.md"]), pair("019", "3 digits"));
    assert_eq!(next(&["20250614073259_a.sql", "20240101000000_b.sql"]), pair("20250614073260", "14 digits"));
    assert_eq!(next(&["V1__a.sql", "V2__b.sql"]), pair("V3", "refinery"));
    assert_eq!(next(&["schema.sql"]), pair("0001", "4 digits"));
}

#[test]
fn the_folder_is_the_one_the_code_names_outside_of_tests() {
    let named = ("src/main.rs", "static M: Migrator = sqlx::migrate!(\"./migrations_v2\");\nfn main() {}\n");
    let sql = ("migrations_v2/0001_a.up.sql", "CREATE TABLE users (id UUID PRIMARY KEY);");
    let down = ("migrations_v2/0001_a.down.sql", "DROP TABLE users;");
    let found = find_in(&[named, sql, down, ("migrations/0009_x.sql", "")]).unwrap();
    assert_eq!((found.dir.as_str(), found.embedded, found.reversible), ("migrations_v2", true, true));
    assert_eq!(found.others, ["migrations"]);
    assert_eq!(key_of(&found, "Users"), Some(("id".into(), "UUID".into())));
    let draft = migration(Some(&found), None, "CREATE", "DROP");
    let paths: Vec<&str> = draft.edits.iter().map(|edit| edit.file.as_str()).collect();
    assert_eq!(
        paths,
        ["migrations_v2/0002_cello_signups.up.sql", "migrations_v2/0002_cello_signups.down.sql"]
    );
    assert!(draft.reason.contains("runs them when it starts"));
}

#[test]
fn migrations_nobody_runs_are_said_to_be_so() {
    let found = find_in(&[NOT, ("migrations/1_a.sql", "")]).unwrap();
    assert!(!found.embedded);
    let draft = migration(Some(&found), None, "CREATE", "DROP");
    assert_eq!((draft.status, draft.edits.len(), draft.edits[0].at.is_none()), (Status::Ready, 1, true));
    assert!(draft.reason.contains("Nothing in the code runs"));
}

#[test]
fn what_is_there_is_done_and_what_is_unclear_is_for_a_person() {
    let done =
        find_in(&[RUNS, ("migrations/1_a.sql", "CREATE TABLE cello_signups (user_id TEXT PRIMARY KEY);")]);
    assert_eq!(migration(done.as_ref(), None, "", "").status, Status::Done);
    let diesel = find_in(&[NOT, ("migrations/2024-01-01-000000_a/up.sql", "")]);
    assert_eq!(migration(diesel.as_ref(), None, "", "").status, Status::ByHand);
    assert!(find_in(&[NOT]).is_none());
    assert_eq!(migration(None, None, "", "").status, Status::ByHand);
    let two = ("src/main.rs", "fn main() { sqlx::migrate!(\"a\"); sqlx::migrate!(\"b\"); }\n");
    assert_eq!(migration(find_in(&[two]).as_ref(), None, "", "").status, Status::ByHand);
}

#[test]
fn diesels_folders_are_read_and_continued() {
    let manifest = ("Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\ndiesel = \"2\"\n");
    let runs = ("src/main.rs", "const MIGRATIONS: EmbeddedMigrations = embed_migrations!();\nfn main() {}\n");
    let found = |names: &[&str]| {
        let paths: Vec<String> = names.iter().map(|name| format!("migrations/{name}/up.sql")).collect();
        let mut files = vec![manifest, runs];
        files.extend(paths.iter().map(|path| (path.as_str(), "CREATE TABLE users (id UUID PRIMARY KEY);")));
        let (_dir, target) = project(&files);
        find(&target, &target.packages[0]).unwrap()
    };
    let next = |names: &[&str]| found(names).next_version;
    let setup = "00000000000000_diesel_initial_setup";
    assert_eq!(next(&[setup, "2024-01-02-030405_users"]), "2024-01-02-030406");
    assert_eq!(next(&["2025-01-02-030405-0000_users"]), "2025-01-02-030405-0001");
    assert_eq!(next(&["20240102030409_users", "0001_a"]), "20240102030410");
    assert_eq!(next(&["007_a", "notes"]), "008");
    let one = found(&["2024-01-02-030405_users"]);
    assert_eq!((one.scheme.as_str(), one.embedded, one.unsure.clone()), ("diesel", true, None));
    assert_eq!(key_of(&one, "users"), Some(("id".into(), "UUID".into())));
    let draft = migration(Some(&one), None, "CREATE", "DROP");
    let paths: Vec<&str> = draft.edits.iter().map(|edit| edit.file.as_str()).collect();
    let folder = "migrations/2024-01-02-030406_cello_signups";
    assert_eq!(paths, [format!("{folder}/up.sql"), format!("{folder}/down.sql")]);
    assert!(draft.reason.contains("runs them when it starts"), "{}", draft.reason);
    // The tool that runs them writes the tables into the schema as well.
    let (_dir, target) = project(&[
        manifest,
        runs,
        ("migrations/1_a/up.sql", ""),
        ("src/schema.rs", "diesel::table! { a (id) { id -> Int4, } }\n"),
    ]);
    let draft = migration(find(&target, &target.packages[0]).as_ref(), None, "CREATE", "DROP");
    assert!(draft.reason.contains("src/schema.rs as well"), "{}", draft.reason);
}

/// Near misses: a path that comes back into the project, and a call in a test.
#[test]
fn a_folder_outside_of_the_project_is_named_and_left_to_a_person() {
    let runs = |path: &str| format!("async fn main() {{ sqlx::migrate!(\"{path}\").run(&db).await?; }}\n");
    let there = ("migrations/1_a.sql", "");
    for (path, dir) in
        [("../db/migrations", "../db/migrations"), ("./../a/../b", "../b"), ("x/../../b/.", "../b")]
    {
        let main = runs(path);
        let (_dir, target) = project(&[MANIFEST, there, ("src/main.rs", &main)]);
        assert!(
            find(&target, &target.packages[0]).is_none(),
            "{path}: another folder is not the one that is run"
        );
        let outside = outside(&target, &target.packages[0]).unwrap();
        assert_eq!((outside.dir.as_str(), outside.at.file.as_str()), (dir, "src/main.rs"));
        let draft = migration(None, Some(&outside), "CREATE", "DROP");
        assert!(draft.status == Status::ByHand && draft.reason.contains(dir) && draft.edits.is_empty());
    }
    let inside = runs("src/../migrations");
    let in_a_test = NOT.1.replace("./fixtures", "../fixtures");
    for main in [inside.as_str(), &in_a_test] {
        let (_dir, target) = project(&[MANIFEST, there, ("src/main.rs", main)]);
        assert!(outside(&target, &target.packages[0]).is_none());
        assert_eq!(find(&target, &target.packages[0]).unwrap().dir, "migrations");
    }
}
